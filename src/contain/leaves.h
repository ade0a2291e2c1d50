/*
 * The cgroups of our jobs.  Where a cgroup v2 can be written, this nursery has
 * a folder in the group that it runs in, and in the folder a leaf for each job
 * that runs: what a job starts stays in its leaf, whatever it does.  A leaf is
 * used again, as to make one takes much longer than to start a job in it.
 *
 * Where there is no such cgroup, there are no leaves, and nobody has to ask
 * why: a leaf is NULL then, and all functions take that.
 */
#ifndef CONTAIN_LEAVES_H
#define CONTAIN_LEAVES_H

#include <stdbool.h>
#include <stdint.h>

#include <sys/types.h>

struct leaf;
struct leaves;
struct proclist;

/*
 * Returns the leaves of the nursery whose front has that pid, none yet, after
 * the janitor has cleaned up where they will be.  folder, PATH_MAX bytes and
 * empty, gets the directory of the nursery's folder before that is made, and is
 * emptied when it is removed: a process that shares these bytes can do it.
 */
struct leaves *leaves_new(char *folder, pid_t front);

/* Removes all leaves and the folder, and frees the leaves. */
void leaves_free(struct leaves *leaves);

/* Returns an empty leaf, or NULL if there can be none. */
struct leaf *leaves_take(struct leaves *leaves);

/*
 * The job of the leaf is over.  If spare is true, processes that are left in it
 * may live: they are moved to the group that nursery runs in.
 */
void leaves_give_back(struct leaves *leaves, struct leaf *leaf, bool spare);

/* No process can be started in a leaf: there will be none from now on. */
void leaves_refuse(struct leaves *leaves);

/* Descriptors are short: from now on leaves keep none open. */
void leaves_close_files(struct leaves *leaves);

/* The leaf that the process is in; NULL if it is in none. */
const struct leaf *leaves_find(const struct leaves *leaves, pid_t pid);

/* Opens the directory of the leaf, to start a process in it.  -1 with errno. */
int leaf_open(const struct leaf *leaf);

/* True if a process is known to run in the leaf. */
bool leaf_has_processes(const struct leaf *leaf);

/* As group_list(). */
void leaf_list(const struct leaf *leaf, bool nested_too, struct proclist *list);

/* Kills all in the leaf, also what no signal of ours can reach. */
void leaf_kill(const struct leaf *leaf);

#endif
