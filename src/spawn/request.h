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

#define REQUEST_MAGIC UINT64_C(0x317972657372756e) /* "nursery1" */

/* More than this in one request is refused; --spawn sends several. */
#define REQUEST_MAX ((size_t)64 * 1024 * 1024)
#define REQUEST_VARIABLES_MAX 1000000 /* more than execve(2) takes */

struct request_message {
	uint64_t magic;
	uint64_t wait; /* 1: the status is wanted, too; else 0 */
};

enum answer_kind {
	ANSWER_ACCEPTED,  /* the commands will run unless the scope closes */
	ANSWER_DONE,      /* to wait: all are over; detail: the status */
	ANSWER_CLOSING,   /* refused, or dropped before all of them ran */
	ANSWER_NO_ROOM,   /* refused for now; detail: errno, or 0 */
	ANSWER_MALFORMED, /* refused: not understood */
	ANSWER_STRANGER,  /* refused: another user's */
};

struct request_answer {
	uint64_t magic;
	uint32_t kind; /* enum answer_kind */
	int32_t detail;
};

struct request_head {
	uint64_t n_variables;
	uint64_t n_commands;
};

/* A request that was parsed; the pointers are into bytes. */
struct request {
	char *bytes; /* owned */
	size_t len;
	const char *directory;
	const char *variables;
	uint64_t n_variables;
	const char *commands;
	const char *next;    /* of those */
	uint64_t n_commands; /* from there on */
};

/*
 * Begins a request in b, which is empty: all but the commands.  Each command is
 * to be appended with its NUL; request_set_commands() says in the end how many.
 */
void request_begin(struct buf *b, const char *directory, char *const *env);
void request_set_commands(struct buf *b, uint64_t n);

/*
 * Checks the len bytes, which are from malloc(3) and ret's if they are right.
 * Returns 0; or -1 if they are no request, ret is untouched then.
 */
int request_parse(char *bytes, size_t len, struct request *ret);

/* The next command, of ret_len bytes before its NUL; NULL if there is none. */
const char *request_next(struct request *request, size_t *ret_len);

/* Frees what it holds. */
void request_release(struct request *request);

#endif
