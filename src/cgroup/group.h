/*
 * What can be done to the processes of a cgroup v2, and of all cgroups below
 * it.  "Group" means a cgroup here; it is named by its directory.
 */
#ifndef CGROUP_GROUP_H
#define CGROUP_GROUP_H

#include <stdbool.h>

#include <sys/types.h>

struct proclist;

/*
 * Appends the processes in the group to the list, each with its parent.  Unless
 * nested_too is true, the jobs of a nursery that runs in the group are left
 * out, which are in that nursery's folder.
 */
void group_list(const char *dir, bool nested_too, struct proclist *list);

/* True if a process is known to run in the group. */
bool group_has_processes(const char *dir);

/*
 * Kills every process in the group, also those that no signal of ours reaches;
 * where the kernel has no cgroup.kill (Linux 5.14), those that can be listed.
 */
void group_kill(const char *dir);

/* Kills what is in the group and waits up to two seconds until it is dead. */
void group_end(const char *dir);

/* Writes text to a file of the group.  Returns 0, or -1 with errno. */
int group_write(const char *dir, const char *name, const char *text);

/* Moves a process to the group.  Returns 0, or -1 with errno. */
int group_add(const char *dir, pid_t pid);

/*
 * Moves the processes of the group to the group to, where no nursery ends them
 * and no limit of theirs holds.  True if none is left in the first.
 */
bool group_evacuate(const char *dir, const char *to);

/*
 * Removes the group, which has no process.  group_remove() waits for processes
 * that have just ended, group_remove_now() does not.  Return 0, or -1 with
 * errno.
 */
int group_remove(const char *dir);
int group_remove_now(const char *dir);

#endif
