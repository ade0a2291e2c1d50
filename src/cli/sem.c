#include "sem.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/exits.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "reading.h"
#include "sys/loop.h"
#include "sys/semaphore.h"

/* The exit status of GNU parallel when the time of --st is over. */
#define STATUS_TIMED_OUT 1

bool
sem_is_name(const char *path)
{
	const char *slash = path != NULL ? strrchr(path, '/') : NULL;

	return path != NULL &&
	    strcmp(slash != NULL ? slash + 1 : path, "sem") == 0;
}

/* -a: the command reads that file.  Returns 0, or -1 after a message. */
static int
take_input(const struct strvec *files)
{
	int fd;

	if (files->len == 0)
		return 0;
	if (files->len > 1) {
		msg_warn("-a: the one command of a semaphore has one input");
		return -1;
	}
	fd = open(files->items[0], O_RDONLY | O_CLOEXEC);
	if (fd < 0 || dup2(fd, STDIN_FILENO) < 0) {
		msg_warn("%s: %s", files->items[0], strerror(errno));
		return -1;
	}
	if (fd != STDIN_FILENO)
		close(fd);
	return 0;
}

int
sem_conclude(struct reading *reading)
{
	struct options *options = &reading->options;
	struct strvec *words = &options->words;

	if (!options->sem.wanted)
		return 0;
	if (take_input(&reading->arg_files) < 0)
		return -1;
	options->scope.job.input = JOB_INPUT_OURS;
	if (options->sem.wait)
		strvec_clear(words);
	return 0;
}

/* Its name if none was given: that of the terminal, as tty(1) says it. */
static char *
terminal_name(void)
{
	const char *name = ttyname(STDIN_FILENO);

	return xstrdup(name != NULL ? name : "not a tty");
}

/* What is told to others who wait. */
static char *
make_note(const struct options *options)
{
	char **words = options->words.items;
	size_t n = options->words.len;

	return xasprintf("sem %d (%s%s%s)", (int)getpid(),
	    n > 0 ? words[0] : "", n > 1 ? " " : "", n > 1 ? words[1] : "");
}

void
sem_say_stalled(const char *path)
{
	msg_warn("waiting for %s: another process has it for itself, and may "
		 "be stopped (see fuser(1))",
	    path);
}

/* True if the nursery or sem of that process ID is one of the holders. */
static bool
is_held_by(const char *holders, const char *kind, const char *pid)
{
	char *who = xasprintf("%s %s", kind, pid);
	const char *found = strstr(holders, who);
	size_t len = strlen(who);

	free(who);
	return found != NULL && (found == holders || found[-1] == ' ') &&
	    strchr(" ,", found[len]) != NULL; /* or its end */
}

/*
 * Silent as GNU parallel where nobody looks, for its callers compare what it
 * says; but not if we are in a job of who has a place, which waits for us.
 */
static void
say_slow(struct semaphore *s)
{
	char holders[SEMAPHORE_HOLDERS_MAX];
	const char *pid = getenv("NURSERY_PID");
	bool ours;

	if (semaphore_is_stalled(s)) {
		sem_say_stalled(semaphore_path(s));
		return;
	}
	semaphore_holders(s, holders);
	ours = pid != NULL &&
	    (is_held_by(holders, "nursery", pid) ||
		is_held_by(holders, "sem", pid));
	if (holders[0] != '\0' && (ours || isatty(STDERR_FILENO) != 0))
		msg_warn("waiting for a place: held by %s%s", holders,
		    ours ? ", in a job of which this runs" : "");
}

/* Returns as sem_enter(). */
static int
take_place(const struct options *options, struct semaphore *s)
{
	const struct sem_options *sem = &options->sem;
	size_t most = sem->most > 0 ? (size_t)sem->most : SIZE_MAX;
	int64_t limit_ns = sem->limit_ns < 0 ? -sem->limit_ns : sem->limit_ns;
	char *note = make_note(options);
	bool taken =
	    semaphore_wait(s, sem->wait ? 1 : most, note, limit_ns, say_slow);

	if (!taken && sem->limit_ns < 0) {
		msg_warn("Semaphore timed out. Exiting.");
	} else if (!taken) {
		msg_warn("Semaphore timed out. Stealing the semaphore.");
		taken = semaphore_wait(s, SIZE_MAX, note, 0, NULL);
	}
	free(note);
	return taken ? -1 : STATUS_TIMED_OUT;
}

/*
 * What the two processes hold is one: the parent only ends.  Returns as
 * sem_enter().
 */
static int
go_into_background(const struct options *options, struct semaphore *s)
{
	pid_t pid = fork();
	char *note;

	if (pid < 0) {
		msg_warn("cannot go into the background: %s", strerror(errno));
		return msg_failure();
	}
	if (pid > 0)
		return EXITS_SUCCESS;
	note = make_note(options);
	semaphore_note(s, note);
	free(note);
	return -1;
}

int
sem_enter(const struct options *options, struct semaphore **ret)
{
	const struct sem_options *sem = &options->sem;
	char *name;
	int status;

	*ret = NULL;
	if (!sem->wanted)
		return -1;
	name = sem->name != NULL ? xstrdup(sem->name) : terminal_name();
	*ret = semaphore_open(name, sem_say_stalled);
	if (*ret == NULL) {
		char *shown = msg_short(name, strlen(name));

		msg_warn("cannot open the semaphore '%s' in /tmp: %s", shown,
		    semaphore_why(errno));
		free(shown);
		free(name);
		return msg_failure();
	}
	free(name);
	status = take_place(options, *ret);
	if (status < 0 && sem->wait) {
		semaphore_close(*ret);
		return EXITS_SUCCESS;
	}
	if (status < 0 && !sem->foreground)
		status = go_into_background(options, *ret);
	return status;
}
