/*
 * MAKEFLAGS, the variable by which make tells its commands of a job server, and
 * the variables by which others do.  See "Sharing Job Slots with GNU make" in
 * make's manual.
 */
#ifndef JOBSERVER_MAKEFLAGS_H
#define JOBSERVER_MAKEFLAGS_H

#include <stdbool.h>
#include <stdint.h>

enum jobserver_kind {
	JOBSERVER_NONE,
	JOBSERVER_FIFO, /* a FIFO that has a name */
	JOBSERVER_PIPE, /* two descriptors that were inherited */
	JOBSERVER_ANY,  /* whichever of these the make that is here understands
			 */
};

/* Where the tokens of a job server are. */
struct jobserver_address {
	enum jobserver_kind kind;
	char *path; /* of the FIFO, owned; else NULL */
	int read_fd, write_fd;
};

#define JOBSERVER_ADDRESS_NONE                                                 \
	{                                                                      \
		JOBSERVER_NONE, NULL, -1, -1                                   \
	}

/*
 * Finds the job server that a value of MAKEFLAGS names: the last of its words
 * --jobserver-auth=..., or --jobserver-fds=... as make before 4.2 writes it.
 * There is none under make -n, nor if the descriptors are negative, by which
 * make says that there is none for us.  Returns 1 if there is one, 0 if there
 * is none, -1 if there is one that cannot be understood.  Only with 1 is *ret
 * written; the caller releases it.
 */
int makeflags_find(const char *flags, struct jobserver_address *ret);

/*
 * The same for the environment: of CARGO_MAKEFLAGS, MAKEFLAGS and MFLAGS, in
 * this order, the first that names one.
 */
int makeflags_find_in_environment(struct jobserver_address *ret);

/* True if "NAME=value" is one of these three variables. */
bool makeflags_is_variable(const char *variable);

/* Frees what is in the address, and makes it none. */
void makeflags_release(struct jobserver_address *address);

/*
 * The value of MAKEFLAGS that tells commands of the job server at this address,
 * which has room for so many jobs.  flags is what there was, or NULL: options
 * and variables in it stay, another job server and number of jobs do not.  The
 * caller frees it.
 */
char *makeflags_compose(
    const char *flags, const struct jobserver_address *address, int64_t jobs);

#endif
