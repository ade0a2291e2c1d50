/*
 * What nursery itself says: one line a message, always to standard error,
 * always starting with "nursery: ".
 *
 * A message may quote any bytes.  In the line that comes out, control
 * characters, newlines, characters that change the direction of text and bytes
 * that are no character of the user's locale are escaped, as by vis(3) or in
 * octal: so nothing that is quoted can look like a message of ours, or change
 * the state of a terminal.
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
 * Sends every later message through write(arg, ...).  If write is NULL,
 * messages go straight to standard error again, as they do at first.
 */
void msg_set_writer(msg_writer *write, void *arg);

/* Sets what msg_fatal() calls before it says its message and leaves. */
void msg_set_panic(void (*panic)(void));

/*
 * The exit status when nursery itself fails: EXITS_NURSERY unless it was set.
 * Nursery called as parallel fails with the status that GNU parallel has.
 */
void msg_set_failure(int status);
int msg_failure(void);

/* Says the formatted text, which needs neither "nursery: " nor a newline. */
void msg_warn(const char *fmt, ...) __attribute__((__format__(printf, 1, 2)));

/*
 * For what nursery cannot survive: there is no memory, or the kernel refuses
 * what it never should.  Calls what msg_set_panic() set, which ends every live
 * job, says the line straight to standard error and leaves with msg_failure()
 * by _exit(2).  Never for a mistake of the user.
 */
_Noreturn void msg_fatal(const char *fmt, ...)
    __attribute__((__format__(printf, 1, 2)));

/*
 * A copy of text that a message quotes, such as a command: only what precedes
 * a NUL, and if that is longer than MSG_SHORT_MAX bytes it is cut and ends in
 * "...".  It is from malloc(3) and never NULL; the caller frees it.
 */
char *msg_short(const char *bytes, size_t len);

/* How many bytes a message shows of text that it quotes. */
#define MSG_SHORT_MAX 240

/*
 * A copy of what a message would show of the bytes, however long, for text that
 * is shown in another way.  It is from malloc(3) and never NULL; the caller
 * frees it.
 */
char *msg_shown(const char *bytes, size_t len);

/*
 * A copy of bytes that are not a message, but are written among the output of
 * jobs, such as a label.  It is escaped as a message is, but keeps tabs and,
 * whatever the locale, all that is UTF-8 or a control character in no 8-bit
 * code.  It has *ret_len bytes and a NUL, is from malloc(3) and never NULL; the
 * caller frees it.
 */
char *msg_safe(const char *bytes, size_t len, size_t *ret_len);

#endif
