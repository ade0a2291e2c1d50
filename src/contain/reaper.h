/*
 * Ends every descendant of the calling process, and proves it: a child
 * subreaper that waitid(2) tells ECHILD has no descendant left (kernel.md 1.2).
 */
#ifndef CONTAIN_REAPER_H
#define CONTAIN_REAPER_H

#include <sys/types.h>

/*
 * Makes every orphan below the calling process its child from now on, also
 * below processes that it forks later.  Call it before the first fork(2).
 */
void reaper_adopt_orphans(void);

/*
 * Kills and reaps until nothing is left.  Never kills a process group with
 * strangers in it as a group: one whose leader is no child of ours, or the
 * spared one, which is to be that of the front.  Blocks: only for the end of a
 * process that has nothing else to do.  SIGCHLD must be blocked.  Returns 0
 * with the proof, or -1 after 10 s without progress; the survivors have then
 * been named in a message.
 */
int reaper_kill_all(pid_t spared);

#endif
