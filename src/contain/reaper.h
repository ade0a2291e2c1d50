/*
 * Ends every descendant of the calling process, and proves it: every orphan
 * below a child subreaper becomes its child, so that it has no descendant left
 * when waitid(2) says ECHILD.
 */
#ifndef CONTAIN_REAPER_H
#define CONTAIN_REAPER_H

#include <stdbool.h>

#include <sys/types.h>

struct proctree;
struct proclist;

/*
 * Makes every orphan below the calling process its child from now on, also
 * below processes that it forks later.  Call it before the first fork(2).
 */
void reaper_adopt_orphans(void);

/*
 * Kills the processes of list, which must be unreaped children of ours, and
 * their process groups, as reaper_kill_all() does.  Call it with again true if
 * the first call was not enough: it then stops and kills what is below them,
 * too, and appends that to list.  Otherwise a chain of processes would take a
 * call for each link, a child that is a subreaper would keep what it inherits,
 * and a program that forks all the time would be faster than we are.
 */
void reaper_kill(
    struct proctree *tree, struct proclist *list, bool again, pid_t spared);

/*
 * Kills and reaps until nothing is left.  A process group is killed as a whole
 * unless strangers may be in it: not the group spared, which is to be that of
 * the front, and none whose leader lives but is no child of ours.
 * Blocks, for a process that has nothing else to do before its end.  SIGCHLD
 * must be blocked.  Returns 0 if nothing is left, which ECHILD has proved; or
 * -1 after 10 s without progress, with the survivors named in messages.
 */
int reaper_kill_all(pid_t spared);

#endif
