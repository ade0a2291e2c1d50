/*
 * What can be done to the processes of a cgroup v2 and of all groups below it.
 * A group is named by its directory.
 */
#ifndef CONTAIN_GROUP_H
#define CONTAIN_GROUP_H

#include <stdbool.h>

#include <sys/types.h>

struct proclist;

/*
 * Appends the processes in the group to the list, each with its parent.  Unless
 * nested_too is true, those in the folder of a nursery are left out that runs
 * in the group: they are its jobs.
 */
void group_list(const char *dir, bool nested_too, struct proclist *list);

/* True if a process is known to run in the group. */
bool group_has_processes(const char *dir);

/*
 * Kills every process in the group, also those that no signal of ours reaches;
 * where the kernel has no cgroup.kill (Linux 5.14), those that can be listed.
 */
void group_kill(const char *dir);

/* Kills what is in the group and waits, for two seconds at most, for its end.
 */
void group_end(const char *dir);

/* Writes text to a file of the group.  Returns 0, or -1 with errno. */
int group_write(const char *dir, const char *name, const char *text);

/* Moves a process to the group.  Returns 0, or -1 with errno. */
int group_add(const char *dir, pid_t pid);

/*
 * Moves the processes of the group, for which a limit or a nursery counts no
 * more, to the group to.  True if none is left in it.
 */
bool group_evacuate(const char *dir, const char *to);

/* Removes the group, which has no process.  Returns 0, or -1 with errno. */
int group_remove(const char *dir);

#endif
