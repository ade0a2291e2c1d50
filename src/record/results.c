#include "results.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/tree.h>

#include "base/buf.h"
#include "base/exits.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "report/outcome.h"
#include "report/report.h"
#include "tree.h"
#include "writer.h"

/*
 * Files that are kept open at most, and which part of all descriptors that may
 * be: beyond them, or without a descriptor left, a file is opened for each
 * write.  Jobs need descriptors, too.
 */
#define OPEN_MOST 256
#define OPEN_SHARE 8

enum part { PART_STDOUT, PART_STDERR, PART_SEQ, PART_STATUS, PARTS };

/* The files of a job that runs. */
struct kept {
	uint64_t id;
	struct strvec paths; /* of both streams; "": it could not be made */
	int fds[2];          /* owned; -1: to be opened for each write */
	RB_ENTRY(kept) node;
};

RB_HEAD(kept_tree, kept);

struct results {
	struct results_options options;
	struct writers *writers;
	struct kept_tree running;
	int n_open, most_open;
	bool said; /* a message said that a file cannot be written */
};

static int
compare(const struct kept *a, const struct kept *b)
{
	return a->id < b->id ? -1 : a->id > b->id;
}

/* RB_GENERATE_STATIC of libbsd does not compile on Linux */
RB_GENERATE_INTERNAL(
    kept_tree, kept, node, compare, static __attribute__((__unused__)))

static struct kept *
find(struct results *results, uint64_t id)
{
	struct kept key = { .id = id };

	return RB_FIND(kept_tree, &results->running, &key);
}

/* What messages call it. */
static const char *
option_of(const struct results_options *options)
{
	return options->folder != NULL ? "--results" : "--files";
}

/* Says once that a file cannot be written; the others are still tried. */
static void
fail(struct results *results, const char *path, int error)
{
	if (!results->said)
		writers_fail(results->writers, option_of(&results->options),
		    path, strerror(error));
	results->said = true;
}

static void
close_files(struct results *results, struct kept *kept)
{
	for (int i = 0; i < 2; i++) {
		if (kept->fds[i] < 0)
			continue;
		if (close(kept->fds[i]) < 0 && errno != EINTR)
			fail(results, kept->paths.items[i], errno);
		kept->fds[i] = -1;
		results->n_open--;
	}
}

static void
drop(struct results *results, struct kept *kept)
{
	RB_REMOVE(kept_tree, &results->running, kept);
	close_files(results, kept);
	strvec_release(&kept->paths);
	free(kept);
}

/* True for a name that could be taken for the number of another job. */
static bool
is_number(const char *name)
{
	return name[strspn(name, "0123456789")] == '\0';
}

/*
 * Appends a name of --name or --names, which may be anything but control
 * characters, as folder.h does with arguments.
 */
static void
append_name(struct buf *path, const char *name)
{
	if (is_number(name) || strcmp(name, ".") == 0 ||
	    strcmp(name, "..") == 0)
		buf_puts(path, "\\");
	for (; *name != '\0'; name++) {
		if (*name == '\\')
			buf_puts(path, "\\\\");
		else if (*name == '/')
			buf_puts(path, "\\_");
		else
			buf_append(path, name, 1);
	}
}

/* The folder for jobs without arguments: all before the first replacement. */
static void
append_base(struct buf *path, const char *folder)
{
	size_t len = strcspn(folder, "{");

	if (folder[len] != '\0')
		while (len > 0 && folder[len - 1] != '/')
			len--;
	buf_append(path, folder, len);
	if (len > 0)
		buf_puts(path, "/");
}

/* The path of one file of the job's; the caller frees it. */
static char *
path_of(
    const struct results *results, const struct report_job *job, enum part part)
{
	static const char *const names[PARTS] = { "stdout", "stderr", "seq",
		"status" };
	static const char *const endings[PARTS] = { "", ".err", ".seq",
		".status" };
	struct buf path = BUF_INIT;
	const char *tree;

	if (job->results->len > 0) {
		buf_puts(&path, job->results->items[0]);
	} else {
		append_base(&path, results->options.folder);
		if (job->name != NULL)
			append_name(&path, job->name);
		else
			buf_printf(&path, "%" PRIu64, job->seq);
		buf_puts(&path, "/");
	}
	tree = path.data[path.len - 1] == '/' ? "/" : "";
	if (job->everywhere) {
		buf_puts(&path, *tree == '\0' ? "." : "");
		append_name(&path, job->machine);
		buf_puts(&path, tree);
	}
	buf_puts(&path, *tree != '\0' ? names[part] : endings[part]);
	return buf_detach(&path);
}

/* Keeps the descriptor open, unless too many are open already. */
static void
keep_open(struct results *results, struct kept *kept, int which, int fd,
    bool borrowed)
{
	if (borrowed || results->n_open >= results->most_open) {
		close(fd);
		return;
	}
	kept->fds[which] = fd;
	results->n_open++;
}

/* A file for one stream, which takes the path. */
static void
open_stream(struct results *results, struct kept *kept, int which, char *path)
{
	bool borrowed;
	int fd = tree_create(path, &borrowed);

	if (fd >= 0) {
		keep_open(results, kept, which, fd, borrowed);
	} else {
		fail(results, path, errno);
		*path = '\0';
	}
	strvec_take(&kept->paths, path);
}

static void
put(struct results *results, const struct report_job *job, enum part part,
    const char *text)
{
	char *path = path_of(results, job, part);

	if (tree_put(path, text) < 0)
		fail(results, path, errno);
	free(path);
}

static void
remove_status(struct results *results, const struct report_job *job)
{
	char *path = path_of(results, job, PART_STATUS);

	if (unlink(path) < 0 && errno != ENOENT && errno != ENOTDIR)
		fail(results, path, errno);
	free(path);
}

