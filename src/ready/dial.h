/* Trying whether somebody accepts connections, without ever waiting for it. */
#ifndef READY_DIAL_H
#define READY_DIAL_H

#include <stddef.h>

struct dial;
struct loop;
struct ready_address;

/*
 * Says how a try ended: 0, or the errno of the last address; or -N if it
 * answered with the status N.
 */
typedef void dial_ended(void *arg, int error);

/* Goes on with a connection, which is the receiver's from now on. */
typedef void dial_talk(void *arg, int fd);

/*
 * Returns a dial for the n addresses, of AF_INET, AF_INET6 or AF_UNIX; they are
 * borrowed.
 */
struct dial *dial_new(struct loop *loop, const struct ready_address *addresses,
    size_t n, dial_ended *ended, void *arg);

/*
 * A connection is not the end of a try: talk() goes on with it, and calls
 * dial_answered() then, perhaps at once.
 */
void dial_talk_by(struct dial *dial, dial_talk *talk, void *arg);

/*
 * What came of talking: 0, an errno or -N as for dial_ended().  Unless it is 0,
 * the next address is tried.  Must be the last thing that the caller does, as
 * the dial may be freed.
 */
void dial_answered(struct dial *dial, int error);

/* Frees the dial; of a try under way nobody hears.  NULL is harmless. */
void dial_free(struct dial *dial);

/*
 * Tries the addresses one after the other until one accepts, and hangs up at
 * once or lets talk() go on.  None may be tried already.  ended() is called
 * once, perhaps before this returns, and may free the dial.
 */
void dial_try(struct dial *dial);

/*
 * How the last try ended for each address, as "127.0.0.1:80: Connection
 * refused; [::1]:80: status 503"; the caller frees it.
 */
char *dial_describe(const struct dial *dial);

#endif
