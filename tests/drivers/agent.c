/*
 * A controller in the place of a nursery: starts a command, which is an agent,
 * on pipes, and does what the lines of standard input say.
 *
 *	agent COMMAND...
 *
 *	hello			reads the greeting, and waits for HELLO
 *	config [NAME=VALUE...]	sends the configuration: host, dir, umask, env
 *				(again for each variable), shell (one word),
 *				direct, joined, orphans, signal, grace (ms),
 *				dead (s), deadline (s)
 *	run JOB [NAME=VALUE...] : COMMAND	seq, slot, attempt, name, input
 *	ask JOB SIGNAL MS	kill JOB	signal JOB SIGNAL
 *	credit JOB BYTES	ping NUMBER SECONDS	quit MS
 *	frame TYPE AUX JOB HEX	any frame	raw HEX	any bytes
 *	close			the standard input of the agent
 *	wait TYPE		reads until such a frame comes
 *	wait TYPE JOB		the same, unless one of that job has come
 *already bytes JOB N		reads until the job has written so many quiet
 *no byte is there to be read
 *	auto			from now on all that a job writes is credited
 *	save FOLDER		from now on what jobs write is put there, too
 *	gate FIFO		waits until it is open
 *	send front|worker SIGNAL	to a process of the agent
 *	end			reads to the end, and says how the agent ended
 *
 * Each frame is a line of standard output; but what a job writes is said at its
 * end, in one line for each of its descriptors: long texts as a length.
 */
#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/prctl.h>

#include "base/parse.h"
#include "base/xalloc.h"
#include "checked.h"
#include "frames.h"
#include "names.h"
#include "remote/frame.h"
#include "remote/message.h"
#include "remote/pack.h"

#define JOBS_MAX 2048
#define SHOWN_MAX 200
#define LIMIT_MS 25000

static struct {
	pid_t pid;
	int to, from; /* -1: closed */
	struct frame_reader reader;
	struct buf wrote[JOBS_MAX][2];
	uint64_t total[JOBS_MAX];
	bool seen[JOBS_MAX][FRAME_OPTIONAL]; /* frames of each type */
	bool credits; /* all that is written is credited */
	const char *folder;
} puppet = { .to = -1, .from = -1 };

static uint32_t
number(const char *s)
{
	if (s == NULL)
		errx(64, "a number is missing");
	return (uint32_t)strtoul(s, NULL, 10);
}

/* Starts the agent. */
static void
start(char **argv)
{
	int in[2], out[2];

	if (pipe2(in, O_CLOEXEC) < 0 || pipe2(out, O_CLOEXEC) < 0)
		err(2, "pipe2");
	puppet.pid = fork_checked();
	if (puppet.pid == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		execvp(argv[0], argv);
		err(127, "%s", argv[0]);
	}
	close(in[0]);
	close(out[1]);
	puppet.to = in[1];
	puppet.from = out[0];
}

static void
send_bytes(const char *data, size_t len)
{
	if (puppet.to >= 0)
		write_all(puppet.to, data, len);
}

static void
send_frame(uint8_t type, uint8_t aux, uint32_t job, const struct buf *b)
{
	struct buf out = BUF_INIT;

	frame_put(&out, type, aux, job, b->data, b->len);
	send_bytes(out.data, out.len);
	buf_release(&out);
}

/* What is said of the bytes that a job wrote to one descriptor. */
static void
say_wrote(uint32_t job, int fd)
{
	struct buf *b = &puppet.wrote[job][fd - 1];

	if (b->len > SHOWN_MAX) {
		printf("out %u %d %zu bytes\n", job, fd, b->len);
	} else if (b->len > 0) {
		printf("out %u %d ", job, fd);
		for (size_t i = 0; i < b->len; i++)
			if (b->data[i] == '\n')
				printf("\\n");
			else
				putchar(b->data[i]);
		putchar('\n');
	}
	buf_release(b);
}

static void
save(uint32_t job, int fd, const char *data, size_t len)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%u.%d", puppet.folder, job, fd);
	file = fopen(path, "a");
	if (file == NULL || fwrite(data, 1, len, file) != len ||
	    fclose(file) != 0)
		err(2, "%s", path);
}

