/*
 * What --timeline draws, before it is drawn: lanes, load, axis and layout of
 * src/record, one verb a call.  Times are written as in options, such as 1.5s.
 */
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "record/axis.h"
#include "record/caption.h"
#include "record/lanes.h"
#include "record/layout.h"
#include "record/load.h"

#include "verbs.h"

static const char *const ends[SPAN_ENDS] = { "waited", "starting", "served",
	"succeeded", "retried", "cancelled", "killed", "timed-out", "failed" };

static int64_t
time_of(const char *s)
{
	int64_t ns = -1;

	if (parse_duration(s, &ns) < 0) {
		fprintf(stderr, "no time: %s\n", s);
		exit(125);
	}
	return ns;
}

/* BEGIN-END:HOW[@SLOT], which is taken apart. */
static struct span
span_of(char *s)
{
	char *begin = strsep(&s, "-"), *end = strsep(&s, ":"),
	     *how = strsep(&s, "@");
	struct span span = { .begin_ns = time_of(begin),
		.end_ns = time_of(end),
		.slot = s != NULL ? atoi(s) : 1,
		.end = SPAN_ENDS };

	for (int i = 0; i < SPAN_ENDS; i++)
		if (strcmp(how, ends[i]) == 0)
			span.end = (enum span_end)i;
	span.count = span.worst = span.end != SPAN_WAITED;
	return span;
}

static void
print_span(const struct span *span)
{
	char begin[FORMAT_DURATION_MAX], end[FORMAT_DURATION_MAX];

	format_limit_duration(span->begin_ns, begin, sizeof(begin));
	format_limit_duration(span->end_ns, end, sizeof(end));
	printf("%s-%s %s %" PRIu64 "/%" PRIu64 " slot %" PRId64 "\n", begin,
	    end, ends[span->end], span->worst, span->count, span->slot);
}

/* TOTAL MAX: the ticks of an axis. */
static int
verb_ticks(char **args)
{
	int64_t total_ns = time_of(args[0]);
	int64_t step = axis_step(total_ns, atoi(args[1]));
	char label[FORMAT_DURATION_MAX];

	for (int64_t ns = 0; ns <= total_ns; ns += step) {
		axis_label(ns, total_ns, label, sizeof(label));
		printf("%s%s", ns > 0 ? " " : "", label);
	}
	puts("");
	return 0;
}

/* RESOLUTION SPAN...: what spans_merge() makes of them. */
static int
verb_merge(char **args)
{
	int64_t resolution_ns = time_of(args[0]);
	struct span spans[64];
	size_t n = 0;

	for (; args[n + 1] != NULL && n < 64; n++)
		spans[n] = span_of(args[n + 1]);
	n = spans_merge(spans, n, resolution_ns);
	for (size_t i = 0; i < n; i++)
		print_span(&spans[i]);
	return 0;
}

/*
 * MAX_SPANS MAX_SLOTS SLOTS N: adds N spans of 1 ms to each of so many slots;
 * tells what is kept.
 */
static int
verb_many(char **args)
{
	int64_t slots = atoi(args[2]), n = atoi(args[3]);
	struct lanes lanes;
	size_t most = 0;
	uint64_t count = 0;

	lanes_init(&lanes, (size_t)atoi(args[0]), (size_t)atoi(args[1]));
	for (int64_t i = 0; i < n; i++)
		for (int64_t slot = 1; slot <= slots; slot++) {
			lanes_add(&lanes, 0,
			    &(struct span){ .begin_ns = i * 1000000,
				.end_ns = (i + 1) * 1000000,
				.slot = slot,
				.end = SPAN_SUCCEEDED,
				.count = 1,
				.worst = 1,
				.detail =
				    calloc(1, sizeof(struct span_detail)) });
			if (lanes.n_spans > most)
				most = lanes.n_spans;
		}
	for (size_t i = 0; i < lanes.n_slots; i++)
		for (size_t j = 0; j < lanes.slots[i].n_spans; j++)
			count += lanes.slots[i].spans[j].count;
	printf("%zu lanes of %" PRId64 " slots, %s, count %" PRIu64 "\n",
	    lanes.n_slots, lanes.fold,
	    most <= lanes.max_spans + 1 ? "bounded" : "unbounded", count);
	lanes_release(&lanes);
	return 0;
}

