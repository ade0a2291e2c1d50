/*
 * The machines that jobs are to run on, as the user lists them.
 */
#ifndef REMOTE_HOST_H
#define REMOTE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/parse.h"

/* One machine. */
struct host {
	char *name;  /* what the carrier is told: "n1", "root@n1:2222" */
	char *shown; /* what users are told: NURSERY_HOST, --tag, messages */
	/* how many CPUs it counts as, see host_slots(); 0: as many as it has */
	int64_t cpus;
	bool here;     /* ":", this machine: no carrier, the agent is a child */
	char *carrier; /* words to run in place of "ssh"; NULL: none */
};

struct hosts {
	struct host *items; /* owned, with all strings */
	size_t len, cap;
};

/* How agents are started. */
enum carrier {
	CARRIER_NONE,    /* jobs run here */
	CARRIER_SSH,     /* --hosts, --hostfile, -S */
	CARRIER_SLURM,   /* --slurm: srun, in an allocation */
	CARRIER_COMMAND, /* --carrier: a command with {host} in it */
};

/* What jobs are told by the variables of GNU parallel. */
struct host_told {
	int64_t pid;       /* PARALLEL_PID */
	const char *login; /* PARALLEL_SSHLOGIN */
	const char *host;  /* PARALLEL_SSHHOST */
};

/* Where jobs run; of the command line. */
struct machine_options {
	enum carrier carrier;
	struct hosts hosts;     /* owned; at least one if there is a carrier */
	const char *command;    /* of CARRIER_COMMAND, words as for a shell */
	const char *srun;       /* more words for srun, or NULL */
	const char *agent_path; /* of nursery on each machine; NULL: ours */
	int64_t lost_ns; /* of silence until a machine is taken for lost */
	struct jobs_limit jobs; /* --jobs, of each machine; see host_slots() */
	uint8_t serves; /* --jobserver: what agents are, enum jobserver_kind */
	/* of an agent: what its controller calls this machine, NURSERY_HOST */
	const char *self;      /* NULL: jobs get the machine's own name */
	struct host_told told; /* of an agent; login NULL: jobs are not */
	bool everywhere; /* --onall, --nonall: each command on each machine */
	bool bare;       /* --nonall: commands get no arguments */
};

/*
 * Adds a machine of that name, which is copied, or finds the one that has the
 * same name and carrier: who is named twice is used once.  shown becomes name
 * without a user and a port, or all of the name if that is taken.  carrier may
 * be NULL.  The result is valid until the next call.
 */
struct host *hosts_add(
    struct hosts *hosts, const char *name, const char *carrier);

/* Adds this machine. */
struct host *hosts_add_here(struct hosts *hosts);

/* Frees all and leaves it empty and usable. */
void hosts_release(struct hosts *hosts);

/* How GNU parallel would write the machine, from malloc(3): PARALLEL_SSHLOGIN.
 */
char *host_login(const struct host *host);

/* The name without user and port, from malloc(3); ":" is this machine. */
char *host_bare(const struct host *host);

/*
 * How many jobs may run at once on that machine, which says that it has so many
 * CPUs, at least 1; 0: no limit.
 */
int64_t host_slots(
    const struct machine_options *options, const struct host *host, int cpus);

/* The parts of a name such as user@host:22 or user@[::1]:22; all borrowed. */
struct host_parts {
	size_t user_len;  /* of "user@", with which the name begins; or 0 */
	const char *host; /* without brackets, host_len bytes */
	size_t host_len;
	const char *port; /* NULL: there is none */
};

struct host_parts host_cut(const char *name);

#endif
