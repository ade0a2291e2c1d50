#include "layout.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

#define HEADER (94 * PX)
#define AXIS (22 * PX)
#define LOAD (40 * PX)
#define MARGIN (20 * PX)
#define GROUP_GAP (8 * PX)
#define LABEL_FONT (11 * PX)

/* The height that many lanes share. */
#define LANES_HEIGHT (1024 * PX)

/* How high a lane must be for text in it; how far apart names must be. */
#define TEXT_STEP (14 * PX)

/* With more spans than that, a curve shows how many ran. */
#define MANY_SPANS 150

static void
choose_heights(struct layout *layout)
{
	int64_t n = layout->n_lanes > 0 ? (int64_t)layout->n_lanes : 1;

	if (n <= 24) {
		layout->lane_height = 22 * PX;
		layout->lane_step = 26 * PX;
	} else if (n <= 48) {
		layout->lane_height = 15 * PX;
		layout->lane_step = 17 * PX;
	} else {
		layout->lane_step = LANES_HEIGHT / n;
		if (layout->lane_step > 12 * PX)
			layout->lane_step = 12 * PX;
		layout->lane_height = layout->lane_step >= 4 * PX
		    ? layout->lane_step - PX
		    : layout->lane_step;
	}
}

static void
add_named(struct layout *layout, const struct lanes *lanes, bool service)
{
	for (size_t i = 0; i < lanes->n_named; i++)
		if (lanes->named[i].service == service)
			layout->lanes[layout->n_lanes++] =
			    (struct layout_lane){ .lane = &lanes->named[i] };
}

static void
add_slots(struct layout *layout, const struct lanes *lanes)
{
	for (size_t i = 0; i < lanes->n_slots; i++) {
		int64_t first = (int64_t)i * lanes->fold + 1,
			last = first + lanes->fold - 1;

		if (last > lanes->last_slot)
			last = lanes->last_slot;
		layout->lanes[layout->n_lanes++] =
		    (struct layout_lane){ .lane = &lanes->slots[i],
			    .first_slot = first,
			    .last_slot = last };
	}
}

/* The gap between services, slots and other lanes. */
static int
group_of(const struct layout_lane *lane)
{
	if (lane->first_slot > 0)
		return 1;
	return lane->lane->service ? 0 : 2;
}

static void
place_lanes(struct layout *layout)
{
	int64_t y = layout->top;

	for (size_t i = 0; i < layout->n_lanes; i++) {
		struct layout_lane *lane = &layout->lanes[i];

		if (i > 0 && group_of(lane) != group_of(lane - 1))
			y += GROUP_GAP;
		lane->y = y;
		y += layout->lane_step;
	}
	layout->bottom = y;
}

static int64_t
label_width(const struct layout *layout)
{
	int64_t widest = 56 * PX;
	char label[64];

	for (size_t i = 0; i < layout->n_lanes; i++) {
		int64_t width;

		layout_label(&layout->lanes[i], label, sizeof(label));
		width = layout_text_width(label, LABEL_FONT);
		if (width > widest)
			widest = width;
	}
	return widest < 200 * PX ? widest : 200 * PX;
}

void
layout_init(struct layout *layout, const struct lanes *lanes, int64_t total_ns)
{
	bool load = lanes->n_spans > MANY_SPANS && lanes->last_slot > 1;

	memset(layout, 0, sizeof(*layout));
	layout->total_ns = total_ns > 0 ? total_ns : 1;
	layout->lanes = xcalloc(
	    lanes->n_slots + lanes->n_named + 1, sizeof(*layout->lanes));
	add_named(layout, lanes, true);
	add_slots(layout, lanes);
	add_named(layout, lanes, false);
	choose_heights(layout);
	layout->left = MARGIN + label_width(layout) + 10 * PX;
	layout->width = LAYOUT_WIDTH - layout->left - MARGIN;
	layout->load_y = HEADER;
	layout->load_height = load ? LOAD : 0;
	layout->top = HEADER + (load ? LOAD + 4 * PX : 0) + AXIS;
	layout->axis_y = layout->top - 8 * PX;
	place_lanes(layout);
	layout->height = layout->bottom + MARGIN;
}

