#include "keepalive.h"

#include "message.h"
#include "sys/loop.h"

const struct link_times link_default_times = {
	.greeting_ns = 30 * NS_PER_S,
	.ping_ns = REMOTE_PING_S * NS_PER_S,
	.lost_ns = REMOTE_LOST_S * NS_PER_S,
};

void
keepalive_init(struct keepalive *keep, int64_t now_ns)
{
	*keep = (struct keepalive){ .times = link_default_times,
		.heard_ns = now_ns,
		.sent_ns = now_ns,
		.ping_ns = now_ns,
		.asked_ns = NS_NEVER,
		.due_ns = now_ns };
}

void
keepalive_heard(struct keepalive *keep, int64_t now_ns)
{
	keep->heard_ns = now_ns;
	keep->asked_ns = NS_NEVER;
	keep->got = 0;
}

void
keepalive_got(struct keepalive *keep, size_t n, int64_t now_ns)
{
	keep->got += n;
	if (keep->got >= KEEPALIVE_MUCH)
		keepalive_heard(keep, now_ns);
}

void
keepalive_sent(struct keepalive *keep, int64_t now_ns)
{
	keep->sent_ns = now_ns;
}

void
keepalive_pinged(struct keepalive *keep, int64_t now_ns)
{
	keep->sent_ns = keep->ping_ns = now_ns;
	if (keep->asked_ns == NS_NEVER)
		keep->asked_ns = now_ns;
}

/* How long the other machine has to answer a ping. */
static int64_t
patience(const struct keepalive *keep)
{
	int64_t ns = keep->times.lost_ns - keep->times.ping_ns;

	return ns > 0 ? ns : 0;
}

/* When the next ping is to be sent. */
static int64_t
next_ping(const struct keepalive *keep)
{
	int64_t start =
	    keep->heard_ns < keep->sent_ns ? keep->heard_ns : keep->sent_ns;

	if (start < keep->ping_ns)
		start = keep->ping_ns;
	return start + keep->times.ping_ns;
}

enum keepalive_state
keepalive_look(struct keepalive *keep, int64_t now_ns)
{
	int64_t ping_ns = next_ping(keep), lost_ns = NS_NEVER;

	/* we were stopped meanwhile: that is not the silence of others */
	if (keep->asked_ns != NS_NEVER &&
	    now_ns - keep->due_ns > keep->times.ping_ns)
		keep->asked_ns = now_ns;
	if (keep->asked_ns != NS_NEVER)
		lost_ns = keep->asked_ns + patience(keep);
	if (lost_ns <= now_ns) {
		keep->due_ns = now_ns;
		return KEEPALIVE_LOST;
	}
	if (ping_ns <= now_ns) {
		keep->due_ns = now_ns + keep->times.ping_ns;
		if (keep->due_ns > lost_ns)
			keep->due_ns = lost_ns;
		return KEEPALIVE_PING;
	}
	keep->due_ns = ping_ns < lost_ns ? ping_ns : lost_ns;
	return KEEPALIVE_FINE;
}
