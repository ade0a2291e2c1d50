#include "caption.h"

#include <inttypes.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/parse.h"
#include "lanes.h"
#include "picture.h"
#include "report/event.h"
#include "report/line.h"
#include "sys/loop.h"

/* What becomes of attempts, behind their number. */
static const char *const fates[SPAN_ENDS] = {
	[SPAN_STARTING] = "not ready yet",
	[SPAN_SERVED] = "served",
	[SPAN_SUCCEEDED] = "succeeded",
	[SPAN_RETRIED] = "failed and ran again",
	[SPAN_CANCELLED] = "cancelled",
	[SPAN_KILLED] = "cancelled and killed",
	[SPAN_TIMED_OUT] = "timed out",
	[SPAN_FAILED] = "failed",
};

void
caption_duration(int64_t ns, char *buf, size_t size)
{
	int64_t digit = ns < NS_PER_MS ? NS_PER_MS / 1000
	    : ns < NS_PER_S            ? NS_PER_MS
	    : ns < 60 * NS_PER_S       ? NS_PER_S / 10
				       : NS_PER_S;

	format_limit_duration((ns + digit / 2) / digit * digit, buf, size);
}

void
caption_title(const struct picture *picture, struct buf *out)
{
	const struct report_event *finished = picture->finished;
	char *counts = line_of_counts(finished, "no jobs");

	if (finished->text[0] != '\0')
		buf_printf(out, "%s: ", finished->text);
	buf_puts(out, counts);
	free(counts);
}

/* How busy the slots were, and how many jobs ran at once. */
static void
add_use(const struct picture *picture, struct buf *out)
{
	int64_t slots = picture->lanes->last_slot;
	int64_t total_ns = picture->finished->elapsed_ns;
	double part = 0;

	if (slots == 0)
		return;
	if (total_ns > 0)
		part = (double)picture->busy_ns / (double)total_ns;
	buf_printf(out,
	    "  \302\267  %.1f jobs at a time  \302\267  %" PRId64
	    " slot%s, %.0f%% busy",
	    part, slots, slots == 1 ? "" : "s", part * 100 / (double)slots);
}

void
caption_facts(const struct picture *picture, struct buf *out)
{
	char cpu[FORMAT_DURATION_MAX], when[64];
	time_t seconds = (time_t)(picture->started_ns / NS_PER_S);
	struct tm tm;

	line_duration(picture->cpu_ns, cpu, sizeof(cpu));
	buf_printf(out, "CPU time %s", cpu);
	add_use(picture, out);
	if (localtime_r(&seconds, &tm) != NULL &&
	    strftime(when, sizeof(when), "%Y-%m-%d %H:%M:%S %z", &tm) > 0)
		buf_printf(out, "  \302\267  began %s", when);
}

static void
add_times(const struct span *span, struct buf *out)
{
	char from[FORMAT_DURATION_MAX], to[FORMAT_DURATION_MAX];

	line_duration(span->begin_ns, from, sizeof(from));
	line_duration(span->end_ns, to, sizeof(to));
	buf_printf(out, "from %s to %s", from, to);
}

static void
add_usage(const struct span_detail *detail, struct buf *out)
{
	char cpu[FORMAT_DURATION_MAX], memory[FORMAT_SIZE_MAX];

	if (detail->user_ns >= 0) {
		line_duration(
		    detail->user_ns + detail->system_ns, cpu, sizeof(cpu));
		buf_printf(out, ", CPU time %s", cpu);
	}
	if (detail->max_rss > 0) {
		format_size(detail->max_rss, memory, sizeof(memory));
		buf_printf(out, ", memory %s", memory);
	}
}

static void
add_detail(const struct span *span, struct buf *out)
{
	const struct span_detail *detail = span->detail;
	char took[FORMAT_DURATION_MAX];

	line_duration(detail->took_ns, took, sizeof(took));
	buf_printf(out, "%s: %s after %s\n%s\n", detail->text,
	    detail->text + detail->what, took, detail->text + detail->command);
	add_times(span, out);
	add_usage(detail, out);
}

void
caption_of_span(const struct span *span, struct buf *out)
{
	if (span->detail != NULL) {
		add_detail(span, out);
		return;
	}
	if (span->end == SPAN_WAITED)
		buf_puts(out, "waited for the next attempt\n");
	else if (span->end == SPAN_STARTING)
		buf_puts(out, "not ready yet\n");
	else if (span->worst == span->count)
		buf_printf(out, "%" PRIu64 " jobs, all %s\n", span->count,
		    fates[span->end]);
	else
		buf_printf(out, "%" PRIu64 " jobs, %" PRIu64 " of them %s\n",
		    span->count, span->worst, fates[span->end]);
	add_times(span, out);
}