static void
hear_out(const struct frame *frame)
{
	assert(frame->job < JOBS_MAX && (frame->aux == 1 || frame->aux == 2));
	buf_append(
	    &puppet.wrote[frame->job][frame->aux - 1], frame->data, frame->len);
	puppet.total[frame->job] += frame->len;
	if (puppet.folder != NULL)
		save(frame->job, frame->aux, frame->data, frame->len);
	if (puppet.credits) {
		struct buf b = BUF_INIT;

		pack_u32(&b, (uint32_t)frame->len);
		send_frame(FRAME_CREDIT, 0, frame->job, &b);
		buf_release(&b);
	}
}

static void
hear_exit(const struct frame *frame)
{
	assert(frame->job < JOBS_MAX);
	say_wrote(frame->job, 1);
	say_wrote(frame->job, 2);
	say_exit(frame);
}

static void
say(const struct frame *frame)
{
	struct unpack from = { frame->data, frame->len, false };
	int len = (int)frame->len;

	switch (frame->type) {
	case FRAME_HELLO:
		say_hello(frame, (uint32_t)puppet.pid);
		break;
	case FRAME_READY:
		puts("ready");
		break;
	case FRAME_STARTED:
		printf("started %u\n", frame->job);
		break;
	case FRAME_OUT:
		hear_out(frame);
		break;
	case FRAME_ORPHANS:
		say_orphans(frame);
		break;
	case FRAME_EXIT:
		hear_exit(frame);
		break;
	case FRAME_TAKEN:
		printf("taken %u%s\n", unpack_u32(&from),
		    frame->aux == 1 ? " gone" : "");
		break;
	case FRAME_LOG:
	case FRAME_ERROR:
		printf("%s %.*s\n", frame->type == FRAME_LOG ? "log" : "error",
		    len, frame->data);
		break;
	case FRAME_PONG:
	case FRAME_BYE:
		printf("%s %u\n", frame->type == FRAME_BYE ? "bye" : "pong",
		    unpack_u32(&from));
		break;
	default:
		printf("frame %d\n", frame->type);
		break;
	}
	fflush(stdout);
}

/* Reads once, for LIMIT_MS at most.  False at the end. */
static bool
read_more(void)
{
	struct pollfd pfd = { .fd = puppet.from, .events = POLLIN };
	char chunk[65536];
	ssize_t n;

	fflush(stdout);
	if (poll(&pfd, 1, LIMIT_MS) <= 0)
		errx(3, "the agent says nothing");
	n = read(puppet.from, chunk, sizeof(chunk));
	if (n < 0)
		err(2, "read");
	frame_add(&puppet.reader, chunk, (size_t)n);
	return n > 0;
}

/* The next frame, said.  False at the end. */
static bool
next(struct frame *ret)
{
	char why[FRAME_ERROR_MAX];
	enum frame_result result;

	while ((result = frame_next(&puppet.reader, ret, why)) == FRAME_NONE)
		if (!read_more())
			return false;
	if (result == FRAME_BAD)
		errx(2, "%s", why);
	if (ret->job < JOBS_MAX && ret->type < FRAME_OPTIONAL)
		puppet.seen[ret->job][ret->type] = true;
	say(ret);
	return true;
}

static void
wait_for(const char *type, const char *job)
{
	struct frame frame = { .type = 0 };
	uint8_t wanted = type_of(type);

	while (job != NULL ? !puppet.seen[number(job)][wanted]
			   : frame.type != wanted)
		if (!next(&frame))
			errx(4, "the agent ended before '%s' came", type);
}

static void
wait_for_bytes(uint32_t job, uint64_t bytes)
{
	struct frame frame;

	while (puppet.total[job] < bytes)
		if (!next(&frame))
			errx(4, "the agent ended early");
}

/* Reads the greeting, byte for byte. */
static void
hello(void)
{
	char c;

	printf("greeting ");
	do {
		if (read(puppet.from, &c, 1) != 1)
			errx(4, "no greeting");
		if (c != '\n')
			putchar(c);
	} while (c != '\n');
	putchar('\n');
	wait_for("hello", NULL);
}

/* Splits "NAME=VALUE" of the words; NULL at the end of the line or at ":". */
static const char *
setting(char **line, const char **ret_value)
{
	char *word = strsep(line, " ");

	if (word == NULL || strcmp(word, ":") == 0)
		return NULL;
	*ret_value = strchr(word, '=');
	if (*ret_value == NULL)
		errx(64, "'%s' has no value", word);
	*strchr(word, '=') = '\0';
	++*ret_value;
	return word;
}

