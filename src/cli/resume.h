/*
 * --resume, --resume-failed, --retry-failed and --order: commands that depend
 * on the log of an earlier run.
 */
#ifndef CLI_RESUME_H
#define CLI_RESUME_H

struct options;
struct reading;
struct source;

/*
 * Checks these options together, once all are known, and settles what follows
 * from them.  Returns 0, or -1 after saying what is wrong.
 */
int resume_conclude(struct reading *reading);

/* Returns the commands of --retry-failed, or NULL after a message. */
struct source *resume_retry(const struct options *options);

/*
 * Returns the source, which may be NULL, or one in its place that skips what
 * the log says is done, and has the order that was asked for.  NULL after a
 * message; the source is freed then.
 */
struct source *resume_gather(
    const struct options *options, struct source *source);

#endif
