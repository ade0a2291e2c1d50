/*
 * Draws a run as an SVG picture: lanes of bars over an axis of time.  It needs
 * nothing but itself: no script, no font, no other file.
 */
#ifndef RECORD_PICTURE_H
#define RECORD_PICTURE_H

#include <stdint.h>

struct lanes;
struct load;
struct report_event;
struct writer;

/* What is drawn; all borrowed. */
struct picture {
	const struct lanes *lanes;
	const struct load *load;             /* of jobs in slots */
	const struct report_event *finished; /* REPORT_FINISHED */
	int64_t busy_ns;    /* time that jobs in slots ran, together */
	int64_t cpu_ns;     /* CPU time of all */
	int64_t started_ns; /* when the run began, since 1970 */
	int64_t closed_ns;  /* when no more jobs started; -1: not shown */
	const char *closed; /* why; or NULL */
};

/* Puts the whole picture into the file. */
void picture_draw(const struct picture *picture, struct writer *writer);

#endif
