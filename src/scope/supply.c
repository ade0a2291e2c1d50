#include "supply.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/stat.h>

#include "base/block.h"
#include "base/xalloc.h"
#include "closing.h"
#include "foreground.h"
#include "input/unblocked.h"
#include "keyboard.h"
#include "state.h"
#include "store/reel.h"
#include "sys/process.h"
#include "verdict.h"

/* How much is read, and given to a job, at once. */
#define READ_SIZE ((size_t)128 << 10)
#define GIVE_MAX ((uint64_t)4 << 20)

/* A job that is given our standard input. */
struct taker {
	struct supply *supply;
	struct job *job;
	uint64_t at;  /* what it was given ends here */
	bool started; /* an attempt has begun */
	bool reads;   /* it wants what there is */
	bool hungry;  /* it was given all that there is; counts in n_hungry */
	LIST_ENTRY(taker) link;
};

LIST_HEAD(takers, taker);

struct supply {
	struct scope *scope;
	enum job_input mode;
	struct slice file; /* all of it is there; block is NULL: it is read */
	struct reel reel;  /* what was read of it */
	struct takers takers;
	size_t n_hungry;
	struct loop_io io;       /* watched while a job is hungry */
	struct loop_timer timer; /* armed while it cannot be watched */
	char *buf;               /* READ_SIZE bytes; owned; NULL until needed */
	char *error;             /* a message; owned; NULL: none */
	struct foreground foreground; /* of JOB_INPUT_TTY */
	bool ended;                   /* there is nothing more to read */
	bool closed;                  /* there will be no more takers */
};

/* why: the message, which becomes ours. */
static void
fail_for(struct supply *supply, char *why)
{
	if (supply->error != NULL) {
		free(why);
		return;
	}
	supply->error = why;
	verdict_bad_input(supply->scope, supply->error);
	closing_cancel(supply->scope, CLOSE_INPUT);
}

static void
fail(struct supply *supply, const char *what, int error)
{
	fail_for(supply, xasprintf("%s: %s", what, strerror(error)));
}

/* True if another folder may do better. */
static bool
is_of_folder(int error)
{
	return error == ENOSPC || error == EDQUOT || error == EACCES ||
	    error == EROFS || error == ENOENT || error == ENOTDIR;
}

static void
watch(struct supply *supply)
{
	struct loop *loop = supply->scope->context.loop;

	if (supply->n_hungry == 0 || supply->ended || supply->error != NULL) {
		loop_del(loop, &supply->io);
		loop_timer_clear(loop, &supply->timer);
	} else {
		loop_watch(
		    loop, &supply->io, STDIN_FILENO, EPOLLIN, &supply->timer);
	}
}

static void
set_hungry(struct taker *taker, bool hungry)
{
	taker->supply->n_hungry += hungry;
	taker->supply->n_hungry -= taker->hungry;
	taker->hungry = hungry;
}

/* Gives the job what there is, as far as it takes it. */
static void
give(struct taker *taker)
{
	struct supply *supply = taker->supply;
	struct inlet *inlet = taker->job->inlet;
	struct slice slice;

	while (!inlet_is_gone(inlet) && inlet_waiting(inlet) == 0 &&
	    reel_look(&supply->reel, taker->at, GIVE_MAX, &slice)) {
		taker->at += slice.len;
		inlet_put(inlet, &slice);
	}
	if (supply->ended && taker->at == supply->reel.end)
		inlet_end(inlet);
	set_hungry(taker,
	    taker->reads && !inlet_is_gone(inlet) && inlet_waiting(inlet) == 0);
	if (inlet_error(inlet) == ENODATA)
		fail_for(supply,
		    xstrdup("standard input, a file, became shorter while jobs "
			    "read it"));
	else if (inlet_error(inlet) != 0)
		fail(supply, "cannot give standard input to a job",
		    inlet_error(inlet));
}

/* All that the job was given is written, or it reads no more. */
static void
moved(void *arg)
{
	struct taker *taker = arg;

	if (!taker->reads && taker->supply->mode == JOB_INPUT_TYPED)
		keyboard_take(taker->supply->scope);
	taker->reads = true;
	give(taker);
	watch(taker->supply);
}

/* Drops what all have got.  A job that may run again needs all once more. */
static void
drop_old(struct supply *supply)
{
	uint64_t least = supply->reel.end;
	const struct taker *taker;

	if (!supply->closed || supply->scope->options->job.retries > 0)
		return;
	LIST_FOREACH(taker, &supply->takers, link)
		if (!inlet_is_gone(taker->job->inlet) && taker->at < least)
			least = taker->at;
	reel_drop(&supply->reel, least);
}

/* True if a terminal has ended: it was hung up, or we are not in its session.
 */
static bool
is_end_of_terminal(int error)
{
	return error == EIO && isatty(STDIN_FILENO);
}

static void
read_some(struct supply *supply)
{
	ssize_t n;

	if (supply->buf == NULL)
		supply->buf = xmalloc(READ_SIZE);
	n = unblocked_read(STDIN_FILENO, supply->buf, READ_SIZE);
	if (n == 0 || (n < 0 && is_end_of_terminal(errno)))
		supply->ended = true;
	else if (n < 0 && errno != EAGAIN && errno != EINTR)
		fail(supply, "cannot read standard input", errno);
	else if (n > 0 &&
	    reel_append(&supply->reel, supply->buf, (size_t)n) < 0)
		fail(supply,
		    is_of_folder(errno)
			? "cannot keep standard input for all "
			  "jobs (TMPDIR chooses another folder)"
			: "cannot keep standard input for all jobs",
		    errno);
}

