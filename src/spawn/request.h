/*
 * What nursery --spawn asks for: commands, and the directory and environment
 * that they shall run in.  The format between the two programs, and its parser.
 *
 * A request is a message with one descriptor beside it, of sealed memory.  In
 * that: struct request_head, then so many strings, each with its NUL: the
 * directory, the variables, the commands.
 */
#ifndef SPAWN_REQUEST_H
#define SPAWN_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define REQUEST_MAGIC UINT64_C(0x327972657372756e) /* "nursery2" */

/* More than this in one request is refused; --spawn sends several. */
#define REQUEST_MAX ((size_t)64 * 1024 * 1024)
#define REQUEST_VARIABLES_MAX 1000000 /* more than execve(2) takes */

/*
 * What a client sends.  With ticket 0 it passes a descriptor, the request.
 * With another ticket it was parked, and wants the answer to its earlier
 * requests.
 */
struct request_message {
	uint64_t magic;
	uint64_t wait;   /* 1: an ANSWER_DONE is wanted, too; else 0 */
	uint64_t ticket; /* of ANSWER_PARKED, or 0 */
};

enum answer_kind {
	ANSWER_ACCEPTED,  /* the commands will run unless the scope closes */
	ANSWER_DONE,      /* all commands are over; detail: the status */
	ANSWER_CLOSING,   /* refused, or dropped before all of them ran */
	ANSWER_NO_ROOM,   /* refused for now; detail: errno, 0: no disk space */
	ANSWER_MALFORMED, /* refused: not understood */
	ANSWER_STRANGER,  /* refused: another user's */
	ANSWER_LATER,     /* not taken: ask again soon; detail: errno, or 0 */
	ANSWER_PARKED,    /* not taken: come again with the ticket */
	ANSWER_NOT_YET,   /* never sent: it is known later */
};

struct request_answer {
	uint64_t magic;
	uint32_t kind; /* enum answer_kind */
	int32_t detail;
	uint64_t ticket; /* of ANSWER_PARKED, else 0 */
};

/* What the sealed memory begins with. */
struct request_head {
	uint64_t n_variables;
	uint64_t n_commands;
};

/* A request that was parsed; the pointers are into bytes. */
struct request {
	char *bytes; /* the sealed memory's content, owned */
	size_t len;
	const char *directory; /* where the commands are to run */
	const char *variables; /* of their environment, a NUL behind each */
	uint64_t n_variables;
	const char *commands; /* a NUL behind each */
	const char *next;     /* the first command that was not taken */
	uint64_t n_commands;  /* how many were not taken */
};

/*
 * Begins a request in b, which is empty: all but the commands.  Each command is
 * to be appended with its NUL.
 */
void request_begin(struct buf *b, const char *directory, char *const *env);

/* Completes a request: says how many commands were appended. */
void request_set_commands(struct buf *b, uint64_t n);

/*
 * Checks the len bytes, which are from malloc(3).  Returns 0 if they are a
 * request: *ret owns them then; or -1 with *ret untouched.
 */
int request_parse(char *bytes, size_t len, struct request *ret);

/*
 * Takes the next command, of *ret_len bytes before its NUL; NULL if there is
 * none.
 */
const char *request_next(struct request *request, size_t *ret_len);

/* Frees what the request owns. */
void request_release(struct request *request);

#endif
