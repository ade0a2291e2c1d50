/*
 * Markers: the lines that the log of a CI wants before and after what a job
 * wrote, see --sections in the manual.
 *
 * A job that still runs when its output is shown, and one that has failed, are
 * never in a closed fold; a failure is told behind the output.  A job cannot
 * make a line that passes for ours: what GitHub would take for a command is
 * none between two lines with a secret, and the sections of GitLab have a
 * secret in their names.
 */
#ifndef REPORT_MARKERS_H
#define REPORT_MARKERS_H

#include <stdbool.h>
#include <stdint.h>

struct buf;
struct report_event;

enum markers_style {
	MARKERS_AUTO, /* not settled yet: none */
	MARKERS_NONE,
	MARKERS_GITHUB, /* workflow commands of GitHub Actions */
	MARKERS_GITLAB, /* sections of a job log of GitLab CI */
	MARKERS_PLAIN,  /* lines with --- or +++ before them */
};

/* 128 bits in hexadecimal digits, and a NUL. */
#define MARKERS_SECRET_SIZE 33

struct markers {
	enum markers_style style;
	/*
	 * GitHub: commands are stopped from markers_open() to markers_close(),
	 * but for our own, because services write between the jobs.
	 */
	bool always;
	char secret[MARKERS_SECRET_SIZE];
	/* The secret of the job that is shown while it runs; "": none. */
	char live[MARKERS_SECRET_SIZE];
};

/* Prepares markers in the caller's storage; nothing has to be released. */
void markers_init(
    struct markers *markers, enum markers_style style, bool always);

/*
 * True if there are any; if not, only open, close and failure may be called,
 * which do nothing.
 */
bool markers_are_wanted(const struct markers *markers);

/* Adds what comes first and last of all; often nothing. */
void markers_open(const struct markers *markers, struct buf *lines);
void markers_close(const struct markers *markers, struct buf *lines);

/*
 * Adds what is before the output of the job of the event, which still runs.
 * One job at a time is shown so, up to markers_end_live().
 */
void markers_begin_live(struct markers *markers,
    const struct report_event *event, struct buf *before);

/* The event has the outcome: adds what is behind the output of that job. */
void markers_end_live(struct markers *markers, const struct report_event *event,
    struct buf *behind);

/*
 * Adds what is around the output of a job that has ended, as the event says.
 * Empty: it wrote nothing, so only a failure has a line.
 */
void markers_whole(const struct markers *markers,
    const struct report_event *event, bool empty, struct buf *before,
    struct buf *behind);

/*
 * Adds what is said of the failure of a job whose output has no section, such
 * as a service: nothing, unless that can be said anywhere between lines.
 */
void markers_failure(const struct markers *markers,
    const struct report_event *event, struct buf *lines);

#endif
