#include "order.h"

#include <assert.h>
#include <stdlib.h>

#include "intake.h"
#include "label.h"
#include "state.h"
#include "stream.h"

void
order_append(struct capture *cap)
{
	assert(!cap->ordered);
	TAILQ_INSERT_TAIL(&cap->out->order, cap, order_link);
	cap->ordered = true;
}

void
order_insert(struct capture *cap, struct capture *before)
{
	assert(!cap->ordered && before->ordered);
	TAILQ_INSERT_BEFORE(before, cap, order_link);
	cap->ordered = true;
}

static void
unlink_from_order(struct capture *cap)
{
	if (cap->ordered)
		TAILQ_REMOVE(&cap->out->order, cap, order_link);
	cap->ordered = false;
}

void
order_place_ended(struct capture *cap)
{
	if (cap->out->mode == OUTPUT_GROUP && cap->draining && !cap->held &&
	    !cap->ordered)
		order_append(cap);
}

void
order_let_go(struct capture *cap)
{
	if (!cap->held)
		return;
	cap->held = false;
	for (int i = 0; i < cap->len; i++)
		stream_sync(&cap->streams[i]);
	order_place_ended(cap);
}

void
order_free(struct capture *cap)
{
	for (int i = 0; i < cap->len; i++) {
		stream_release(&cap->streams[i]);
		intake_release(&cap->streams[i]);
	}
	unlink_from_order(cap);
	if (cap->waiting)
		TAILQ_REMOVE(&cap->out->undrained, cap, undrained_link);
	LIST_REMOVE(cap, all_link);
	label_free(cap->label);
	free(cap);
}

/* Moves what waits in src behind what waits in dst, and frees src. */
static void
absorb(struct capture *dst, struct capture *src)
{
	assert(dst->done && src->done && dst->len == src->len);
	for (int i = 0; i < dst->len; i++)
		stream_absorb(&dst->streams[i], &src->streams[i]);
	order_free(src);
}

void
order_settle(struct capture *cap)
{
	struct capture *prev = TAILQ_PREV(cap, capture_list, order_link);
	struct capture *next = TAILQ_NEXT(cap, order_link);

	if (prev != NULL && prev->done) {
		absorb(prev, cap);
		cap = prev;
	}
	if (next != NULL && next->done)
		absorb(cap, next);
}

void
order_remove(struct capture *cap)
{
	struct capture *prev = NULL, *next = NULL;

	if (cap->ordered) {
		prev = TAILQ_PREV(cap, capture_list, order_link);
		next = TAILQ_NEXT(cap, order_link);
	}
	order_free(cap);
	if (prev != NULL && next != NULL && prev->done && next->done)
		absorb(prev, next);
}
