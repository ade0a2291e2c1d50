/*
 * The controller's end of a connection to an agent, with a puppet at the other
 * end.
 *
 *   link [-c BYTES] [-g MS] [-l MS] [-p MS]
 *	follows the script on standard input, a command a line, and says what
 *	the link tells.  -c: the environment in CONFIG has about so many bytes;
 *	-g, -l, -p: the times for the greeting, until the agent is lost, until
 *	it is pinged.
 *
 * The puppet, beside what puppet_agent.h says:
 *	fill JOB FD N			N bytes that "check" knows
 *	hangup | deaf			closes what it writes to, reads from
 *	ignore | answer			reads nothing; answers pings
 *	sent | clear			shows the frames that it got since;
 *					forgets them
 *	credits JOB			how many bytes of credit there were
 * The caller:
 *	run TEXT | joined TEXT		the jobs have numbers from 1 on
 *	ask JOB SIGNAL MS | kill JOB | signal JOB SIGNAL | forget JOB
 *	quit MS | suspend | resume | free
 *	on EVENT free|forget		from within the next such event
 *	quiet				bytes that came are not told any more
 * The reader of pipes:
 *	show JOB FD | check JOB FD	what there is; how many bytes of "fill"
 *	shut JOB FD			closes its end
 * All:
 *	wait EVENT|ping			runs the loop until it is told, or comes
 *	freeze MS			all stand still
 *	jobs N WIDTH			runs N jobs, WIDTH at once
 */
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "remote/frame.h"
#include "remote/keepalive.h"
#include "remote/link.h"
#include "remote/message.h"
#include "remote/pack.h"
#include "sys/fd.h"
#include "sys/loop.h"

#include "checked.h"
#include "puppet_agent.h"

#define JOBS_MAX 100
#define PIPE_SIZE 1048576

/* A job of the script; its number is its place in the table. */
struct errand {
	struct link_job *job; /* NULL: it has exited, or was forgotten */
	int fds[2];           /* read ends */
	uint64_t filled[2], checked[2];
	uint64_t credit;
};

struct driver {
	struct loop *loop;
	struct link *link;
	struct errand errands[JOBS_MAX];
	int n_errands;
	int in_fd, out_fd; /* of the puppet; -1: closed */
	struct frame_reader reader;
	struct buf sent; /* what "sent" shows */
	bool ignores;
	bool answers; /* pings */
	bool quiet;
	char told[16];         /* the last event */
	char on[16], what[16]; /* what to do at the next such event */
	uint64_t running, done;
	bool storms; /* during "jobs" */
};

static struct driver driver;

static void
free_link(void)
{
	link_free(driver.link);
	driver.link = NULL;
	for (int i = 1; i <= driver.n_errands; i++)
		driver.errands[i].job = NULL;
}

/* An event was told, perhaps of a job. */
static void
tell(const char *event, struct errand *errand)
{
	fflush(stdout);
	strlcpy(driver.told, event, sizeof(driver.told));
	if (strcmp(driver.on, event) != 0)
		return;
	driver.on[0] = '\0';
	if (strcmp(driver.what, "free") == 0) {
		free_link();
	} else if (errand != NULL && errand->job != NULL) {
		link_forget(errand->job);
		errand->job = NULL;
	}
}

static int
number(const struct errand *errand)
{
	return (int)(errand - driver.errands);
}

static void
told_ready(void *arg, const struct remote_hello *hello)
{
	(void)arg;
	printf("ready: %s, process %u, %u CPUs, step %s\n", hello->host,
	    hello->pid, hello->cpus, hello->step ? hello->step : "none");
	tell("ready", NULL);
}

static void
told_started(void *owner, int64_t pid)
{
	struct errand *errand = owner;

	if (driver.storms)
		return;
	assert(link_pid(errand->job) == pid);
	printf("started %d: %" PRId64 "\n", number(errand), pid);
	tell("started", errand);
}

static void
told_wrote(void *owner)
{
	if (driver.storms || driver.quiet)
		return;
	printf("wrote %d\n", number(owner));
	tell("wrote", owner);
}

static void
told_orphans(void *owner, const struct remote_orphans *orphans)
{
	printf("orphans %d: %" PRIu64 ", %s\n", number(owner), orphans->count,
	    orphans->names);
	tell("orphans", owner);
}