static void
set_config(struct remote_config *config, const char *name, const char *value)
{
	if (strcmp(name, "host") == 0)
		config->host = xstrdup(value);
	else if (strcmp(name, "dir") == 0)
		config->directory = xstrdup(value);
	else if (strcmp(name, "umask") == 0)
		config->umask = (uint32_t)strtoul(value, NULL, 8);
	else if (strcmp(name, "env") == 0)
		strvec_push(&config->env, value);
	else if (strcmp(name, "shell") == 0)
		strvec_push(&config->shell, value);
	else if (strcmp(name, "direct") == 0)
		config->direct = number(value) != 0;
	else if (strcmp(name, "joined") == 0)
		config->joined = number(value) != 0;
	else if (strcmp(name, "orphans") == 0)
		config->orphans = (uint8_t)number(value);
	else if (strcmp(name, "signal") == 0)
		config->signo = (uint32_t)signal_number(value);
	else if (strcmp(name, "grace") == 0)
		config->grace_ns = number(value) * (uint64_t)NS_PER_MS;
	else if (strcmp(name, "dead") == 0)
		config->dead_man_s = number(value);
	else if (strcmp(name, "deadline") == 0)
		config->deadline_ns = number(value) * (uint64_t)NS_PER_S;
	else
		errx(64, "no setting '%s'", name);
}

static void
config(char *line)
{
	struct remote_config config = { .umask = 022,
		.signo = SIGTERM,
		.grace_ns = 5 * NS_PER_S,
		.deadline_ns = UINT64_MAX };
	struct buf b = BUF_INIT;
	const char *name, *value;

	while (line != NULL && (name = setting(&line, &value)) != NULL)
		set_config(&config, name, value);
	if (config.host == NULL)
		config.host = xstrdup("n1");
	if (config.directory == NULL)
		config.directory = getcwd(NULL, 0);
	if (config.shell.len == 0)
		strvec_push(&config.shell, "/bin/sh");
	strvec_pushf(&config.env, "PATH=%s", getenv("PATH"));
	message_put_config(&b, &config);
	send_frame(FRAME_CONFIG, 0, 0, &b);
	buf_release(&b);
	message_release_config(&config);
}

static void
run(uint32_t job, char *line)
{
	struct remote_run run = { .seq = job, .slot = job, .attempt = 1 };
	struct buf b = BUF_INIT;
	const char *name, *value;

	while (line != NULL && (name = setting(&line, &value)) != NULL) {
		if (strcmp(name, "seq") == 0)
			run.seq = number(value);
		else if (strcmp(name, "slot") == 0)
			run.slot = number(value);
		else if (strcmp(name, "attempt") == 0)
			run.attempt = number(value);
		else if (strcmp(name, "name") == 0)
			run.name = (char *)(uintptr_t)value;
		else if (strcmp(name, "input") == 0)
			run.input = number(value) != 0;
	}
	run.text = line;
	run.len = strlen(line);
	message_put_run(&b, &run);
	send_frame(FRAME_RUN, 0, job, &b);
	buf_release(&b);
}

static void
ask(uint32_t job, int signo, uint32_t ms)
{
	struct remote_ask ask = { (uint32_t)signo, ms * (uint64_t)NS_PER_MS };
	struct buf b = BUF_INIT;

	message_put_ask(&b, &ask);
	send_frame(FRAME_ASK, 0, job, &b);
	buf_release(&b);
}

static struct buf
from_hex(const char *hex)
{
	struct buf b = BUF_INIT;
	unsigned byte;

	for (; hex != NULL && sscanf(hex, "%2x", &byte) == 1; hex += 2) {
		char c = (char)byte;

		buf_append(&b, &c, 1);
	}
	return b;
}

/* Waits until somebody has opened the FIFO to write. */
static void
pass_gate(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		err(2, "%s", path);
	close(fd);
}

static void
signal_agent(const char *which, int signo)
{
	char path[64];
	int pid = puppet.pid;
	FILE *file;

	if (strcmp(which, "worker") == 0) {
		snprintf(
		    path, sizeof(path), "/proc/%d/task/%d/children", pid, pid);
		file = fopen(path, "r");
		if (file == NULL || fscanf(file, "%d", &pid) != 1)
			errx(2, "there is no worker");
		fclose(file);
	}
	kill(pid, signo);
}

static void
end(void)
{
	struct frame frame;
	int status;

	while (next(&frame))
		;
	if (waitpid(puppet.pid, &status, 0) < 0)
		err(2, "waitpid");
	if (WIFSIGNALED(status))
		printf("end signal %d\n", WTERMSIG(status));
	else
		printf("end %d\n", WEXITSTATUS(status));
}

