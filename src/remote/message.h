/*
 * What controller and agent tell each other in frames, see frame.h.  Both have
 * the same build, so there is one format and no other version of it.
 */
#ifndef REMOTE_MESSAGE_H
#define REMOTE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strvec.h"

/*
 * The line that an agent writes before its first frame, with the nonce that it
 * was started with: "NURSERY-AGENT VERSION BUILD NONCE\n".  Everything before
 * that line was written by somebody else, such as a login shell.
 */
#define REMOTE_PROTOCOL 1
#define REMOTE_GREETING "NURSERY-AGENT"
#define REMOTE_NONCE_LEN 16 /* hexadecimal digits */

/* Which program this is; those of both ends must be the same. */
#define REMOTE_BUILD NURSERY_VERSION

/*
 * How many bytes a job may have sent that it got no credit for again.  It gets
 * credit in portions of REMOTE_CREDIT_STEP at least: so a job whose output was
 * all taken may still send three quarters of REMOTE_CREDIT.  Once nothing is
 * left of it, what is in its pipes may be sent without.
 */
#define REMOTE_CREDIT 262144
#define REMOTE_CREDIT_STEP (REMOTE_CREDIT / 4)

/* Keep-alive: a ping after so much silence; a machine is lost after that. */
#define REMOTE_PING_S 5
#define REMOTE_LOST_S 60

/* What an agent says of itself. */
struct remote_hello {
	char *host;   /* its name as the kernel knows it */
	uint32_t pid; /* of the process that the carrier has started */
	uint32_t cpus;
	char *step; /* job and step of Slurm, "123.4"; NULL: none */
};

/* Of an agent that is a job server for its jobs. */
struct remote_share {
	uint8_t serves; /* enum jobserver_kind; 0: it is none */
	uint8_t kind;   /* of the limit of jobs at once, see enum jobs_kind */
	uint64_t n;     /* see struct jobs_limit */
	uint32_t cpus;  /* see struct host */
};

/* What jobs are told by the variables of GNU parallel. */
struct remote_parallel {
	char *login;  /* PARALLEL_SSHLOGIN; NULL: they do not get any of them */
	char *host;   /* PARALLEL_SSHHOST */
	uint32_t pid; /* of the controller: PARALLEL_PID */
};

/* --cat, --fifo: what jobs are to read is in a file there. */
struct remote_file {
	char *variable; /* which names the file; NULL: there is none */
	bool fifo;
};

/* What holds for all jobs of an agent. */
struct remote_config {
	char *host;      /* what the controller calls it: NURSERY_HOST */
	char *directory; /* absolute: where jobs start */
	uint32_t umask;
	struct strvec env;    /* of jobs, before nursery's own variables */
	struct strvec shell;  /* words, see struct job_options */
	bool direct;          /* see struct job_options */
	bool joined;          /* standard output and error are one file */
	uint8_t orphans;      /* enum orphans_policy */
	uint32_t signo;       /* what asks a job to end */
	uint64_t grace_ns;    /* when the controller is gone */
	uint64_t limits[3];   /* see struct limits: memory, pids, cpu */
	uint32_t dead_man_s;  /* 0: it waits for ever */
	uint64_t deadline_ns; /* time left of --timeout; UINT64_MAX: none */
	struct remote_share share;
	struct remote_parallel parallel;
	struct remote_file file;
};

/* A job to start. */
struct remote_run {
	uint64_t seq;     /* its number */
	uint64_t slot;    /* on the controller */
	uint64_t attempt; /* from 1 */
	char *name;       /* NULL: it has none */
	char *text;       /* the command, of len bytes, a NUL behind it */
	size_t len;
	struct strvec args; /* what the text gets as data, see command.h */
	bool input;         /* it reads what STDIN brings; false: nothing */
	/* Of a job that was spawned: instead of those of the configuration. */
	char *directory; /* absolute; NULL: that and what there is no env */
	char *env;       /* variables, a NUL behind each, in env_len bytes */
	size_t env_len;
};

/* A request of a client of --spawn, which is in a job. */
struct remote_spawn {
	uint32_t job;      /* that job, in frames; 0: it is not known */
	bool wait;         /* it wants a last answer, too */
	const char *bytes; /* see spawn/request.h; borrowed from the payload */
	size_t len;
};

/* What FRAME_CLIENT says, in aux. */
#define REMOTE_ASKS_NO_MORE 1
#define REMOTE_GONE 2

/* An answer to it: see spawn/request.h. */
struct remote_answer {
	uint8_t kind; /* enum answer_kind */
	int32_t detail;
};

/* How a job is to be asked to end. */
struct remote_ask {
	uint32_t signo;
	uint64_t grace_ns; /* SIGKILL follows after that */
};

/* Processes that outlive their leader and are being ended. */
struct remote_orphans {
	uint64_t count;
	bool at_least; /* there may be more of them */
	char *names;   /* of some, as reach_name_orphans() writes them */
};

/* How a job has ended: see struct outcome, without what the controller knows */
struct remote_exit {
	uint8_t kind; /* enum outcome_kind */
	uint32_t detail;
	uint64_t limit;
	char *name;   /* NULL: none */
	bool killed;  /* it was asked to end, and had to be killed */
	bool started; /* the leader ran */
	bool unread;  /* not all that it wrote could be read */
	uint64_t user_ns, system_ns, max_rss; /* see struct usage */
	uint64_t elapsed_ns; /* from the start of the leader to its end */
};

/*
 * Each pair writes the payload of a frame and reads it.  Reading returns 0, or
 * -1 if it is none: *ret is empty then.  Values out of their range are none.
 */
void message_put_hello(struct buf *b, const struct remote_hello *hello);
int message_get_hello(const char *data, size_t len, struct remote_hello *ret);
void message_put_config(struct buf *b, const struct remote_config *config);
int message_get_config(const char *data, size_t len, struct remote_config *ret);
void message_put_run(struct buf *b, const struct remote_run *run);
int message_get_run(const char *data, size_t len, struct remote_run *ret);
void message_put_spawn(struct buf *b, const struct remote_spawn *spawn);
int message_get_spawn(const char *data, size_t len, struct remote_spawn *ret);
void message_put_answer(struct buf *b, const struct remote_answer *answer);
int message_get_answer(const char *data, size_t len, struct remote_answer *ret);
void message_put_ask(struct buf *b, const struct remote_ask *ask);
int message_get_ask(const char *data, size_t len, struct remote_ask *ret);
void message_put_orphans(struct buf *b, const struct remote_orphans *orphans);
int message_get_orphans(
    const char *data, size_t len, struct remote_orphans *ret);
void message_put_exit(struct buf *b, const struct remote_exit *end);
int message_get_exit(const char *data, size_t len, struct remote_exit *ret);

/* Free what reading has made, and leave the struct empty. */
void message_release_hello(struct remote_hello *hello);
void message_release_config(struct remote_config *config);
void message_release_run(struct remote_run *run);
void message_release_orphans(struct remote_orphans *orphans);
void message_release_exit(struct remote_exit *end);

#endif