static void
told_exited(void *owner, const struct remote_exit *end)
{
	struct errand *errand = owner;

	errand->job = NULL;
	if (driver.storms) {
		driver.running--;
		driver.done++;
		return;
	}
	printf("exited %d: %u %u%s\n", number(errand), end->kind, end->detail,
	    end->unread ? " unread" : "");
	tell("exited", errand);
}

static void
told_said(void *arg, const char *line)
{
	(void)arg;
	printf("said: %s\n", line);
	tell("said", NULL);
}

static void
told_ended(void *arg, const char *why, bool gone)
{
	(void)arg;
	printf("ended: %s (%s)\n", why != NULL ? why : "bye",
	    gone ? "gone" : "not gone");
	tell("ended", NULL);
}

static const struct link_events events = {
	.ready = told_ready,
	.started = told_started,
	.wrote = told_wrote,
	.orphans = told_orphans,
	.exited = told_exited,
	.said = told_said,
	.ended = told_ended,
};

/* "jobs": runs at once what it is asked to. */
static void
puppet_run(uint32_t job)
{
	struct buf b = BUF_INIT;
	struct remote_exit end = { .kind = 0, .started = true };

	pack_u32(&b, 4711);
	puppet_put(FRAME_STARTED, 0, job, b.data, b.len);
	puppet_put(FRAME_OUT, 1, job, "x\n", 2);
	b.len = 0;
	message_put_exit(&b, &end);
	puppet_put(FRAME_EXIT, 0, job, b.data, b.len);
	buf_release(&b);
}

static void
puppet_take(const struct frame *frame)
{
	if (frame->type == FRAME_CREDIT && frame->job < JOBS_MAX) {
		struct unpack from = { frame->data, frame->len, false };

		driver.errands[frame->job].credit += unpack_u32(&from);
	}
	if (driver.storms) {
		assert(frame->type == FRAME_RUN);
		puppet_run(frame->job);
		return;
	}
	if (frame->type == FRAME_PING)
		strlcpy(driver.told, "ping", sizeof(driver.told));
	if (frame->type == FRAME_PING && driver.answers)
		puppet_number(FRAME_PONG, 0, 1);
	puppet_show(&driver.sent, frame);
}

/* Reads what the link has sent.  False if there is nothing. */
static bool
puppet_read(void)
{
	static char data[PIPE_SIZE];
	char why[FRAME_ERROR_MAX];
	struct frame frame;
	ssize_t n;

	if (driver.in_fd < 0 || driver.ignores)
		return false;
	n = read(driver.in_fd, data, sizeof(data));
	if (n <= 0)
		return false;
	frame_add(&driver.reader, data, (size_t)n);
	while (frame_next(&driver.reader, &frame, why) == FRAME_OK)
		puppet_take(&frame);
	return true;
}

/* Runs the loop until nothing moves. */
static void
settle(void)
{
	for (int idle = 0; idle < 4; idle++) {
		loop_turn(driver.loop, false);
		if (puppet_read())
			idle = 0;
	}
}

/* The puppet writes: while the pipe is full the loop goes on. */
void
puppet_write(const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(driver.out_fd, data, len);

		if (n < 0 && errno != EAGAIN)
			return; /* the link has hung up */
		if (n < 0) {
			loop_turn(driver.loop, false);
			continue;
		}
		data += n;
		len -= (size_t)n;
	}
}

/* The job that is named next. */
static struct errand *
next_errand(char **at)
{
	uint32_t n = next_number(at);

	assert(n > 0 && n <= (uint32_t)driver.n_errands);
	return &driver.errands[n];
}

/* The byte at this place of what "fill" writes. */
static char
fill_byte(int job, int fd, uint64_t at)
{
	return (char)(at * 31 + at / 251 + (uint64_t)job * 3 + (uint64_t)fd);
}