/* BEGIN-END:HOW[@SLOT]...: how many ran, in ten parts of the time until END. */
static int
verb_load(char **args)
{
	static struct load load;
	int64_t last_ns = 0;

	load_init(&load);
	for (; *args != NULL; args++) {
		struct span span = span_of(*args);

		load_add(&load, span.begin_ns, span.end_ns);
		if (span.end_ns > last_ns)
			last_ns = span.end_ns;
	}
	for (int i = 0; i < 10; i++) {
		size_t cell = load_cell(&load, last_ns / 20 * (2 * i + 1));

		printf("%s%.1f", i > 0 ? " " : "",
		    (double)load.busy_ns[cell] / (double)load.cell_ns);
	}
	puts("");
	return 0;
}

/* TOTAL SPAN...: the boxes of the spans, relative to the plot, in pixels. */
static int
verb_boxes(char **args)
{
	struct lanes lanes;
	struct layout layout;

	lanes_init(&lanes, 1000, 4);
	for (int i = 1; args[i] != NULL; i++) {
		struct span span = span_of(args[i]);

		lanes_add(&lanes, 0, &span);
	}
	layout_init(&layout, &lanes, time_of(args[0]));
	for (size_t i = 0; i < layout.n_lanes; i++)
		for (size_t j = 0; j < layout.lanes[i].lane->n_spans; j++) {
			struct box box = layout_span(&layout, &layout.lanes[i],
			    &layout.lanes[i].lane->spans[j]);

			printf("x %.0f%% y %.1f width %.1f height %.1f\n",
			    (double)(box.x - layout.left) * 100 /
				(double)layout.width,
			    (double)(box.y - layout.top) / 100,
			    (double)box.width / 100, (double)box.height / 100);
		}
	layout_release(&layout);
	lanes_release(&lanes);
	return 0;
}

/* SLOTS: the height of a picture with so many, and how many have a label. */
static int
verb_height(char **args)
{
	int64_t slots = atoi(args[0]);
	struct lanes lanes;
	struct layout layout;
	size_t labels = 0;

	lanes_init(&lanes, 100000, 256);
	for (int64_t slot = 1; slot <= slots; slot++)
		lanes_add(&lanes, 0,
		    &(struct span){ .end_ns = 1000,
			.slot = slot,
			.end = SPAN_SUCCEEDED,
			.count = 1,
			.worst = 1 });
	layout_init(&layout, &lanes, 1000);
	for (size_t i = 0; i < layout.n_lanes; i++)
		labels += layout_shows_label(&layout, i);
	printf("%s, %zu lanes, %zu labels\n",
	    layout.height <= 1300 * PX ? "fits" : "too high", layout.n_lanes,
	    labels);
	layout_release(&layout);
	lanes_release(&lanes);
	return 0;
}

/* TEXT WIDTH: what of the text fits so many pixels at a size of 10. */
static int
verb_fits(char **args)
{
	size_t n = layout_text_fits(args[0], 10 * PX, atoi(args[1]) * PX);

	printf("%.*s\n", (int)n, args[0]);
	return 0;
}

/* TIME: as it is written into a bar. */
static int
verb_short(char **args)
{
	char text[FORMAT_DURATION_MAX];

	caption_duration(time_of(args[0]), text, sizeof(text));
	puts(text);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "ticks", 2, 2, verb_ticks },
		{ "merge", 1, VERB_ANY, verb_merge },
		{ "many", 4, 4, verb_many },
		{ "load", 1, VERB_ANY, verb_load },
		{ "boxes", 2, VERB_ANY, verb_boxes },
		{ "height", 1, 1, verb_height },
		{ "fits", 2, 2, verb_fits },
		{ "short", 1, 1, verb_short },
	};

	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
