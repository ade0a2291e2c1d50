/*
 * What nursery itself says: one line a message, always to standard error,
 * always starting with "nursery: ".
 */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include <stddef.h>

/*
 * Takes one whole message line, its newline included.  It owns nothing and
 * must copy what it keeps.
 */
typedef void msg_writer(void *arg, const char *line, size_t len);

/*
 * Sends every later message through write(arg, ...) instead of write(2) on
 * standard error; NULL goes back to that.
 */
void msg_set_writer(msg_writer *write, void *arg);

/* Calls panic() between the message of msg_fatal() and the end of the process.
 */
void msg_set_panic(void (*panic)(void));

/*
 * The exit status when nursery itself fails: EXITS_NURSERY, or what the program
 * whose name it bears has for that.
 */
void msg_set_failure(int status);
int msg_failure(void);

/* Says the formatted line. */
void msg_warn(const char *fmt, ...) __attribute__((__format__(printf, 1, 2)));

/*
 * No memory, or the kernel refused the impossible: runs the panic hook (which
 * ends every live job), says the line straight to standard error and leaves
 * with msg_failure() by _exit(2).  Never for a mistake of the user.
 */
_Noreturn void msg_fatal(const char *fmt, ...)
    __attribute__((__format__(printf, 1, 2)));

/*
 * Makes untrusted bytes safe for a terminal and fit for one line: control
 * characters, newlines, controls of the direction of text and bytes that are no
 * character are escaped as by vis(3) or in octal, and what exceeds MSG_SAFE_MAX
 * bytes is cut and ends in "...".  Returns a string from malloc(3) that the
 * caller frees; never NULL.
 */
char *msg_safe(const char *bytes, size_t len);

/* How many bytes of a command a message shows. */
#define MSG_SAFE_MAX 240

#endif
