#include "picture.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "axis.h"
#include "base/buf.h"
#include "base/parse.h"
#include "caption.h"
#include "lanes.h"
#include "layout.h"
#include "load.h"
#include "report/event.h"
#include "writer.h"
#include "xml.h"

/* Text in bars: its size, the room around it, and how wide a bar must be. */
#define BAR_FONT (11 * PX)
#define BAR_PADDING (7 * PX)
#define BAR_TEXT_LEAST (31 * PX)

/* A tick needs that much room. */
#define TICK_ROOM (80 * PX)

/* The colours of how a span ended, on a light page and on a dark one. */
struct look {
	char class;
	const char *words; /* in the legend */
};

static const struct look looks[SPAN_ENDS] = {
	[SPAN_WAITED] = { 'w', "waits for the next attempt" },
	[SPAN_STARTING] = { 'b', "not ready yet" },
	[SPAN_SERVED] = { 'v', "service" },
	[SPAN_SUCCEEDED] = { 's', "succeeded" },
	[SPAN_RETRIED] = { 'r', "failed, ran again" },
	[SPAN_CANCELLED] = { 'c', "cancelled" },
	[SPAN_KILLED] = { 'k', "cancelled and killed" },
	[SPAN_TIMED_OUT] = { 't', "timed out" },
	[SPAN_FAILED] = { 'f', "failed" },
};

/*
 * Colours that people tell apart whatever colours they see (after Okabe and
 * Ito); text on each has a contrast of 4.5 at least.
 */
static const char style[] =
    "<style>\n"
    "svg{background:#fff;font:12px system-ui,-apple-system,'Segoe UI',"
    "Roboto,'Helvetica Neue',Arial,sans-serif}\n"
    "text{fill:#1f2328}.h{font-size:17px;font-weight:600}\n"
    ".m{fill:#59636e}.e{text-anchor:end}.i{text-anchor:middle}\n"
    ".l{font-size:11px}.l text{pointer-events:none}\n"
    ".p{fill:#f3f5f7}.g{stroke:#d1d9e0}.u{fill:#0069a8;fill-opacity:.3}\n"
    ".x{stroke:#c2410c;stroke-dasharray:4 3}\n"
    ".s{fill:#0069a8}.f{fill:#c2410c}.t{fill:#8e2a7e}.r{fill:#e69f00}\n"
    ".c{fill:#a9b1ba}.k{fill:#57606a}.v{fill:#58b7a4}.b{fill:#bfe3db}\n"
    ".w{fill:#e69f00;fill-opacity:.35}\n"
    ".s text,.f text,.t text,.k text{fill:#fff}.l g .o{fill:#1f2328}\n"
    ".l rect{shape-rendering:crispEdges}.l rect[rx]{shape-rendering:auto}\n"
    ".l g:hover{opacity:.75}\n"
    "@media(prefers-color-scheme:dark){\n"
    "svg{background:#0d1117}text{fill:#e6edf3}.m{fill:#9198a1}\n"
    ".p{fill:#161b22}.g{stroke:#2c333b}.u{fill:#56b4e9}\n"
    ".s{fill:#3987c9}.f{fill:#e8662e}.t{fill:#c77ab9}.r{fill:#f0b429}\n"
    ".c{fill:#5d6670}.k{fill:#aab3bd}.v{fill:#26796a}.b{fill:#1f5148}\n"
    ".x{stroke:#e8662e}.w{fill:#f0b429}\n"
    ".r text,.f text,.t text,.k text,.s text{fill:#0d1117}\n"
    ".c text,.v text,.b text{fill:#fff}.l g .o{fill:#e6edf3}\n"
    "}\n"
    "</style>\n";

/* A number of pixels, with as many digits as it has: 12, 12.5, 12.34. */
static void
put_px(struct buf *out, int64_t hundredths)
{
	char text[24], *end = text + sizeof(text), *p = end;
	int64_t whole = hundredths / PX, rest = hundredths % PX;

	/* there are so many that printf(3) would take most of the time */
	if (rest % 10 != 0)
		*--p = (char)('0' + rest % 10);
	if (rest != 0) {
		*--p = (char)('0' + rest / 10);
		*--p = '.';
	}
	do {
		*--p = (char)('0' + whole % 10);
		whole /= 10;
	} while (whole > 0);
	buf_append(out, p, (size_t)(end - p));
}

