/* The lines that say how a job ended, for those who print or keep them. */
#ifndef REPORT_LINE_H
#define REPORT_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct outcome;
struct report_event;
struct report_job;

#define LINE_ATTEMPT_MAX 40

/* " (attempt 2)", or nothing for the first, into buf; returns buf. */
const char *line_attempt(const struct report_job *job, char *buf, size_t size);

/*
 * "job 3 failed: exit status 2 after 1.204s: make test", for REPORT_ENDED.
 * With hint, a command that was not found gets the hint that each argument is a
 * command.  The caller frees the line.
 */
char *line_of_end(const struct report_event *event, bool hint);

#endif
