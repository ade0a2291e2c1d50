#include "link_send.h"

#include "link_state.h"
#include "pack.h"

void
link_send(struct link *link, uint8_t type, uint8_t aux, uint32_t job,
    const void *data, size_t len)
{
	if (link->state >= LINK_ENDING || outbox_error(&link->out) != 0)
		return;
	outbox_put(&link->out, type, aux, job, data, len);
	keepalive_sent(&link->keep, loop_now(link->loop));
}

void
link_send_scratch(struct link *link, uint8_t type, uint32_t job)
{
	link_send(link, type, 0, job, link->scratch.data, link->scratch.len);
	link->scratch.len = 0;
}

void
link_send_ping(struct link *link)
{
	struct link_ping *ping = &link->ping;

	pack_u32(&link->scratch, ++ping->number);
	pack_u32(&link->scratch, ping->suspended ? 0 : ping->dead_man_s);
	link_send_scratch(link, FRAME_PING, 0);
	keepalive_pinged(&link->keep, loop_now(link->loop));
}
