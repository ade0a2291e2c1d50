/*
 * The line that an agent writes before its first frame, see message.h, and
 * what others write before that: login shells greet, warn and show news.
 */
#ifndef REMOTE_GREETING_H
#define REMOTE_GREETING_H

#include <stddef.h>

#include "base/buf.h"
#include "message.h"

/* The line is looked for among so many bytes. */
#define GREETING_MAX ((size_t)65536)

enum greeting_result {
	GREETING_FOUND, /* it is our build; what follows are frames */
	GREETING_OTHER, /* it is another build */
	GREETING_NONE,  /* it has not come yet */
	GREETING_NOISE, /* it is not among GREETING_MAX bytes */
};

struct greeting {
	struct buf in;                    /* all that has come */
	size_t at;                        /* where to go on looking */
	char nonce[REMOTE_NONCE_LEN + 1]; /* the agent was started with it */
};

/* Prepares for an agent that was started with the nonce. */
void greeting_init(struct greeting *greeting, const char *nonce);
void greeting_release(struct greeting *greeting);

/*
 * Looks at bytes that have come.  GREETING_FOUND: *ret_rest is how many of
 * them, the last ones, follow the line.
 */
enum greeting_result greeting_add(
    struct greeting *greeting, const char *data, size_t len, size_t *ret_rest);

/*
 * After GREETING_OTHER: which build the line names, as a message may show it.
 * The caller frees it.
 */
char *greeting_build(const struct greeting *greeting);

/*
 * What came that is no greeting, as a message may show it: one line, without
 * colours, the end of it if it is long.  The caller frees it; NULL if there
 * was nothing to be seen.
 */
char *greeting_noise(const struct greeting *greeting);

/*
 * Text from another machine as a message may show it: blanks in place of
 * newlines and control characters, no escape sequences, its last
 * MSG_SHORT_MAX bytes at most.  The caller frees it.
 */
char *greeting_clean(const char *text, size_t len);

#endif
