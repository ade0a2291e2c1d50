#include "lanes.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

/* The first resolution that is tried, in nanoseconds. */
#define FINEST_NS 1000

void
lanes_init(struct lanes *lanes, size_t max_spans, size_t max_slots)
{
	*lanes = (struct lanes){
		.fold = 1, .max_spans = max_spans, .max_slots = max_slots
	};
}

static void
release_lane(struct lane *lane)
{
	for (size_t i = 0; i < lane->n_spans; i++)
		free(lane->spans[i].detail);
	free(lane->spans);
	free(lane->label);
}

void
lanes_release(struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->n_slots; i++)
		release_lane(&lanes->slots[i]);
	for (size_t i = 0; i < lanes->n_named; i++)
		release_lane(&lanes->named[i]);
	free(lanes->slots);
	free(lanes->named);
}

static bool
is_short(const struct span *span, int64_t resolution_ns)
{
	return span->end_ns - span->begin_ns < resolution_ns;
}

static void
join(struct span *span, const struct span *next)
{
	if (next->end > span->end) {
		span->end = next->end;
		span->worst = next->worst;
	} else if (next->end == span->end) {
		span->worst += next->worst;
	}
	span->count += next->count;
	if (next->end_ns > span->end_ns)
		span->end_ns = next->end_ns;
	if (next->slot != span->slot)
		span->slot = 0;
	free(span->detail);
	free(next->detail);
	span->detail = NULL;
}

size_t
spans_merge(struct span *spans, size_t n, int64_t resolution_ns)
{
	size_t left = 0;

	for (size_t i = 0; i < n; i++) {
		struct span *span = &spans[i],
			    *last = left > 0 ? &spans[left - 1] : NULL;
		bool brief = is_short(span, resolution_ns);

		if (brief && span->end == SPAN_WAITED) {
			free(span->detail);
			continue;
		}
		if (brief && last != NULL && is_short(last, resolution_ns) &&
		    last->end != SPAN_WAITED &&
		    last->begin_ns / resolution_ns ==
			span->begin_ns / resolution_ns)
			join(last, span);
		else
			spans[left++] = *span;
	}
	return left;
}

static int
compare(const void *a, const void *b)
{
	const struct span *x = a, *y = b;

	if (x->begin_ns != y->begin_ns)
		return x->begin_ns < y->begin_ns ? -1 : 1;
	return (x->slot > y->slot) - (x->slot < y->slot);
}

static void
coarsen_lane(struct lanes *lanes, struct lane *lane)
{
	size_t before = lane->n_spans;

	if (before == 0)
		return;
	qsort(lane->spans, lane->n_spans, sizeof(*lane->spans), compare);
	lane->n_spans =
	    spans_merge(lane->spans, lane->n_spans, lanes->resolution_ns);
	lanes->n_spans -= before - lane->n_spans;
}

void
lanes_coarsen(struct lanes *lanes, int64_t resolution_ns)
{
	if (resolution_ns < lanes->resolution_ns)
		return;
	lanes->resolution_ns = resolution_ns;
	for (size_t i = 0; i < lanes->n_slots; i++)
		coarsen_lane(lanes, &lanes->slots[i]);
	for (size_t i = 0; i < lanes->n_named; i++)
		coarsen_lane(lanes, &lanes->named[i]);
}

/*
 * Leaves room for a quarter, so that this is not done for each span.  What came
 * since the last time is merged first, as coarsely as all the rest.
 */
static void
make_room(struct lanes *lanes)
{
	size_t goal = lanes->max_spans - lanes->max_spans / 4;
	int64_t resolution_ns = lanes->resolution_ns;

	if (resolution_ns == 0)
		resolution_ns = FINEST_NS;
	lanes_coarsen(lanes, resolution_ns);
	while (lanes->n_spans > goal && resolution_ns < INT64_MAX / 4) {
		resolution_ns *= 2;
		lanes_coarsen(lanes, resolution_ns);
	}
}

static void
put(struct lane *lane, const struct span *span)
{
	if (lane->n_spans == lane->cap) {
		lane->cap = lane->cap * 2 + 8;
		lane->spans =
		    xreallocarray(lane->spans, lane->cap, sizeof(*lane->spans));
	}
	lane->spans[lane->n_spans++] = *span;
}

/* Puts each second lane into the one before. */
static void
fold(struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->n_slots; i++) {
		struct lane *from = &lanes->slots[i],
			    *to = &lanes->slots[i / 2];

		if (i % 2 == 0) {
			*to = *from;
			continue;
		}
		for (size_t j = 0; j < from->n_spans; j++)
			put(to, &from->spans[j]);
		free(from->spans);
	}
	lanes->n_slots = (lanes->n_slots + 1) / 2;
	lanes->fold *= 2;
}

static struct lane *
lane_of_slot(struct lanes *lanes, int64_t slot)
{
	size_t place;

	while ((slot - 1) / lanes->fold >= (int64_t)lanes->max_slots)
		fold(lanes);
	place = (size_t)((slot - 1) / lanes->fold);
	if (place >= lanes->n_slots) {
		lanes->slots = xreallocarray(
		    lanes->slots, place + 1, sizeof(*lanes->slots));
		memset(&lanes->slots[lanes->n_slots], 0,
		    (place + 1 - lanes->n_slots) * sizeof(*lanes->slots));
		lanes->n_slots = place + 1;
	}
	if (slot > lanes->last_slot)
		lanes->last_slot = slot;
	return &lanes->slots[place];
}

size_t
lanes_add_named(struct lanes *lanes, const char *label, bool service)
{
	lanes->named = xreallocarray(
	    lanes->named, lanes->n_named + 1, sizeof(*lanes->named));
	lanes->named[lanes->n_named] =
	    (struct lane){ .label = xstrdup(label), .service = service };
	return lanes->n_named++;
}

void
lanes_add(struct lanes *lanes, size_t named, const struct span *span)
{
	struct lane *lane = span->slot > 0 ? lane_of_slot(lanes, span->slot)
					   : &lanes->named[named];

	put(lane, span);
	lanes->n_spans++;
	if (lanes->n_spans > lanes->max_spans)
		make_room(lanes);
}
