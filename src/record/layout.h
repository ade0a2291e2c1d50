/*
 * Where things are in a picture of the run, in hundredths of a pixel: pure
 * functions of what lanes.h holds.
 */
#ifndef RECORD_LAYOUT_H
#define RECORD_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lanes.h"

/* One pixel, in the unit of all numbers here. */
#define PX INT64_C(100)

/* The width of the picture. */
#define LAYOUT_WIDTH (1280 * PX)

/* A lane as it is drawn: services first, then slots, then other lanes. */
struct layout_lane {
	const struct lane *lane;
	int64_t y;
	int64_t first_slot, last_slot; /* 0: it is none of slots */
};

struct layout {
	int64_t total_ns; /* what the width of the lanes stands for; not 0 */
	int64_t left;     /* where the lanes begin, and how wide they are */
	int64_t width;
	int64_t load_y, load_height; /* curve of how many ran; 0: none */
	int64_t axis_y;              /* the base line of the ticks' text */
	int64_t top, bottom;         /* of all lanes */
	int64_t lane_height, lane_step;
	int64_t height;            /* of the picture */
	struct layout_lane *lanes; /* owned */
	size_t n_lanes;
};

struct box {
	int64_t x, y, width, height;
};

/* Places the lanes of a run that took total_ns. */
void layout_init(
    struct layout *layout, const struct lanes *lanes, int64_t total_ns);
void layout_release(struct layout *layout);

/* The x at which a time is, in ns since the start of the run. */
int64_t layout_x(const struct layout *layout, int64_t ns);

/* For how many ns that width stands. */
int64_t layout_time(const struct layout *layout, int64_t width);

/*
 * The bar of a span in its lane.  It is never too narrow to be seen, and wider
 * yet if it failed; it leaves a gap before the next; and in a lane that several
 * slots share it is in the part of its slot.
 */
struct box layout_span(const struct layout *layout,
    const struct layout_lane *lane, const struct span *span);

/* How wide the gap is between the span of that number and the next one. */
int64_t layout_room_behind(
    const struct layout *layout, const struct layout_lane *lane, size_t number);

/*
 * How wide a text may become in a font of that size, which is an estimate since
 * the browser chooses the font; and how many bytes of the text, in whole
 * characters, fit that width.
 */
int64_t layout_text_width(const char *text, int64_t font);
size_t layout_text_fits(const char *text, int64_t font, int64_t width);

/* Puts the name of a lane into buf: its label, or "slot 3", "slots 5-8". */
void layout_label(const struct layout_lane *lane, char *buf, size_t size);

/* True if there is room for the name of the lane of that number. */
bool layout_shows_label(const struct layout *layout, size_t lane);

#endif
