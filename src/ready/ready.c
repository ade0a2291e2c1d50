#include "ready.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/stat.h>

#include "base/xalloc.h"
#include "dial.h"
#include "logline.h"
#include "notify.h"
#include "spec.h"
#include "sys/fd.h"
#include "sys/loop.h"

#define FIRST_DELAY_NS (5 * NS_PER_MS)
#define LAST_DELAY_NS (250 * NS_PER_MS)

/*
 * A process that dies closes its descriptors before its parent hears of its
 * end. The end says more than a closed descriptor: so long it is waited for.
 */
#define LAST_WORDS_NS (100 * NS_PER_MS)

enum state {
	STATE_WAITING,  /* nothing is known yet */
	STATE_MET,      /* ready: the timer tells the owner */
	STATE_HOPELESS, /* never ready: the timer tells the owner */
	STATE_TOLD,     /* the owner knows */
};

struct ready {
	struct loop *loop;
	const struct ready_spec *spec;
	const struct ready_events *events;
	void *arg;
	enum state state;
	struct loop_timer timer; /* the next try, or telling the owner */
	int64_t delay_ns;        /* between the next try and the one after */
	struct loop_io pipe;     /* fd: our end of the pipe */
	int pipe_fds[2];       /* fd: both ends of the pipe, each open or -1 */
	struct notify *notify; /* notify: the socket, else NULL */
	struct dial *dial;     /* tcp, unix: else NULL */
	struct logline *log;   /* log: the line under way, else NULL */
	char *status;          /* notify: the last STATUS=, or NULL */
	int try_error;         /* errno of the last try, or 0 */
};

static void
tell_later(struct ready *ready, enum state state, int64_t ns)
{
	ready->state = state;
	loop_timer_set(
	    ready->loop, &ready->timer, loop_after(loop_now(ready->loop), ns));
}

/* Must be the last thing that a function does: the owner may free us. */
static void
tell_ready(struct ready *ready)
{
	ready->state = STATE_TOLD;
	loop_timer_clear(ready->loop, &ready->timer);
	ready->events->ready(ready->arg);
}

static void
tell_failed(struct ready *ready)
{
	char *why = xasprintf("closed descriptor %d before it wrote the "
			      "newline that says it is ready",
	    ready->spec->number);

	ready->state = STATE_TOLD;
	ready->events->failed(ready->arg, why);
	free(why);
}

static void
close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/*
 * Also read when the service is ready already: were the pipe closed, SIGPIPE
 * would kill a service that writes another newline.
 */
