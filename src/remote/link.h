/*
 * The controller's end of the connection to one agent: the handshake, frames
 * in both directions, the bytes of its jobs on their way to the pipes that the
 * output reads, keep-alive.
 *
 * The carrier is the caller's: a process whose standard input and output are
 * the other ends of the two descriptors.
 */
#ifndef REMOTE_LINK_H
#define REMOTE_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct link;
struct link_job;
struct link_times;
struct loop;
struct remote_answer;
struct remote_ask;
struct remote_config;
struct remote_exit;
struct remote_hello;
struct remote_orphans;
struct remote_run;
struct remote_spawn;

/* What the maker of a link is told, from the loop. */
struct link_events {
	/* The agent is there and has understood the configuration. */
	void (*ready)(void *arg, const struct remote_hello *hello);
	/* The leader of the job runs; owner is the caller's of link_run(). */
	void (*started)(void *owner, int64_t pid);
	/* The job wrote something. */
	void (*wrote)(void *owner);
	/* The job has left processes, which are being ended. */
	void (*orphans)(void *owner, const struct remote_orphans *orphans);
	/*
	 * Nothing is left of the job there, but what it wrote waits for room in
	 * its pipes: exited() comes later, with the same end.  NULL: no
	 * matter.
	 */
	void (*ebbing)(void *owner, const struct remote_exit *end);
	/*
	 * Nothing is left of the job, and all that it wrote is in the pipes,
	 * which are closed; end->unread: not all.  The struct link_job is
	 * freed.
	 */
	void (*exited)(void *owner, const struct remote_exit *end);
	/*
	 * A client of --spawn asks, in a job whose owner is that of link_run(),
	 * or NULL.  It has a number, and waits for link_answer().  NULL:
	 * nobody can be asked.
	 */
	void (*spawn)(void *arg, uint32_t client, void *owner,
	    const struct remote_spawn *spawn);
	/* The client is gone, or will ask no more.  NULL as above. */
	void (*client)(void *arg, uint32_t client, bool gone);
	/* The agent says a line, without its end. */
	void (*said)(void *arg, const char *line);
	/*
	 * Nothing more comes, and all that came of jobs is in their pipes.
	 * why is NULL after the BYE of the agent, where all that was started
	 * has ended: jobs that have not exited were sent too late.  It is NULL,
	 * too, if we quit before the agent was ready.  Else it says why the
	 * machine is lost, or was not to be had, in words that make sense
	 * behind "n1: ".  gone: it is known that all of its processes have
	 * ended or are about to.  Jobs that have not exited are the caller's
	 * to give up: link_forget().
	 */
	void (*ended)(void *arg, const char *why, bool gone);
};

/*
 * Returns a link; in_fd is read and out_fd is written, both owned from now on;
 * pipes or sockets of our own, set to O_NONBLOCK here.  nonce is what the agent
 * was started with.  loop is borrowed; config is sent and not kept; events are
 * copied.
 */
struct link *link_new(struct loop *loop, int in_fd, int out_fd,
    const char *nonce, const struct remote_config *config,
    const struct link_events *events, void *arg);

/* Other times than keepalive.h says; --machine-timeout sets them. */
void link_set_times(struct link *link, const struct link_times *times);

/*
 * Closes the connection at once, so that the agent ends what it runs; NULL is
 * allowed.  After that the link can only be freed.
 */
void link_hang_up(struct link *link);

/*
 * Frees it, with the jobs that have not exited; events tell nothing more.  From
 * within an event it is freed when that has returned.
 */
void link_free(struct link *link);

/* True if a job can be started there. */
bool link_can_run(const struct link *link);

/*
 * Starts a job there.  fds: where what it writes to standard output and error
 * is to go: write ends of pipes of our own, duplicated here and set to
 * O_NONBLOCK; the same one twice if the two are one file.  Returns NULL with
 * errno if there is no descriptor left; EPIPE: the link is not ready, was told
 * to quit, or has ended.
 */
struct link_job *link_run(struct link *link, void *owner,
    const struct remote_run *run, const int fds[2]);

/*
 * The job, whose run has said that it has an input, is to read what can be read
 * of fd, a pipe of our own, and its end behind that.  fd is owned from now on;
 * it is closed when nobody reads it there any more.
 */
void link_give(struct link_job *job, int fd);

/* Answers a client of --spawn there. */
void link_answer(
    struct link *link, uint32_t client, const struct remote_answer *answer);

/* Ask the job to end; end it now; pass a signal on.  Cannot fail. */
void link_ask(struct link_job *job, const struct remote_ask *ask);
void link_kill(struct link_job *job);
void link_signal(struct link_job *job, int signo);

/*
 * Frees a job that is lost with its machine: events tell nothing of it.  What
 * the agent still says of it is ignored.
 */
void link_forget(struct link_job *job);

/* The pid of its leader on that machine; 0: it has not started. */
int64_t link_pid(const struct link_job *job);

/*
 * Has the agent end all that runs there and say BYE.  Nothing can be started
 * any more.
 */
void link_quit(struct link *link, int64_t grace_ns);

/*
 * We are about to be stopped by Ctrl-Z, or go on: agents must not take our
 * silence for our end.  Waits until the agent can read it, but not for long.
 */
void link_suspend(struct link *link, bool stopping);

#endif
