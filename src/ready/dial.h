/* Trying whether somebody accepts connections, without ever waiting for it. */
#ifndef READY_DIAL_H
#define READY_DIAL_H

#include <stddef.h>

struct dial;
struct loop;
struct ready_address;

/* Says how a try ended: 0, or the errno of the last address. */
typedef void dial_ended(void *arg, int error);

/*
 * Returns a dial for the n addresses, of AF_INET, AF_INET6 or AF_UNIX; they are
 * borrowed.
 */
struct dial *dial_new(struct loop *loop, const struct ready_address *addresses,
    size_t n, dial_ended *ended, void *arg);

/* Frees the dial; of a try under way nobody hears.  NULL is harmless. */
void dial_free(struct dial *dial);

/*
 * Tries the addresses one after the other until one accepts, and hangs up at
 * once.  None may be tried already.  ended() is called once, perhaps before
 * this returns, and may free the dial.
 */
void dial_try(struct dial *dial);

/*
 * How the last try ended for each address, as "127.0.0.1:80: Connection
 * refused; [::1]:80: No route to host"; the caller frees it.
 */
char *dial_describe(const struct dial *dial);

#endif