/* ' name="12.5"' */
static void
put_place(struct buf *out, const char *name, int64_t hundredths)
{
	buf_puts(out, " ");
	buf_puts(out, name);
	buf_puts(out, "=\"");
	put_px(out, hundredths);
	buf_puts(out, "\"");
}

static void
put_rectangle(struct buf *out, const char *class, const struct box *box)
{
	buf_puts(out, "<rect");
	if (class != NULL)
		buf_printf(out, " class=\"%s\"", class);
	put_place(out, "x", box->x);
	put_place(out, "y", box->y);
	put_place(out, "width", box->width);
	put_place(out, "height", box->height);
	if (box->width >= 8 * PX && box->height >= 8 * PX)
		buf_puts(out, " rx=\"2\"");
	buf_puts(out, "/>");
}

/* Text with that class, NULL for none, whose first len bytes are shown. */
static void
put_text(struct buf *out, const char *class, int64_t x, int64_t y,
    const char *text, size_t len)
{
	buf_puts(out, "<text");
	if (class != NULL)
		buf_printf(out, " class=\"%s\"", class);
	put_place(out, "x", x);
	put_place(out, "y", y);
	buf_puts(out, ">");
	xml_text(out, text, len);
	if (text[len] != '\0')
		buf_puts(out, "\342\200\246"); /* an ellipsis */
	buf_puts(out, "</text>");
}

static void
put_line(struct buf *out, const char *class, int64_t x, int64_t y1, int64_t y2)
{
	buf_printf(out, "<line class=\"%s\"", class);
	put_place(out, "x1", x);
	put_place(out, "x2", x);
	put_place(out, "y1", y1);
	put_place(out, "y2", y2);
	buf_puts(out, "/>\n");
}

/* Which ends occur, so that the legend has no others. */
static void
find_ends(const struct lane *lane, bool ends[SPAN_ENDS])
{
	for (size_t i = 0; i < lane->n_spans; i++) {
		const struct span *span = &lane->spans[i];

		ends[span->end] = true;
		if (span->worst < span->count)
			ends[SPAN_SUCCEEDED] = true;
	}
}

static void
put_legend(struct buf *out, const struct layout *layout)
{
	bool ends[SPAN_ENDS] = { false };
	struct box box = { 20 * PX, 66 * PX, 12 * PX, 12 * PX };
	char class[] = "?";

	for (size_t i = 0; i < layout->n_lanes; i++)
		find_ends(layout->lanes[i].lane, ends);
	for (int end = SPAN_ENDS - 1; end >= 0; end--) {
		const char *words = looks[end].words;

		if (!ends[end])
			continue;
		class[0] = looks[end].class;
		put_rectangle(out, class, &box);
		put_text(out, "m", box.x + 18 * PX, box.y + 10 * PX, words,
		    strlen(words));
		box.x += 36 * PX + layout_text_width(words, 12 * PX);
	}
	buf_puts(out, "\n");
}

static void
put_head(
    struct buf *out, const struct picture *picture, const struct layout *layout)
{
	struct buf text = BUF_INIT;

	caption_title(picture, &text);
	buf_puts(out, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
	put_place(out, "width", LAYOUT_WIDTH);
	put_place(out, "height", layout->height);
	buf_printf(out, " viewBox=\"0 0 ");
	put_px(out, LAYOUT_WIDTH);
	buf_puts(out, " ");
	put_px(out, layout->height);
	buf_puts(out, "\">\n<title>nursery: ");
	xml_text(out, text.data, text.len);
	buf_puts(out, "</title>\n");
	buf_puts(out, style);
	buf_append(&text, "", 1);
	put_text(out, "h", 20 * PX, 32 * PX, text.data, text.len - 1);
	text.len = 0;
	caption_facts(picture, &text);
	buf_append(&text, "", 1);
	put_text(out, "m", 20 * PX, 53 * PX, text.data, text.len - 1);
	put_legend(out, layout);
	buf_release(&text);
}

/* Draws how many ran at each time, as a curve of steps above the axis. */
static void
put_load(
    struct buf *out, const struct picture *picture, const struct layout *layout)
{
	const struct load *load = picture->load;
	int64_t base = layout->load_y + layout->load_height;
	size_t last = load_cell(load, picture->finished->elapsed_ns);
	char most[32];

