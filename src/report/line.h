/*
 * What messages call a job, and the lines that say how it ended, for those who
 * print or keep them.
 */
#ifndef REPORT_LINE_H
#define REPORT_LINE_H

#include <stddef.h>

struct outcome;
struct report_event;
struct report_job;
struct report_options;

#define LINE_ATTEMPT_MAX 40

/* What line_job() needs for the longest name, see job/name.h. */
#define LINE_JOB_MAX 160

/*
 * What every message calls a job: "job 3", "job 3 (web)" if it has a name, or
 * "service web" if it is no command.  Not for the strays, which have neither.
 * Into buf; returns buf.
 */
const char *line_job(const struct report_job *job, char *buf, size_t size);

/* " (attempt 2)", or nothing for the first, into buf; returns buf. */
const char *line_attempt(const struct report_job *job, char *buf, size_t size);

/*
 * "job 3 failed: exit status 2 after 1.204s: make test", for REPORT_ENDED.
 * It ends in a hint if one of hint.h fits.  The caller frees the line.
 */
char *line_of_end(
    const struct report_event *event, const struct report_options *options);

/*
 * "job 3 succeeded at the third attempt: ./flaky", for REPORT_ENDED; "job 5 was
 * running for 598.000s when time ran out: pytest", for REPORT_INTERRUPTED; and
 * "job 2 did not end within 5.000s of SIGTERM, and was killed: ./deaf", for
 * REPORT_KILLED with a signal.  The caller frees the line.
 */
char *line_of_flaky(const struct report_job *job);
char *line_of_interrupted(const struct report_event *event);
char *line_of_killed(const struct report_event *event);

#endif
