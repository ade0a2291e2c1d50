/*
 * Ends every descendant of the calling process, and proves it: every orphan
 * below a child subreaper becomes its child, so that it has no descendant left
 * when waitid(2) says ECHILD.
 */
#ifndef CONTAIN_REAPER_H
#define CONTAIN_REAPER_H

#include <stdbool.h>

#include <sys/types.h>

#include "sys/loop.h"

struct proctree;
struct proclist;

/*
 * Makes every orphan below the calling process its child from now on, also
 * below processes that it forks later.  Call it before the first fork(2).
 */
void reaper_adopt_orphans(void);

/* How long SIGKILL alone is tried before processes are stopped first. */
#define HOLD_AFTER_NS (100 * NS_PER_MS)

/*
 * Kills the processes of list.  The first ones, as many as children says, must
 * be unreaped children of ours; they are killed with their groups as
 * reaper_kill_all() does.  The others are killed as proctree_signal() does.
 */
void reaper_kill(struct proctree *tree, const struct proclist *list,
    size_t children, pid_t spared);

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
