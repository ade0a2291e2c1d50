/*
 * --jobs as the name parallel has it: the number may be in a file, which is
 * read again whenever it has changed.
 */
#ifndef SCOPE_JOBSFILE_H
#define SCOPE_JOBSFILE_H

#include <stdbool.h>
#include <stdint.h>

struct jobs_limit;
struct scope;

/*
 * As parse_jobs(), but one newline may follow, and a percentage may have a
 * fraction.
 */
int jobsfile_parse(const char *text, struct jobs_limit *ret);

/* As jobs_limit_resolve(), for the CPUs here, but rounded up. */
int64_t jobsfile_resolve(const struct jobs_limit *limit);

/* Reads such a number from the file.  Returns 0, or -1 with errno. */
int jobsfile_read(const char *path, struct jobs_limit *ret);

/* Prepares to look at the file now and then, if there is one. */
void jobsfile_init(struct scope *scope);
void jobsfile_release(struct scope *scope);

/* How many jobs may run at once now; 0: no limit. */
int64_t jobsfile_limit(struct scope *scope);

#endif