static void
quiet(void)
{
	struct pollfd pfd = { .fd = puppet.from, .events = POLLIN };
	struct frame frame;
	char why[FRAME_ERROR_MAX];

	if (frame_next(&puppet.reader, &frame, why) == FRAME_OK)
		say(&frame);
	else
		puts(poll(&pfd, 1, 0) == 0 ? "quiet" : "not quiet");
	fflush(stdout);
}

static void
send_numbers(uint8_t type, uint32_t job, const char *first, const char *second)
{
	struct buf b = BUF_INIT;

	pack_u32(&b, number(first));
	if (second != NULL)
		pack_u32(&b, number(second));
	send_frame(type, 0, job, &b);
	buf_release(&b);
}

static void
quit(uint32_t ms)
{
	struct buf b = BUF_INIT;

	pack_u64(&b, ms * (uint64_t)NS_PER_MS);
	send_frame(FRAME_QUIT, 0, 0, &b);
	buf_release(&b);
}

/* What takes one job first.  False if it is something else. */
static bool
do_job(const char *verb, char *line)
{
	struct buf none = BUF_INIT;
	char *job = strsep(&line, " ");

	if (strcmp(verb, "run") == 0)
		run(number(job), line);
	else if (strcmp(verb, "ask") == 0) {
		int signo = signal_number(strsep(&line, " "));

		ask(number(job), signo, number(line));
	} else if (strcmp(verb, "kill") == 0)
		send_frame(FRAME_KILL, 0, number(job), &none);
	else if (strcmp(verb, "signal") == 0)
		send_frame(FRAME_SIGNAL, (uint8_t)signal_number(line),
		    number(job), &none);
	else if (strcmp(verb, "credit") == 0)
		send_numbers(FRAME_CREDIT, number(job), line, NULL);
	else if (strcmp(verb, "bytes") == 0)
		wait_for_bytes(number(job), number(line));
	else if (strcmp(verb, "ping") == 0)
		send_numbers(FRAME_PING, 0, job, line);
	else if (strcmp(verb, "wait") == 0)
		wait_for(job, line);
	else if (strcmp(verb, "send") == 0)
		signal_agent(job, signal_number(line));
	else
		return false;
	return true;
}

static void
do_raw(const char *verb, char *line)
{
	struct buf b;
	uint8_t type, aux;
	uint32_t job;

	if (strcmp(verb, "raw") == 0) {
		b = from_hex(line);
		send_bytes(b.data, b.len);
	} else if (strcmp(verb, "frame") == 0) {
		type = type_of(strsep(&line, " "));
		aux = (uint8_t)number(strsep(&line, " "));
		job = number(strsep(&line, " "));
		b = from_hex(line);
		send_frame(type, aux, job, &b);
	} else {
		errx(64, "no verb '%s'", verb);
	}
	buf_release(&b);
}

static void
do_line(char *line)
{
	const char *verb = strsep(&line, " ");

	if (strcmp(verb, "hello") == 0)
		hello();
	else if (strcmp(verb, "config") == 0)
		config(line);
	else if (strcmp(verb, "close") == 0) {
		close(puppet.to);
		puppet.to = -1;
	} else if (strcmp(verb, "quiet") == 0)
		quiet();
	else if (strcmp(verb, "auto") == 0)
		puppet.credits = true;
	else if (strcmp(verb, "save") == 0)
		puppet.folder = xstrdup(line);
	else if (strcmp(verb, "gate") == 0)
		pass_gate(line);
	else if (strcmp(verb, "quit") == 0)
		quit(number(line));
	else if (strcmp(verb, "end") == 0)
		end();
	else if (line == NULL || strcmp(verb, "raw") == 0 ||
	    strcmp(verb, "frame") == 0 || !do_job(verb, line))
		do_raw(verb, line);
}

int
main(int argc, char **argv)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t len;

	if (argc < 2)
		errx(64, "usage: agent COMMAND...");
	signal(SIGPIPE, SIG_IGN);
	frame_reader_init(&puppet.reader);
	start(argv + 1);
	while ((len = getline(&line, &size, stdin)) > 0) {
		if (line[len - 1] == '\n')
			line[len - 1] = '\0';
		if (line[0] != '\0' && line[0] != '#')
			do_line(line);
	}
	free(line);
	return fflush(stdout) == 0 ? 0 : 2;
}