static void
puppet_fill(char *at)
{
	struct errand *errand = next_errand(&at);
	uint32_t fd = next_number(&at), left = next_number(&at);
	char data[FRAME_PART];

	while (left > 0) {
		size_t n = left < sizeof(data) ? left : sizeof(data);

		for (size_t i = 0; i < n; i++)
			data[i] = fill_byte(
			    number(errand), (int)fd, errand->filled[fd - 1]++);
		puppet_put(
		    FRAME_OUT, (uint8_t)fd, (uint32_t)number(errand), data, n);
		left -= (uint32_t)n;
	}
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* What the puppet can do beside writing frames. */
static bool
puppet_is(const char *word, char *at)
{
	if (strcmp(word, "hangup") == 0) {
		shut(&driver.out_fd);
	} else if (strcmp(word, "deaf") == 0) {
		shut(&driver.in_fd);
	} else if (strcmp(word, "fill") == 0) {
		puppet_fill(at);
	} else if (strcmp(word, "ignore") == 0 || strcmp(word, "answer") == 0) {
		*(*word == 'i' ? &driver.ignores : &driver.answers) = true;
	} else if (strcmp(word, "sent") == 0) {
		settle();
		printf("%.*s", (int)driver.sent.len,
		    driver.sent.len > 0 ? driver.sent.data : "");
		driver.sent.len = 0;
	} else if (strcmp(word, "clear") == 0) {
		driver.sent.len = 0;
	} else if (strcmp(word, "credits") == 0) {
		settle();
		printf("credit %" PRIu64 "\n", next_errand(&at)->credit);
	} else {
		return false;
	}
	return true;
}

/* Gives the errand its pipes and starts its job. */
static bool
start(struct errand *errand, const char *text, bool joined)
{
	struct remote_run run = { .seq = 1, .slot = 1, .attempt = 1 };
	int out[2], error[2], fds[2];

	assert(fd_pipe(out) == 0 && fd_pipe(error) == 0);
	run.text = xstrdup(text);
	run.len = strlen(text);
	fds[0] = out[1];
	fds[1] = joined ? out[1] : error[1];
	errand->job = link_run(driver.link, errand, &run, fds);
	free(run.text);
	close(out[1]);
	close(error[1]);
	errand->fds[0] = out[0];
	errand->fds[1] = error[0];
	return errand->job != NULL;
}

static void
run(const char *text, bool joined)
{
	assert(driver.n_errands + 1 < JOBS_MAX);
	if (!start(&driver.errands[++driver.n_errands], text, joined))
		printf("cannot run: %s\n", strerror(errno));
}

static void
ask(char *at)
{
	struct errand *errand = next_errand(&at);
	struct remote_ask how = { .signo = next_number(&at) };

	how.grace_ns = next_number(&at) * (uint64_t)NS_PER_MS;
	link_ask(errand->job, &how);
}

static void
forget(char *at)
{
	struct errand *errand = next_errand(&at);

	link_forget(errand->job);
	errand->job = NULL;
}

static bool
caller_does(const char *word, char *at)
{
	struct errand *errand;

	if (strcmp(word, "run") == 0) {
		run(at, false);
	} else if (strcmp(word, "joined") == 0) {
		run(at, true);
	} else if (strcmp(word, "ask") == 0) {
		ask(at);
	} else if (strcmp(word, "kill") == 0) {
		link_kill(next_errand(&at)->job);
	} else if (strcmp(word, "signal") == 0) {
		errand = next_errand(&at);
		link_signal(errand->job, (int)next_number(&at));
	} else if (strcmp(word, "forget") == 0) {
		forget(at);
	} else if (strcmp(word, "quit") == 0) {
		link_quit(driver.link, (int64_t)next_number(&at) * NS_PER_MS);
	} else if (strcmp(word, "suspend") == 0) {
		link_suspend(driver.link, true);
	} else if (strcmp(word, "resume") == 0) {
		link_suspend(driver.link, false);
	} else if (strcmp(word, "free") == 0) {
		free_link();
	} else if (strcmp(word, "on") == 0) {
		const char *event = strsep(&at, " ");

		strlcpy(driver.on, event, sizeof(driver.on));
		strlcpy(driver.what, at, sizeof(driver.what));
	} else if (strcmp(word, "quiet") == 0) {
		driver.quiet = true;
	} else {
		return false;
	}
	return true;
}

/* Reads what there is in a pipe of a job, while the loop goes on. */
static void
show(char *at, bool check)
{
	struct errand *errand = next_errand(&at);
	int fd = (int)next_number(&at);
	uint64_t *place = &errand->checked[fd - 1];
	char data[5000];
	ssize_t n;

	settle();
	while ((n = read(errand->fds[fd - 1], data, sizeof(data))) > 0) {
		if (!check)
			fwrite(data, 1, (size_t)n, stdout);
		for (ssize_t i = 0; check && i < n; i++)
			if (data[i] !=
			    fill_byte(number(errand), fd, (*place)++))
				errx(
				    1, "byte %" PRIu64 " is wrong", *place - 1);
		settle();
	}
	if (check)
		printf("%" PRIu64 " bytes", *place);
	puts(n == 0 ? " (end)" : " (open)");
}

/* Runs the jobs; each writes a line. */
static void
storm(char *at)
{
	uint32_t n = next_number(&at), width = next_number(&at), begun = 0;
	struct errand *errands = xcalloc(width, sizeof(*errands));
	char data[8];

	driver.storms = true;
	while (driver.done < n) {
		for (uint32_t i = 0; i < width; i++) {
			struct errand *errand = &errands[i];

			if (errand->job != NULL)
				continue;
			if (errand->fds[0] > 0) {
				assert(read(errand->fds[0], data, 8) == 2 &&
				    read(errand->fds[0], data, 8) == 0);
				shut(&errand->fds[0]);
				shut(&errand->fds[1]);
			}
			errand->fds[0] = 0;
			if (begun < n && start(errand, "true", false)) {
				begun++;
				driver.running++;
			}
		}
		loop_turn(driver.loop, false);
		puppet_read();
	}
	driver.storms = false;
	printf("%" PRIu64 " jobs, %" PRIu64 " left\n", driver.done,
	    driver.running);
	free(errands);
}

static void
follow(char *line)
{
	char *at = line;
	const char *word = strsep(&at, " ");
	struct errand *errand;

	if (driver.link == NULL)
		return; /* it was freed: what follows is not for it */
	if (at == NULL)
		at = line + strlen(line);
	if (strcmp(word, "show") == 0 || strcmp(word, "check") == 0) {
		show(at, *word == 'c');
	} else if (strcmp(word, "shut") == 0) {
		errand = next_errand(&at);
		shut(&errand->fds[next_number(&at) - 1]);
	} else if (strcmp(word, "wait") == 0) {
		if (strcmp(at, "ping") == 0) /* the next, not the last */
			driver.told[0] = '\0';
		while (strcmp(driver.told, at) != 0) {
			loop_turn(driver.loop, true);
			puppet_read();
		}
	} else if (strcmp(word, "freeze") == 0) {
		poll(NULL, 0, (int)next_number(&at));
	} else if (strcmp(word, "jobs") == 0) {
		storm(at);
	} else if (!puppet_says(word, at) && !puppet_is(word, at) &&
	    !caller_does(word, at)) {
		errx(2, "no such command: %s", word);
	}
	settle();
	fflush(stdout);
}

static void
open_link(const struct link_times *times, size_t bytes)
{
	struct remote_config config = { .host = (char *)"n1",
		.directory = (char *)"/tmp",
		.umask = 022,
		.env = STRVEC_INIT,
		.shell = STRVEC_INIT,
		.signo = SIGTERM,
		.dead_man_s = 120 };
	int to[2], from[2];

	for (; bytes >= 1000; bytes -= 1000)
		strvec_take(&config.env, xasprintf("A%zu=%0980d", bytes, 0));
	strvec_push(&config.shell, "sh");
	if (pipe2(to, O_CLOEXEC | O_NONBLOCK) < 0 ||
	    pipe2(from, O_CLOEXEC | O_NONBLOCK) < 0)
		err(2, "pipe");
	driver.in_fd = to[0];
	driver.out_fd = from[1];
	driver.link = link_new(
	    driver.loop, from[0], to[1], PUPPET_NONCE, &config, &events, NULL);
	link_set_times(driver.link, times);
	strvec_release(&config.env);
	strvec_release(&config.shell);
}

int
main(int argc, char **argv)
{
	struct link_times times = link_default_times;
	char *line = NULL;
	size_t cap = 0, bytes = 0;
	ssize_t len;
	int opt;

	while ((opt = getopt(argc, argv, "c:g:l:p:")) > 0 && opt != '?') {
		int64_t ns = strtoll(optarg, NULL, 10) * NS_PER_MS;

		if (opt == 'c')
			bytes = strtoul(optarg, NULL, 10);
		else
			*(opt == 'g'         ? &times.greeting_ns
				: opt == 'l' ? &times.lost_ns
					     : &times.ping_ns) = ns;
	}
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	driver.loop = loop_new();
	frame_reader_init(&driver.reader);
	open_link(&times, bytes);
	while ((len = getline(&line, &cap, stdin)) > 0) {
		line[strcspn(line, "\n")] = '\0';
		follow(line);
	}
	link_free(driver.link);
	loop_free(driver.loop);
	frame_reader_release(&driver.reader);
	buf_release(&driver.sent);
	free(line);
	return 0;
}