static void
readable(struct loop_io *io, uint32_t events)
{
	struct supply *supply = io->arg;
	struct taker *taker;

	(void)events;
	read_some(supply);
	LIST_FOREACH(taker, &supply->takers, link)
		if (taker->hungry)
			give(taker);
	drop_old(supply);
	watch(supply);
}

static void
watch_again(struct loop_timer *timer)
{
	watch(timer->arg);
}

/* Takes a file as it is, which needs not be read before it is given. */
static void
take_file(struct supply *supply)
{
	off_t at = lseek(STDIN_FILENO, 0, SEEK_CUR);
	struct stat st;
	int fd;

	if (at < 0 || fstat(STDIN_FILENO, &st) < 0 || !S_ISREG(st.st_mode) ||
	    st.st_size <= at)
		return; /* some files of /proc have no size */
	fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	if (fd < 0)
		return;
	supply->ended = true;
	supply->file = (struct slice){ .block = block_of_file(fd),
		.at = (uint64_t)at,
		.len = (uint64_t)(st.st_size - at) };
	lseek(STDIN_FILENO, st.st_size, SEEK_SET);
}

/*
 * True if the first command can read our standard input itself, as it would
 * without us: not from a terminal, since it is in the background there, and not
 * if it may run again, nor if it runs on another machine.
 */
static bool
is_inherited(const struct supply *supply)
{
	return supply->mode == JOB_INPUT_FIRST && !isatty(STDIN_FILENO) &&
	    supply->scope->options->job.retries == 0 &&
	    supply->scope->machines.n == 0;
}

struct supply *
supply_new(struct scope *scope)
{
	enum job_input mode = scope->options->job.input;
	struct supply *supply;

	if (mode < JOB_INPUT_TTY)
		return NULL;
	supply = xcalloc(1, sizeof(*supply));
	supply->scope = scope;
	supply->mode = mode;
	reel_init(&supply->reel, scope->options->output.tmpdir);
	LIST_INIT(&supply->takers);
	supply->io =
	    (struct loop_io){ .ready = readable, .arg = supply, .fd = -1 };
	loop_timer_init(&supply->timer, watch_again, supply);
	foreground_init(&supply->foreground, scope);
	if (supply->mode != JOB_INPUT_TTY && !is_inherited(supply))
		take_file(supply);
	return supply;
}

int
supply_files(const struct supply *supply)
{
	/* a pipe has two ends, and what was read has a file */
	static const int needed[] = { [JOB_INPUT_TTY] = 1,
		[JOB_INPUT_FIRST] = 3,
		[JOB_INPUT_TYPED] = 2,
		[JOB_INPUT_EACH] = 3 };

	if (supply == NULL || is_inherited(supply))
		return 0;
	return needed[supply->mode] - (supply->file.block != NULL);
}

void
supply_free(struct supply *supply)
{
	if (supply == NULL)
		return;
	loop_del(supply->scope->context.loop, &supply->io);
	loop_timer_clear(supply->scope->context.loop, &supply->timer);
	foreground_release(&supply->foreground);
	block_unref(supply->file.block);
	reel_release(&supply->reel);
	free(supply->buf);
	free(supply->error);
	free(supply);
}

/* The first command could not be started: the next one is the first. */
static void
pass_on(struct supply *supply)
{
	if (supply->mode != JOB_INPUT_EACH)
		supply->closed = false;
}

static void
inheriting_judged(struct job *job)
{
	if (job->family.leader.member.pid == 0)
		pass_on(job->owner);
}

static int
inherit(struct job *job, struct process_request *request)
{
	(void)job;
	request->fds[0] = STDIN_FILENO;
	return 0;
}

static void
started(struct job *job)
{
	struct taker *taker = job->owner;

	taker->started = true;
}

static void
judged(struct job *job)
{
	const struct taker *taker = job->owner;

	if (!taker->started)
		pass_on(taker->supply);
}

static void
over(struct job *job)
{
	struct taker *taker = job->owner;

	set_hungry(taker, false);
	watch(taker->supply);
	if (taker->reads && taker->supply->mode == JOB_INPUT_TYPED)
		keyboard_give_back(taker->supply->scope);
	LIST_REMOVE(taker, link);
	free(taker);
}

static void
add_taker(struct supply *supply, struct job *job)
{
	static const struct job_hooks hooks = {
		.started = started, .judged = judged, .over = over
	};
	struct taker *taker = xcalloc(1, sizeof(*taker));

	taker->supply = supply;
	taker->job = job;
	LIST_INSERT_HEAD(&supply->takers, taker, link);
	job->inlet = inlet_new(&job->context->inlets, moved, taker);
	job->hooks = &hooks;
	job->owner = taker;
	if (supply->file.block == NULL)
		return;
	inlet_put(job->inlet, &supply->file);
	inlet_end(job->inlet);
}

void
supply_give(struct supply *supply, struct job *job)
{
	static const struct job_hooks inheriting = { .equip = inherit,
		.judged = inheriting_judged };

	assert(job->hooks == NULL && job->owner == NULL);
	if (supply->mode == JOB_INPUT_TTY) {
		foreground_give(&supply->foreground, job);
		return;
	}
	if (supply->closed)
		return;
	if (is_inherited(supply)) {
		job->hooks = &inheriting;
		job->owner = supply;
	} else {
		add_taker(supply, job);
	}
	supply->closed = supply->mode != JOB_INPUT_EACH;
}

void
supply_end(struct supply *supply)
{
	supply->closed = true;
}
