/*
 * A folder that only we can enter, for sockets: in that of the nursery around
 * us, which will remove it if we cannot, or $XDG_RUNTIME_DIR, /dev/shm,
 * $TMPDIR, /tmp.  The first are memory: a folder on a disk's file system
 * costs ten times as much (0.4 ms to make and remove one on ext4).
 */
#ifndef SYS_RUNDIR_H
#define SYS_RUNDIR_H

#include <stddef.h>

/*
 * Room for every path that rundir_new() writes.  It is so short that a name of
 * up to 27 bytes in the folder fits the address of a socket, see unix(7).
 */
#define RUNDIR_MAX 80

/*
 * Makes a new folder of mode 0700, in parent if that is ours (NULL: there is
 * none), and writes its absolute path to path, which has RUNDIR_MAX bytes.  At
 * no time is there a folder that path does not name, or does path name another
 * one, so that a process which shares those bytes can remove it.  Returns 0, or
 * -1 with errno of the last attempt and an empty path.
 */
int rundir_new(char *path, const char *parent);

/*
 * Removes the folder with all that is in it, and empties path.  Harmless if
 * path is empty, is none that rundir_new() writes, or there is no such folder.
 */
void rundir_remove(char *path);

/*
 * The same, but folders that others have made in it stay, and so does it.
 */
void rundir_leave(char *path);

#endif