	if (layout->load_height == 0)
		return;
	snprintf(most, sizeof(most), "%" PRId64 " at once",
	    picture->lanes->last_slot);
	put_text(out, "m e", layout->left - 8 * PX, layout->load_y + 10 * PX,
	    most, strlen(most));
	buf_puts(out, "<path class=\"u\" d=\"M");
	put_px(out, layout->left);
	buf_puts(out, " ");
	put_px(out, base);
	for (size_t i = 0; i <= last && i < LOAD_CELLS; i++) {
		int64_t from_ns = (int64_t)i * load->cell_ns,
			to_ns = from_ns + load->cell_ns;
		double part;

		if (to_ns > picture->finished->elapsed_ns)
			to_ns = picture->finished->elapsed_ns;
		if (to_ns == from_ns)
			break;
		part = (double)load->busy_ns[i] / (double)(to_ns - from_ns) /
		    (double)picture->lanes->last_slot;
		buf_puts(out, "V");
		put_px(
		    out, base - (int64_t)(part * (double)layout->load_height));
		buf_puts(out, "H");
		put_px(out, layout_x(layout, to_ns));
	}
	buf_puts(out, "V");
	put_px(out, base);
	buf_puts(out, "Z\"/>\n");
}

/* Draws the background of each lane. */
static void
put_grounds(struct buf *out, const struct layout *layout)
{
	struct box box = { .x = layout->left,
		.width = layout->width,
		.height = layout->lane_height };

	for (size_t i = 0; i < layout->n_lanes; i++) {
		box.y = layout->lanes[i].y;
		put_rectangle(out, "p", &box);
	}
	buf_puts(out, "\n");
}

static void
put_axis(struct buf *out, const struct layout *layout)
{
	int64_t step = axis_step(layout->total_ns, layout->width / TICK_ROOM);
	char label[FORMAT_DURATION_MAX];

	for (int64_t ns = 0; ns <= layout->total_ns; ns += step) {
		int64_t x = layout_x(layout, ns);

		axis_label(ns, layout->total_ns, label, sizeof(label));
		put_line(out, "g", x, layout->top - 4 * PX, layout->bottom);
		put_text(out, "m i", x, layout->axis_y, label, strlen(label));
	}
	buf_puts(out, "\n");
}

/* As much of the text as fits. */
static void
put_in_bar(struct buf *out, const struct layout *layout, const struct box *box,
    char *text)
{
	int64_t room = box->width - BAR_PADDING;
	size_t fits = layout_text_fits(text, BAR_FONT, room);

	if (text[fits] != '\0')
		fits = layout_text_fits(text, BAR_FONT, room - BAR_FONT);
	if (fits > 0)
		put_text(out, NULL, box->x + 4 * PX,
		    box->y + layout->lane_height / 2 + 4 * PX, text, fits);
}

/*
 * The name of a job and how long it took: in its bar; or behind it, if nothing
 * else is there; or only as much of the name as fits.
 */
static void
put_bar_text(struct buf *out, const struct layout *layout,
    const struct span *span, const struct box *box, int64_t behind)
{
	const struct span_detail *detail = span->detail;
	const char *mark = span->end == SPAN_FAILED ? "\342\234\227 " : "";
	char took[FORMAT_DURATION_MAX];
	struct buf text = BUF_INIT;
	int64_t width;
	size_t name_len;

	if (detail == NULL || box->height < 13 * PX ||
	    (box->width < BAR_TEXT_LEAST && behind < BAR_TEXT_LEAST))
		return;
	caption_duration(detail->took_ns, took, sizeof(took));
	buf_printf(&text, "%s%s", mark, detail->text + detail->shown);
	name_len = text.len;
	buf_printf(&text, " \302\267 %s", took);
	buf_append(&text, "", 1);
	width = layout_text_width(text.data, BAR_FONT) + BAR_PADDING;
	if (width > box->width && width <= behind) {
		put_text(out, "o", box->x + box->width + 5 * PX,
		    box->y + layout->lane_height / 2 + 4 * PX, text.data,
		    text.len - 1);
	} else if (box->width >= BAR_TEXT_LEAST) {
		if (width > box->width)
			text.data[name_len] = '\0';
		put_in_bar(out, layout, box, text.data);
	}
	buf_release(&text);
}

/*
 * What is made of several that did not all end like the worst shows that only
 * in a part of its height, so that one failure among a thousand does not look
 * like a thousand.
 */
static void
put_shape(struct buf *out, const struct span *span, struct box box)
{
	double part = 1;

	if (span->worst < span->count && span->end > SPAN_SUCCEEDED)
		part = (double)span->worst / (double)span->count;
	if (part < 1) {
		put_rectangle(out, "s", &box);
		if (part < 0.4)
			part = 0.4;
		box.y += (int64_t)((double)box.height * (1 - part));
		box.height = (int64_t)((double)box.height * part);
	}
	if (span->end == SPAN_WAITED) {
		box.y += box.height * 2 / 5;
		box.height /= 5;
	}
	put_rectangle(out, NULL, &box);
}

static void
put_span(struct buf *out, const struct layout *layout,
    const struct layout_lane *lane, size_t number)
{
	const struct span *span = &lane->lane->spans[number];
	struct box box = layout_span(layout, lane, span);
	struct buf caption = BUF_INIT;

	caption_of_span(span, &caption);
	buf_printf(out, "<g class=\"%c\"><title>", looks[span->end].class);
	xml_text(out, caption.data, caption.len);
	buf_puts(out, "</title>");
	put_shape(out, span, box);
	put_bar_text(
	    out, layout, span, &box, layout_room_behind(layout, lane, number));
	buf_puts(out, "</g>\n");
	buf_release(&caption);
}

/* Draws those spans of a lane whose end is from best to worst. */
static void
put_spans(struct buf *out, const struct layout *layout,
    const struct layout_lane *lane, enum span_end best, enum span_end worst)
{
	for (size_t i = 0; i < lane->lane->n_spans; i++) {
		const struct span *span = &lane->lane->spans[i];

		if (span->end >= best && span->end <= worst)
			put_span(out, layout, lane, i);
	}
}

static void
put_lane_label(struct buf *out, const struct layout *layout, size_t number)
{
	const struct layout_lane *lane = &layout->lanes[number];
	int64_t room = layout->left - 28 * PX;
	char label[160];
	size_t fits;

	if (!layout_shows_label(layout, number))
		return;
	layout_label(lane, label, sizeof(label));
	fits = layout_text_fits(label, BAR_FONT, room);
	if (label[fits] != '\0')
		fits = layout_text_fits(label, BAR_FONT, room - BAR_FONT);
	put_text(out, "e", layout->left - 8 * PX,
	    lane->y + layout->lane_height / 2 + 4 * PX, label, fits);
	buf_puts(out, "\n");
}

static void
put_lane(struct buf *out, const struct layout *layout, size_t number)
{
	const struct layout_lane *lane = &layout->lanes[number];

	put_lane_label(out, layout, number);
	/* what went wrong is on top, since it may be a bit wider */
	put_spans(out, layout, lane, SPAN_WAITED, SPAN_RETRIED);
	put_spans(out, layout, lane, SPAN_CANCELLED, SPAN_FAILED);
}

/* Draws a line where nursery began to start no more jobs, and says why. */
static void
put_closed(
    struct buf *out, const struct picture *picture, const struct layout *layout)
{
	const char *why =
	    picture->closed != NULL ? picture->closed : "no more jobs start";
	int64_t x;
	bool right;

