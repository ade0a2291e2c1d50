/*
 * Leaves: the cgroups of our jobs.  Where a cgroup v2 can be written, this
 * nursery makes a folder in the cgroup that it runs in, and in the folder a
 * leaf for each job that runs: what a job starts stays in its leaf, whatever it
 * does.  Leaves are used again, because making one takes much longer than
 * starting a job in it; but not those of which the next job could tell.
 *
 * Where cgroups cannot be made, the leaf of every job is NULL, and all
 * functions take that: callers need not know.
 */
#ifndef CGROUP_LEAVES_H
#define CGROUP_LEAVES_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

#include "delegation.h"
#include "limits.h"

struct leaf;
struct leaves;
struct proclist;

/*
 * What there is to undo, in memory that the front shares and that is all 0 at
 * first.  Each thing is noted here before it is made.
 */
struct leaves_made {
	char folder[PATH_MAX]; /* the directory of the folder; "": none */
	struct delegation delegation;
};

/* Kills all that is in the leaves. */
void leaves_kill_all(const struct leaves_made *made);

/*
 * Removes the folder, which has no process in it, and undoes the rest.  Returns
 * 0, or -1 with errno if the folder cannot be removed.
 */
int leaves_erase(struct leaves_made *made);

/*
 * Returns what makes the leaves of the nursery whose front has that pid.  Has
 * the janitor clean up after dead nurseries where they will be.
 */
struct leaves *leaves_new(struct leaves_made *made, pid_t front);

/*
 * All leaves will have the limits, which are copied.  Returns 0; or -1 if there
 * can be no such leaves: then a sentence in why says the reason.
 */
int leaves_set_limits(
    struct leaves *leaves, const struct limits *limits, char *why, size_t size);

/* True if no job may start without a leaf. */
bool leaves_are_needed(const struct leaves *leaves);

/* Nothing will be started any more: removes the folder, or says why not. */
void leaves_close(struct leaves *leaves);

/* Closes and frees the leaves. */
void leaves_free(struct leaves *leaves);

/* Returns an empty leaf, or NULL with errno if there can be none. */
struct leaf *leaves_take(struct leaves *leaves);

/* Takes back a leaf that is known to have no process. */
void leaves_give_back(struct leaves *leaves, struct leaf *leaf);

/*
 * Takes back a leaf that may have processes for which nobody waits any more.
 * If spare is true they may live, and are moved to the cgroup that nursery runs
 * in.  If they cannot be moved, or may not live, the leaf is not used again.
 */
void leaves_give_up(struct leaves *leaves, struct leaf *leaf, bool spare);

/* A process could not be started in a leaf: no more leaves are made. */
void leaves_refuse(struct leaves *leaves);

/* Descriptors are short: from now on leaves keep none open. */
void leaves_close_files(struct leaves *leaves);

/* The leaf that the process is in; NULL if it is in none. */
const struct leaf *leaves_find(const struct leaves *leaves, pid_t pid);

/*
 * Opens the directory of the leaf, to start a process in it; -1 with errno if
 * that fails.  leaf_close() closes it.
 */
int leaf_open(const struct leaf *leaf);
void leaf_close(const struct leaf *leaf, int fd);

/* True if a process is known to run in the leaf. */
bool leaf_has_processes(const struct leaf *leaf);

/* The limit that was met since the leaf was taken. */
enum limit leaf_limit_met(const struct leaf *leaf);

/* Lists the processes in the leaf as group_list() does. */
void leaf_list(const struct leaf *leaf, bool nested_too, struct proclist *list);

/* Kills all in the leaf, also processes that we may not signal. */
void leaf_kill(struct leaf *leaf);

#endif
