/*
 * What messages call a job, and the lines that say how it ended, for those who
 * print or keep them.
 */
#ifndef REPORT_LINE_H
#define REPORT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct outcome;
struct report_event;
struct report_job;
struct report_options;

#define LINE_ATTEMPT_MAX 40
#define LINE_MACHINE_MAX 264

/* What line_job() needs for the longest names, see job/name.h, of a machine. */
#define LINE_JOB_MAX 420

/*
 * What every message calls a job: "job 3", "job 3 (web)" if it has a name, or
 * "service web" if it is no command; with --onall "job 3 on n1".  Not for the
 * strays, which have neither. Into buf; returns buf.
 */
const char *line_job(const struct report_job *job, char *buf, size_t size);

/* The same, with the machine if that is another one: "job 3 on n1". */
const char *line_job_on(const struct report_job *job, char *buf, size_t size);

/* " on n1", if that is not in line_job() and it is not this machine; into buf.
 */
const char *line_machine(const struct report_job *job, char *buf, size_t size);

/* " (attempt 2)", or nothing for the first, into buf; returns buf. */
const char *line_attempt(const struct report_job *job, char *buf, size_t size);

/*
 * How long something ran: "12.345s", or from a minute on "9m58s", into buf, of
 * FORMAT_DURATION_MAX bytes at least.
 */
void line_duration(int64_t ns, char *buf, size_t size);

/*
 * "job 3 failed: exit status 2 after 1.204s: make test", for REPORT_ENDED.
 * It ends in a hint if one of hint.h fits.  The caller frees the line.
 */
char *line_of_end(
    const struct report_event *event, const struct report_options *options);

/*
 * For REPORT_ENDED: true if the job succeeded at a later attempt than its
 * first; that of a service says nothing of it.
 */
bool line_is_flaky(const struct report_event *event);

/*
 * "job 3 succeeded at the third attempt: ./flaky", for REPORT_ENDED; "job 5 was
 * running for 598.000s when time ran out: pytest", for REPORT_INTERRUPTED; and
 * "job 2 did not end within 5.000s of SIGTERM, and was killed: ./deaf", for
 * REPORT_KILLED with a signal.  The caller frees the line.
 */
char *line_of_flaky(const struct report_job *job);
char *line_of_interrupted(const struct report_event *event);
char *line_of_killed(const struct report_event *event);

/*
 * "1 failed, 2 not started, 3 succeeded in 1.310s", for REPORT_FINISHED; the
 * first words are those of none if there is nothing to count, and if they are
 * none, too, it is empty.  The caller frees the line.
 */
char *line_of_counts(const struct report_event *event, const char *none);

/*
 * Says that an attempt of the job has failed, or that a service has ended, and
 * when the next one begins.
 */
void line_say_retry(const struct report_event *event);

#endif
