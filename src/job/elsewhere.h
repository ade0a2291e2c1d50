/* Jobs whose processes are an agent's, on another machine. */
#ifndef JOB_ELSEWHERE_H
#define JOB_ELSEWHERE_H

#include <stdbool.h>
#include <stdint.h>

struct executor;
struct job;
struct link;
struct remote_exit;
struct remote_orphans;

/* Needs job->place.link and host: the scope has found room there. */
extern const struct executor executor_elsewhere;

/* True if the job is one of these, even if it is on no machine now. */
bool elsewhere_is(const struct job *job);

/* What the link tells of the job: see struct link_events. */
void elsewhere_started(void *job, int64_t pid);
void elsewhere_wrote(void *job);
void elsewhere_ebbing(void *job, const struct remote_exit *end);
void elsewhere_orphans(void *job, const struct remote_orphans *orphans);
void elsewhere_exited(void *job, const struct remote_exit *end);

/*
 * The machine is lost, and the job with it; may free the job.  It may run again
 * only after wait_ns, because until then its processes may still be there.
 */
void elsewhere_lost(struct job *job, int64_t wait_ns);

/* Only that machine will do for the job, whenever it starts. */
void elsewhere_bind(struct job *job, void *machine, const char *host);

/* Before a start, and after it has failed: chooses the machine, or none. */
void elsewhere_place(
    struct job *job, void *machine, const char *host, struct link *link);
void elsewhere_unplace(struct job *job);

/* Where there is room for the next attempt; NULL: nowhere is any kept. */
void elsewhere_keep(struct job *job, void *machine);

#endif