static void
on_pipe(struct loop_io *io, uint32_t events)
{
	struct ready *ready = io->arg;
	char bytes[512];
	ssize_t len = read(io->fd, bytes, sizeof(bytes));

	(void)events;
	if (len < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (len <= 0) {
		loop_del(ready->loop, &ready->pipe);
		close_end(&ready->pipe_fds[0]);
		if (ready->state == STATE_WAITING)
			tell_later(ready, STATE_HOPELESS, LAST_WORDS_NS);
	} else if (ready->state == STATE_WAITING &&
	    memchr(bytes, '\n', (size_t)len) != NULL) {
		tell_ready(ready);
	}
}

static int
open_pipe(struct ready *ready, const char *path)
{
	(void)path;
	if (fd_pipe(ready->pipe_fds) < 0)
		return -1;
	return loop_add(ready->loop, &ready->pipe, ready->pipe_fds[0], EPOLLIN);
}

static void
on_message(void *arg, const struct notify_message *message)
{
	struct ready *ready = arg;

	if (message->status != NULL) {
		free(ready->status);
		ready->status = xstrdup(message->status);
	}
	if (message->ready && ready->state == STATE_WAITING)
		tell_ready(ready);
	else if (message->extend_ns >= 0 && ready->events->extend != NULL)
		ready->events->extend(ready->arg, message->extend_ns);
}

static int
open_notify(struct ready *ready, const char *path)
{
	if (path == NULL) {
		errno = ENOENT;
		return -1;
	}
	ready->notify = notify_new(ready->loop, path, on_message, ready);
	return ready->notify != NULL ? 0 : -1;
}

/* How a try ended: 0, or why the service is not ready yet. */
static void
tried(void *arg, int error)
{
	struct ready *ready = arg;

	ready->try_error = error;
	if (error == 0) {
		tell_ready(ready);
		return;
	}
	loop_timer_set(ready->loop, &ready->timer,
	    loop_after(loop_now(ready->loop), ready->delay_ns));
	ready->delay_ns *= 2;
	if (ready->delay_ns > LAST_DELAY_NS)
		ready->delay_ns = LAST_DELAY_NS;
}

static int
open_dial(struct ready *ready, const char *path)
{
	(void)path;
	ready->dial = dial_new(ready->loop, ready->spec->addresses,
	    ready->spec->n_addresses, tried, ready);
	return 0;
}

static void
try_dial(struct ready *ready)
{
	dial_try(ready->dial);
}

static void
try_file(struct ready *ready)
{
	struct stat st;

	tried(ready, stat(ready->spec->value, &st) < 0 ? errno : 0);
}

static void
try_exec(struct ready *ready)
{
	ready->events->probe(ready->arg);
}

static int
open_log(struct ready *ready, const char *path)
{
	(void)path;
	ready->log = logline_new(ready->spec->regex);
	return 0;
}

static const struct {
	int (*open)(struct ready *ready, const char *path); /* or NULL */
	void (*attempt)(struct ready *ready); /* NULL: nothing to try */
} kinds[READY_KINDS] = {
	[READY_NOTIFY] = { open_notify, NULL },
	[READY_FD] = { open_pipe, NULL },
	[READY_TCP] = { open_dial, try_dial },
	[READY_UNIX] = { open_dial, try_dial },
	[READY_FILE] = { NULL, try_file },
	[READY_LOG] = { open_log, NULL },
	[READY_EXEC] = { NULL, try_exec },
};

static void
on_timer(struct loop_timer *timer)
{
	struct ready *ready = timer->arg;

	switch (ready->state) {
	case STATE_WAITING:
		kinds[ready->spec->kind].attempt(ready);
		break;
	case STATE_MET:
		tell_ready(ready);
		break;
	case STATE_HOPELESS:
		tell_failed(ready);
		break;
	case STATE_TOLD:
		assert(!"a timer that nobody needs");
	}
}

struct ready *
ready_new(struct loop *loop, const struct ready_spec *spec, const char *path,
    const struct ready_events *events, void *arg)
{
	struct ready *ready = xcalloc(1, sizeof(*ready));

	ready->loop = loop;
	ready->spec = spec;
	ready->events = events;
	ready->arg = arg;
	ready->delay_ns = FIRST_DELAY_NS;
	ready->pipe_fds[0] = ready->pipe_fds[1] = -1;
	ready->pipe =
	    (struct loop_io){ .ready = on_pipe, .arg = ready, .fd = -1 };
	loop_timer_init(&ready->timer, on_timer, ready);
	if (kinds[spec->kind].open != NULL &&
	    kinds[spec->kind].open(ready, path) < 0) {
		int error = errno;

		ready_free(ready);
		errno = error;
		return NULL;
	}
	return ready;
}

void
ready_free(struct ready *ready)
{
	if (ready == NULL)
		return;
	loop_timer_clear(ready->loop, &ready->timer);
	loop_del(ready->loop, &ready->pipe);
	close_end(&ready->pipe_fds[0]);
	close_end(&ready->pipe_fds[1]);
	notify_free(ready->notify);
	dial_free(ready->dial);
	logline_free(ready->log);
	free(ready->status);
	free(ready);
}

const char *
ready_notify_path(const struct ready *ready)
{
	return ready->notify != NULL ? notify_path(ready->notify) : NULL;
}

int
ready_child_fd(const struct ready *ready, int *ret_number)
{
	if (ready->pipe_fds[1] >= 0)
		*ret_number = ready->spec->number;
	return ready->pipe_fds[1];
}

void
ready_begin(struct ready *ready)
{
	close_end(&ready->pipe_fds[1]);
	if (kinds[ready->spec->kind].attempt != NULL)
		loop_timer_set(
		    ready->loop, &ready->timer, loop_now(ready->loop));
}

void
ready_log(struct ready *ready, const char *bytes, size_t len)
{
	if (ready->log != NULL && ready->state == STATE_WAITING &&
	    logline_feed(ready->log, bytes, len))
		tell_later(ready, STATE_MET, 0);
}

void
ready_probe_ended(struct ready *ready, bool succeeded)
{
	assert(ready->state == STATE_WAITING);
	if (succeeded)
		tell_later(ready, STATE_MET, 0);
	else
		tried(ready, ECHILD);
}

const char *
ready_status(const struct ready *ready)
{
	if (ready->status != NULL)
		return ready->status;
	if (ready->try_error == 0 || ready->spec->kind == READY_EXEC)
		return NULL;
	return strerror(ready->try_error);
}
