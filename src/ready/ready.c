#include "ready.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "base/xalloc.h"
#include "dial.h"
#include "filemark.h"
#include "http.h"
#include "lastline.h"
#include "logline.h"
#include "notify_socket.h"
#include "spec.h"
#include "sys/fd.h"
#include "sys/loop.h"

#define FIRST_DELAY_NS (5 * NS_PER_MS)
#define LAST_DELAY_NS (250 * NS_PER_MS)

/*
 * A process that dies closes its descriptors before its parent hears of its
 * end.  How it ended says more than that it closed one, so it gets so long.
 */
#define LAST_WORDS_NS (100 * NS_PER_MS)

enum state {
	STATE_BEFORE,   /* the service has not been started */
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
	int pipe_fds[2]; /* fd: both ends of the pipe, each open or -1 */
	struct notify_socket *notify; /* notify: the socket, else NULL */
	struct dial *dial;            /* tcp, unix: else NULL */
	struct http *http;            /* http: else NULL */
	struct logline *log;          /* log: the line under way, else NULL */
	struct filemark mark; /* file: what was there before the service */
	struct lastline last; /* exec: of the last probe; log: of the service */
	/* exec: how the probe has ended; owned, or NULL */
	struct {
		char *now;     /* NULL: it runs */
		char *earlier; /* of the one before, with its last line */
	} how;
	char *status;             /* notify: the last STATUS=, or NULL */
	int try_error;            /* errno of the last try, or 0 */
	enum ready_before before; /* what ready_look() has found */
	char *why;                /* what ready_status() returned; owned */
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
	ready->notify = notify_socket_new(ready->loop, path, on_message, ready);
	return ready->notify != NULL ? 0 : -1;
}

