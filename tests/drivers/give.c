/*
 * A controller that gives a job on an agent what it reads from its own standard
 * input, and says what becomes of it.
 *
 *	give NONCE COMMAND AGENT...
 *
 * What the job writes is printed; at its end, how it has ended, and whether all
 * of the input was read.
 */
#include <assert.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/wait.h>

#include "remote/link.h"
#include "remote/message.h"
#include "sys/fd.h"
#include "sys/loop.h"

#include "checked.h"

static struct {
	struct loop *loop;
	struct link *link;
	const char *command;
	bool over, ended;
} driver;

/* The job's output is short: it is read at its end. */
static int out_fd = -1;

static void
told_ready(void *arg, const struct remote_hello *hello)
{
	struct remote_run run = { .seq = 1,
		.slot = 1,
		.attempt = 1,
		.text = (char *)(uintptr_t)driver.command,
		.len = strlen(driver.command),
		.input = true };
	struct link_job *job;
	int out[2], fds[2];

	(void)arg;
	(void)hello;
	assert(fd_pipe(out) == 0);
	fds[0] = fds[1] = out[1];
	job = link_run(driver.link, &driver, &run, fds);
	assert(job != NULL);
	link_give(job, dup(STDIN_FILENO));
	close(STDIN_FILENO);
	close(out[1]);
	out_fd = out[0];
}

static void
told_started(void *owner, int64_t pid)
{
	(void)owner;
	assert(pid > 0);
}

static void
told_wrote(void *owner)
{
	(void)owner;
}

static void
told_orphans(void *owner, const struct remote_orphans *orphans)
{
	(void)owner;
	(void)orphans;
}

static void
told_exited(void *owner, const struct remote_exit *end)
{
	char data[4096];
	ssize_t n;

	(void)owner;
	while ((n = read(out_fd, data, sizeof(data))) > 0)
		fwrite(data, 1, (size_t)n, stdout);
	printf("exit %d %" PRIu32 "\n", end->kind, end->detail);
	driver.over = true;
	link_quit(driver.link, 0);
}

static void
told_said(void *arg, const char *line)
{
	(void)arg;
	printf("said %s\n", line);
}

static void
told_ended(void *arg, const char *why, bool gone)
{
	(void)arg;
	(void)gone;
	printf("ended %s\n", why != NULL ? why : "as it should");
	driver.ended = true;
}

static void
open_link(const char *nonce, char **agent)
{
	static const struct link_events events = { .ready = told_ready,
		.started = told_started,
		.wrote = told_wrote,
		.orphans = told_orphans,
		.exited = told_exited,
		.said = told_said,
		.ended = told_ended };
	struct remote_config config = { .host = (char *)"n1",
		.directory = getcwd(NULL, 0),
		.umask = 022,
		.env = STRVEC_INIT,
		.shell = STRVEC_INIT,
		.joined = true,
		.signo = SIGTERM };
	int to[2], from[2];

	if (pipe2(to, O_CLOEXEC) < 0 || pipe2(from, O_CLOEXEC) < 0)
		err(2, "pipe2");
	if (fork_checked() == 0) {
		dup2(to[0], STDIN_FILENO);
		dup2(from[1], STDOUT_FILENO);
		execvp(agent[0], agent);
		err(127, "%s", agent[0]);
	}
	close(to[0]);
	close(from[1]);
	strvec_push(&config.shell, "/bin/sh");
	strvec_pushf(&config.env, "PATH=%s", getenv("PATH"));
	driver.link = link_new(
	    driver.loop, from[0], to[1], nonce, &config, &events, NULL);
	message_release_config(
	    &(struct remote_config){ .directory = config.directory,
		.env = config.env,
		.shell = config.shell });
}

int
main(int argc, char **argv)
{
	if (argc < 4)
		errx(64, "usage: give NONCE COMMAND AGENT...");
	sigaction(SIGPIPE, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL);
	driver.loop = loop_new();
	driver.command = argv[2];
	open_link(argv[1], argv + 3);
	while (!driver.ended)
		loop_turn(driver.loop, true);
	link_free(driver.link);
	loop_free(driver.loop);
	if (out_fd >= 0)
		close(out_fd);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	return driver.over ? 0 : 1;
}
