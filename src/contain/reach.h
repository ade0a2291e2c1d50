/*
 * Reaching every process of a family: its group, its orphans, and what is below
 * them in other groups and sessions.  A pid that was reaped is never signalled.
 */
#ifndef CONTAIN_REACH_H
#define CONTAIN_REACH_H

#include <stdbool.h>
#include <stddef.h>

struct family;

/*
 * Asks every process of the family to end by the signal, the group in one call,
 * and continues those that are stopped.  The same signal reaches nobody twice,
 * but those that became the family's since.  It spares what belongs to a nested
 * nursery: that one hears from its own front and has its own order of ending.
 */
void reach_ask(struct family *family, int signo);

/*
 * Signals every process of the family, each time: what stops and continues.
 * What nobody can refuse reaches into nested nurseries.
 */
void reach_signal(struct family *family, int signo);

/* SIGKILL for every process of the family: it is doomed from now on. */
void reach_kill(struct family *family);

/* Names up to a handful of the family's orphans: "sleep[12], sh[13]". */
void reach_name_orphans(const struct family *family, char *buf, size_t size);

/* True if a child of ours, running or zombie, is in the leader's group. */
bool reach_group_is_left(const struct family *family);

#endif