/* How a try ended: 0, or why the service is not ready yet; see dial_ended. */
static void
tried(void *arg, int error)
{
	struct ready *ready = arg;

	ready->try_error = error;
	if (ready->state == STATE_BEFORE) {
		ready->before = error == 0 ? READY_TAKEN : READY_CLEAR;
		return;
	}
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

static int
open_http(struct ready *ready, const char *path)
{
	const struct ready_spec *spec = ready->spec;

	(void)path;
	ready->http = http_new(ready->loop, spec->request, spec->addresses,
	    spec->n_addresses, tried, ready);
	return 0;
}

static void
try_http(struct ready *ready)
{
	http_try(ready->http);
}

/* What there is before the start is no reason to fail: it may be replaced. */
static void
look_file(struct ready *ready)
{
	if (filemark_read(ready->spec->value, &ready->mark) < 0)
		ready->mark = (struct filemark){ 0 };
	ready->before = READY_CLEAR;
}

static void
try_file(struct ready *ready)
{
	struct filemark now;

	if (filemark_read(ready->spec->value, &now) < 0)
		tried(ready, errno);
	else if (filemark_is_same(&now, &ready->mark))
		tried(ready, EEXIST);
	else
		tried(ready, 0);
}

/* What there is to say of the probe, and the last line that it wrote. */
static char *
with_last_line(const struct ready *ready, const char *what)
{
	const char *last = lastline_text(&ready->last);

	return xasprintf("%s%s%s", what, last[0] != '\0' ? ": " : "", last);
}

static void
try_exec(struct ready *ready)
{
	if (ready->how.now != NULL) {
		free(ready->how.earlier);
		ready->how.earlier = with_last_line(ready, ready->how.now);
	}
	ready->last = (struct lastline){ 0 };
	free(ready->how.now);
	ready->how.now = NULL;
	ready->events->probe(ready->arg);
}

static int
open_log(struct ready *ready, const char *path)
{
	(void)path;
	ready->log = logline_new(ready->spec->regex);
	return 0;
}

/* Why it is not ready yet, for each kind; the caller frees it. */

static char *
explain_notify(const struct ready *ready)
{
	(void)ready;
	return xstrdup("it has not sent READY=1 to $NOTIFY_SOCKET");
}

static char *
explain_fd(const struct ready *ready)
{
	return xasprintf("it has not written a newline to descriptor %d",
	    ready->spec->number);
}

static char *
explain_dial(const struct ready *ready)
{
	return dial_describe(ready->dial);
}

static char *
explain_http(const struct ready *ready)
{
	return http_describe(ready->http);
}

static char *
explain_file(const struct ready *ready)
{
	const char *path = ready->spec->value;

	if (ready->try_error == EEXIST)
		return xasprintf(
		    "%s was there before, and is still the same", path);
	return xasprintf("%s: %s", path, strerror(ready->try_error));
}

static char *
explain_log(const struct ready *ready)
{
	const char *last = lastline_text(&ready->last);

	return xasprintf("no line of its output matches '%s'%s%s",
	    ready->spec->value, last[0] != '\0' ? "; the last one is: " : "",
	    last);
}

static char *
explain_exec(const struct ready *ready)
{
	const char *command = ready->spec->value;
	char *what, *text;

	if (ready->how.now == NULL && ready->how.earlier != NULL)
		return xasprintf(
		    "'%s': %s (it runs again)", command, ready->how.earlier);
	what = with_last_line(ready,
	    ready->how.now != NULL ? ready->how.now : "has not ended yet");
	text = xasprintf(
	    "'%s'%s %s", command, ready->how.now != NULL ? ":" : "", what);
	free(what);
	return text;
}

static const struct {
	int (*open)(struct ready *ready, const char *path); /* or NULL */
	void (*look)(struct ready *ready);    /* NULL: nothing to look at */
	void (*attempt)(struct ready *ready); /* NULL: nothing to try */
	char *(*explain)(const struct ready *ready);
} kinds[READY_KINDS] = {
	[READY_NOTIFY] = { open_notify, NULL, NULL, explain_notify },
	[READY_FD] = { open_pipe, NULL, NULL, explain_fd },
	[READY_TCP] = { open_dial, try_dial, try_dial, explain_dial },
	[READY_UNIX] = { open_dial, try_dial, try_dial, explain_dial },
	[READY_FILE] = { NULL, look_file, try_file, explain_file },
	[READY_LOG] = { open_log, NULL, NULL, explain_log },
	[READY_EXEC] = { NULL, NULL, try_exec, explain_exec },
	[READY_HTTP] = { open_http, try_http, try_http, explain_http },
};

static void
on_timer(struct loop_timer *timer)
{
	struct ready *ready = timer->arg;

	switch (ready->state) {
	case STATE_BEFORE:
		assert(!"no timer runs before the start");
		break;
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
	ready->before =
	    kinds[spec->kind].look != NULL ? READY_UNKNOWN : READY_CLEAR;
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
	notify_socket_free(ready->notify);
	dial_free(ready->dial);
	http_free(ready->http);
	logline_free(ready->log);
	free(ready->how.now);
	free(ready->how.earlier);
	free(ready->status);
	free(ready->why);
	free(ready);
}

const char *
ready_notify_path(const struct ready *ready)
{
	return ready->notify != NULL ? notify_socket_path(ready->notify) : NULL;
}

int
ready_child_fd(const struct ready *ready, int *ret_number)
{
	if (ready->pipe_fds[1] >= 0)
		*ret_number = ready->spec->number;
	return ready->pipe_fds[1];
}

enum ready_before
ready_look(struct ready *ready)
{
	assert(ready->state == STATE_BEFORE);
	if (ready->before == READY_UNKNOWN) {
		ready->before = READY_LOOKING;
		kinds[ready->spec->kind].look(ready);
	}
	return ready->before;
}

void
ready_begin(struct ready *ready)
{
	assert(ready->before != READY_LOOKING);
	close_end(&ready->pipe_fds[1]);
	ready->state = STATE_WAITING;
	ready->try_error = 0;
	if (kinds[ready->spec->kind].attempt != NULL)
		loop_timer_set(
		    ready->loop, &ready->timer, loop_now(ready->loop));
}

void
ready_log(struct ready *ready, const char *bytes, size_t len)
{
	if (ready->log == NULL || ready->state != STATE_WAITING)
		return;
	lastline_feed(&ready->last, bytes, len);
	if (logline_feed(ready->log, bytes, len))
		tell_later(ready, STATE_MET, 0);
}

void
ready_probe_wrote(struct ready *ready, const char *bytes, size_t len)
{
	lastline_feed(&ready->last, bytes, len);
}

void
ready_probe_ended(struct ready *ready, const char *how)
{
	assert(ready->state == STATE_WAITING);
	if (how == NULL) {
		tell_later(ready, STATE_MET, 0);
		return;
	}
	ready->how.now = xstrdup(how);
	tried(ready, ECHILD);
}

const char *
ready_status(struct ready *ready)
{
	const struct ready_spec *spec = ready->spec;
	/* while the first try of the others lasts, nothing is known */
	bool tries = kinds[spec->kind].attempt != NULL &&
	    spec->kind != READY_EXEC && spec->kind != READY_HTTP;

	if (ready->status != NULL)
		return ready->status;
	if (ready->state != STATE_WAITING || (tries && ready->try_error == 0))
		return NULL;
	free(ready->why);
	ready->why = kinds[spec->kind].explain(ready);
	return ready->why;
}
