/*
 * A folder that only we can enter, for sockets.  It is made in the folder of
 * the nursery around us, which will remove it if we cannot, in
 * $XDG_RUNTIME_DIR, /dev/shm, $TMPDIR or /tmp: in the first of them where that
 * is possible. $XDG_RUNTIME_DIR and /dev/shm are memory: on a disk's file
 * system a folder costs ten times as much (0.4 ms to make and remove one on
 * ext4).
 */
#ifndef SYS_RUNDIR_H
#define SYS_RUNDIR_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Room for every path that rundir_new() writes.  It is so short that a name of
 * up to 27 bytes in the folder fits the address of a socket, see unix(7).
 */
#define RUNDIR_MAX 80

/*
 * Makes a new folder of mode 0700 and writes its absolute path to path, which
 * has RUNDIR_MAX bytes.  It is made in parent if that is our user's; or, if its
 * path would be too long there, in a nursery's folder around parent; else in
 * XDG_RUNTIME_DIR, /dev/shm, TMPDIR or /tmp.  parent may be NULL.  Whenever the
 * folder exists, path names it, and path never names another one: so a process
 * that shares those bytes can remove it if we die.  Returns 0, or -1 with errno
 * of the last attempt and an empty path.
 */
int rundir_new(char *path, const char *parent);

/* How the names of the files begin that jobs read, see rundir_extend(). */
#define RUNDIR_INPUT "nursery-"

/*
 * Makes a second private folder in parent, for large files.  A link in the
 * first folder, which is that of path, names it, made before it, so whoever
 * removes the first removes both; but of the second only files and FIFOs whose
 * names begin with RUNDIR_INPUT: with anything else in it both stay.  At most
 * once for each path.  Returns 0, and *ret is the absolute path, which the
 * caller frees; or -1 with errno, and *ret is untouched.
 */
int rundir_extend(const char *path, const char *parent, char **ret);

/* True if there is a folder like those of rundir_new(): by name, owner, mode.
 */
bool rundir_is_one(const char *path);

/*
 * True if the folder of that path is in the folder of another nursery: then
 * outer, which has RUNDIR_MAX bytes, gets the path of that one.
 */
bool rundir_outer(const char *path, char *outer);

/*
 * Removes the folder with all that is in it, and empties path.  Harmless if
 * path is empty, is none that rundir_new() writes, or there is no such folder.
 * Returns 0, or -1 with errno if the folder is still there.
 */
int rundir_remove(char *path);

/*
 * Removes the folder and the files in it, and empties path; but if others have
 * made folders in it, they stay, and so does the folder itself.  Returns 0, or
 * -1 with errno if the folder is still there for another reason.
 */
int rundir_leave(char *path);

#endif