	if (picture->closed_ns < 0)
		return;
	if (why == NULL)
		why = picture->finished->text[0] != '\0'
		    ? picture->finished->text
		    : "no more jobs start";
	x = layout_x(layout, picture->closed_ns);
	right = x > layout->left + layout->width / 2;
	put_line(out, "x", x, layout->top - 4 * PX, layout->bottom + 16 * PX);
	put_text(out, right ? "m e" : "m", x + (right ? -6 : 6) * PX,
	    layout->bottom + 14 * PX, why, strlen(why));
}

void
picture_draw(const struct picture *picture, struct writer *writer)
{
	struct layout layout;
	struct buf out = BUF_INIT;

	layout_init(&layout, picture->lanes, picture->finished->elapsed_ns);
	put_head(&out, picture, &layout);
	put_load(&out, picture, &layout);
	put_grounds(&out, &layout);
	put_axis(&out, &layout);
	buf_puts(&out, "<g class=\"l\">\n");
	for (size_t i = 0; i < layout.n_lanes; i++) {
		put_lane(&out, &layout, i);
		writer_put(writer, out.data, out.len);
		out.len = 0;
	}
	buf_puts(&out, "</g>\n");
	put_closed(&out, picture, &layout);
	buf_puts(&out, "</svg>\n");
	writer_put(writer, out.data, out.len);
	buf_release(&out);
	layout_release(&layout);
}
