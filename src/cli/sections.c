#include "sections.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "reading.h"
#include "sys/fd.h"

int
sections_set(struct reading *reading, const char *value)
{
	static const char *const names[] = { [MARKERS_AUTO] = "auto",
		[MARKERS_NONE] = "none",
		[MARKERS_GITHUB] = "github",
		[MARKERS_GITLAB] = "gitlab",
		[MARKERS_PLAIN] = "plain" };
	int found = READING_CHOOSE(reading, value, names);

	if (found < 0)
		return -1;
	reading->options.scope.standin.sections = (enum markers_style)found;
	return 0;
}

int
sections_set_show(struct reading *reading, const char *value)
{
	static const char *const names[] = { [OUTPUT_SHOW_ALL] = "all",
		[OUTPUT_SHOW_FAILED] = "failed",
		[OUTPUT_SHOW_NONE] = "none" };
	int found = READING_CHOOSE(reading, value, names);

	if (found < 0)
		return -1;
	reading->options.scope.output.show = (enum output_show)found;
	return 0;
}

/*
 * True if fd leads to where the log of our caller goes: nobody has redirected
 * it to a file, and it is the same for the process that started us, so that no
 * pipe leads to another program.  The first process of a container has no such
 * process.
 */
static bool
is_log(int fd)
{
	struct stat ours, theirs;
	char path[64];
	pid_t parent = getppid();

	if (fstat(fd, &ours) < 0 || S_ISREG(ours.st_mode))
		return false;
	if (parent == 0)
		return true;
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", (int)parent, fd);
	return stat(path, &theirs) == 0 && theirs.st_dev == ours.st_dev &&
	    theirs.st_ino == ours.st_ino;
}

static bool
is_true(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && strcmp(value, "true") == 0;
}

/*
 * The style that nobody has chosen.  In a job of another nursery that one makes
 * the sections.
 */
static enum markers_style
find_style(const struct reading *reading)
{
	const struct options *options = &reading->options;
	enum output_mode mode = options->scope.output.mode;
	bool single = reading->listed && options->words.len <= 1 &&
	    options->scope.plan.n == 0;

	if (single || options->scope.nested || mode == OUTPUT_LINE ||
	    mode == OUTPUT_UNGROUP)
		return MARKERS_NONE;
	if (is_true("GITHUB_ACTIONS") && is_log(STDOUT_FILENO))
		return MARKERS_GITHUB;
	if (is_true("GITLAB_CI") && is_log(STDOUT_FILENO))
		return MARKERS_GITLAB;
	return MARKERS_NONE;
}

static const char *
mode_name(enum output_mode mode)
{
	return mode == OUTPUT_LINE ? "line-buffer" : "ungroup";
}

int
sections_conclude(struct reading *reading)
{
	struct scope_options *scope = &reading->options.scope;
	struct output_options *output = &scope->output;
	bool mixed =
	    output->mode == OUTPUT_LINE || output->mode == OUTPUT_UNGROUP;

	if (mixed && scope->standin.sections > MARKERS_NONE) {
		msg_warn("--sections is for whole jobs, which --%s mixes (try "
			 "--group)",
		    mode_name(output->mode));
		return -1;
	}
	if ((mixed && output->show == OUTPUT_SHOW_FAILED) ||
	    (output->mode == OUTPUT_UNGROUP &&
		output->show != OUTPUT_SHOW_ALL)) {
		msg_warn("--show=%s cannot hide what --%s has shown already "
			 "(try --group)",
		    output->show == OUTPUT_SHOW_NONE ? "none" : "failed",
		    mode_name(output->mode));
		return -1;
	}
	if (scope->standin.sections == MARKERS_AUTO)
		scope->standin.sections = find_style(reading);
	output->one_log = scope->standin.sections != MARKERS_NONE &&
	    is_log(STDOUT_FILENO) && is_log(STDERR_FILENO);
	return 0;
}