void
layout_release(struct layout *layout)
{
	free(layout->lanes);
}

int64_t
layout_x(const struct layout *layout, int64_t ns)
{
	double part = (double)ns / (double)layout->total_ns;

	if (part > 1)
		part = 1;
	return layout->left + (int64_t)(part * (double)layout->width);
}

int64_t
layout_time(const struct layout *layout, int64_t width)
{
	return (int64_t)((double)layout->total_ns / (double)layout->width *
	    (double)width);
}

/* The part of its slot in a lane of several slots; 0.5 px at least. */
static void
narrow(struct box *box, const struct layout_lane *lane, int64_t slot)
{
	int64_t slots = lane->last_slot - lane->first_slot + 1;

	if (slot == 0 || slots <= 1)
		return;
	box->y += box->height * (slot - lane->first_slot) / slots;
	box->height /= slots;
	if (box->height < PX / 2)
		box->height = PX / 2;
}

struct box
layout_span(const struct layout *layout, const struct layout_lane *lane,
    const struct span *span)
{
	int64_t end = layout_x(layout, span->end_ns);
	int64_t narrowest = span->end >= SPAN_TIMED_OUT ? 3 * PX : PX * 8 / 10;
	struct box box = { .x = layout_x(layout, span->begin_ns),
		.y = lane->y,
		.height = layout->lane_height };

	box.width = end - box.x;
	if (box.width < narrowest)
		box.width = narrowest;
	else if (box.width > 3 * PX)
		box.width -= PX * 8 / 10;
	if (box.x + box.width > layout->left + layout->width)
		box.x = layout->left + layout->width - box.width;
	narrow(&box, lane, span->slot);
	return box;
}

int64_t
layout_room_behind(
    const struct layout *layout, const struct layout_lane *lane, size_t number)
{
	const struct span *span = &lane->lane->spans[number];
	struct box box = layout_span(layout, lane, span);
	int64_t next = layout->left + layout->width;

	if (number + 1 < lane->lane->n_spans)
		next = layout_x(layout, span[1].begin_ns);
	return next - (box.x + box.width);
}

/* How many hundredths of the size of the font a character is wide. */
static int64_t
width_of(unsigned char c)
{
	if (c >= 0xe3)
		return 105; /* Chinese, Japanese, Korean, emoji */
	if (c >= 0x80)
		return c >= 0xc0 ? 65 : 0;
	if (strchr("iljft.,:;|!'()[] /-", c) != NULL)
		return 36;
	if (strchr("mwMW%@", c) != NULL)
		return 92;
	return c >= 'A' && c <= 'Z' ? 70 : 58;
}

int64_t
layout_text_width(const char *text, int64_t font)
{
	int64_t width = 0;

	for (; *text != '\0'; text++)
		width += width_of((unsigned char)*text) * font / 100;
	return width;
}

size_t
layout_text_fits(const char *text, int64_t font, int64_t width)
{
	size_t fits = 0;

	for (size_t i = 0; text[i] != '\0'; i++) {
		unsigned char next = (unsigned char)text[i + 1];

		width -= width_of((unsigned char)text[i]) * font / 100;
		if (width < 0)
			break;
		if ((next & 0xc0) != 0x80)
			fits = i + 1;
	}
	return fits;
}

void
layout_label(const struct layout_lane *lane, char *buf, size_t size)
{
	if (lane->first_slot == 0)
		snprintf(buf, size, "%s", lane->lane->label);
	else if (lane->first_slot == lane->last_slot)
		snprintf(buf, size, "slot %" PRId64, lane->first_slot);
	else
		snprintf(buf, size, "slots %" PRId64 "-%" PRId64,
		    lane->first_slot, lane->last_slot);
}

bool
layout_shows_label(const struct layout *layout, size_t lane)
{
	static const size_t factors[] = { 1, 2, 5, 10, 20, 50, 100, 200 };
	size_t each = 0, place = lane;

	while (
	    each < 7 && (int64_t)factors[each] * layout->lane_step < TEXT_STEP)
		each++;
	while (place > 0 &&
	    group_of(&layout->lanes[place - 1]) ==
		group_of(&layout->lanes[lane]))
		place--;
	return (lane - place + 1) % factors[each] == 0;
}