/* --files: a temporary file, which takes no descriptor for long. */
static void
open_temporary(struct results *results, struct kept *kept)
{
	char *path = xasprintf("%s/parXXXXXX.par", results->options.tmpdir);
	int fd = mkostemps(path, 4, O_CLOEXEC | O_APPEND);

	if (fd >= 0) {
		keep_open(results, kept, PART_STDOUT, fd, false);
	} else {
		fail(results, path, errno);
		*path = '\0';
	}
	strvec_take(&kept->paths, path);
	strvec_push(&kept->paths, "");
}

static struct kept *
begin(struct results *results, const struct report_job *job)
{
	struct kept *kept = xcalloc(1, sizeof(*kept));
	char number[24];

	kept->id = job->id;
	kept->fds[0] = kept->fds[1] = -1;
	RB_INSERT(kept_tree, &results->running, kept);
	if (results->options.folder == NULL) {
		open_temporary(results, kept);
		return kept;
	}
	snprintf(number, sizeof(number), "%" PRIu64, job->seq);
	if (job->seq > 0)
		put(results, job, PART_SEQ, number);
	if (!results->options.plain)
		remove_status(results, job);
	for (int i = 0; i < 2; i++)
		open_stream(results, kept, i,
		    path_of(results, job, i == 0 ? PART_STDOUT : PART_STDERR));
	return kept;
}

static void
take(struct results *results, const struct report_event *event)
{
	struct kept *kept = find(results, event->job->id);
	int which = event->fd - 1, result;
	const char *path;

	if (kept == NULL)
		return;
	path = kept->paths.items[which];
	if (*path == '\0')
		return;
	result = kept->fds[which] >= 0
	    ? tree_write(kept->fds[which], event->data, event->len)
	    : tree_append(path, event->data, event->len);
	if (result < 0)
		fail(results, path, errno);
}

/* The exit status as a shell would have it, also for a cancelled job. */
static int
status_of(const struct report_event *event)
{
	int status, signo;

	if (event->outcome->kind != OUTCOME_CANCELLED)
		return outcome_status(event->outcome);
	outcome_columns(event->outcome, event->job->asked, &status, &signo);
	return EXITS_SIGNAL + signo;
}

/* The status is written last: whoever finds it knows that all is whole. */
static void
end(struct results *results, const struct report_event *event)
{
	struct kept *kept = find(results, event->job->id);
	char status[16];

	if (kept == NULL)
		kept = begin(results, event->job); /* it could not be started */
	close_files(results, kept);
	snprintf(status, sizeof(status), "%d\n", status_of(event));
	if (results->options.folder != NULL && !results->options.plain)
		put(results, event->job, PART_STATUS, status);
	drop(results, kept);
}

/* What the next attempt writes replaces it. */
static void
forget(struct results *results, const struct report_event *event)
{
	struct kept *kept = find(results, event->job->id);

	if (kept == NULL)
		return;
	if (results->options.folder == NULL)
		unlink(kept->paths.items[PART_STDOUT]);
	drop(results, kept);
}

static void
hear(void *arg, const struct report_event *event)
{
	struct results *results = arg;

	/* what services write is not kept */
	if (event->job == NULL || strcmp(event->job->kind, "service") == 0)
		return;
	if (event->kind == REPORT_STARTED)
		begin(results, event->job);
	else if (event->kind == REPORT_OUTPUT)
		take(results, event);
	else if (event->kind == REPORT_RETRY)
		forget(results, event);
	else if (event->kind == REPORT_OVER)
		end(results, event);
}

static void
release(void *arg)
{
	struct results *results = arg;
	struct kept *kept;

	while ((kept = RB_MIN(kept_tree, &results->running)) != NULL)
		drop(results, kept);
	free(results);
}

/* Refuses a folder that cannot be written to, before anything is started. */
static void
try_folder(const struct results_options *options)
{
	const char *folder =
	    options->folder != NULL ? options->folder : options->tmpdir;
	char *path = xasprintf("%s/", folder);

	if ((options->folder != NULL && tree_make_folders(path) < 0) ||
	    access(path, W_OK | X_OK) < 0)
		msg_fatal("%s cannot be written to %s: %s (nothing was "
			  "started)",
		    option_of(options), folder, strerror(errno));
	free(path);
}

static int
most_open(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return 0;
	limit.rlim_cur /= OPEN_SHARE;
	return limit.rlim_cur < OPEN_MOST ? (int)limit.rlim_cur : OPEN_MOST;
}

struct results *
results_listen(struct report *report, struct writers *writers,
    const struct results_options *options)
{
	struct results *results = xcalloc(1, sizeof(*results));

	results->options = *options;
	results->writers = writers;
	results->most_open = most_open();
	RB_INIT(&results->running);
	if (options->folder == NULL || strchr(options->folder, '{') == NULL)
		try_folder(options);
	report_add(report,
	    &(struct report_listener){ .wants = REPORT_WANTS_OUTPUT,
		.hear = hear,
		.release = release,
		.arg = results });
	return results;
}

bool
results_are_there(const char *results)
{
	bool folder = results[0] != '\0' && results[strlen(results) - 1] == '/';
	char *path = xasprintf("%s%s", results, folder ? "stdout" : "");
	struct stat st;
	bool there = stat(path, &st) == 0 && (folder || S_ISREG(st.st_mode));

	free(path);
	return there;
}

const char *
results_file(struct results *results, const struct report_job *job)
{
	struct kept *kept = find(results, job->id);
	const char *path;

	if (kept == NULL)
		kept = begin(results, job); /* it could not be started */
	path = kept->paths.items[PART_STDOUT];
	return *path != '\0' ? path : NULL;
}
