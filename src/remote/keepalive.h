/*
 * Keep-alive: when the other machine is to be asked whether it is there, and
 * when its silence means that it is lost.  Only times, no descriptors.
 */
#ifndef REMOTE_KEEPALIVE_H
#define REMOTE_KEEPALIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many bytes are as good as a whole frame; of pongs they take minutes. */
#define KEEPALIVE_MUCH 1024

/* How long a link waits for what; in ns. */
struct link_times {
	int64_t greeting_ns; /* for the greeting, from the start on */
	int64_t ping_ns;     /* of silence, on either side, before a ping */
	int64_t lost_ns;     /* of silence before the machine is lost */
};

/* 30 s, REMOTE_PING_S and REMOTE_LOST_S. */
extern const struct link_times link_default_times;

enum keepalive_state {
	KEEPALIVE_FINE,
	KEEPALIVE_PING, /* send one, and say so by keepalive_pinged() */
	KEEPALIVE_LOST, /* but look whether it has answered meanwhile */
};

struct keepalive {
	struct link_times times;
	int64_t heard_ns; /* when the last frame came, or much of one */
	size_t got;       /* bytes since then */
	int64_t sent_ns;  /* when the last frame was made */
	int64_t ping_ns;  /* when the last ping was made */
	int64_t asked_ns; /* first ping since heard_ns; NS_NEVER: none */
	int64_t due_ns;   /* when keepalive_look() is to be called */
};

void keepalive_init(struct keepalive *keep, int64_t now_ns);

/*
 * A whole frame has come; so many bytes have.  Few bytes do not show that the
 * other machine lives: if the length that a frame begins with is wrong, the
 * answers to our pings are taken for the rest of it.
 */
void keepalive_heard(struct keepalive *keep, int64_t now_ns);
void keepalive_got(struct keepalive *keep, size_t n, int64_t now_ns);

void keepalive_sent(struct keepalive *keep, int64_t now_ns);
void keepalive_pinged(struct keepalive *keep, int64_t now_ns);

/*
 * What is to be done now.  due_ns is when to look again, also after a ping.  We
 * ask if we have said nothing for long, too: the agent believes that we are
 * gone otherwise, however much it has to tell us.
 */
enum keepalive_state keepalive_look(struct keepalive *keep, int64_t now_ns);

#endif
