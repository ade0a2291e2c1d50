/*
 * Counting locks of this user, by name, across processes: a file whose bytes
 * are locked, see F_OFD_SETLK in fcntl(2).  Nobody serves them: the kernel
 * gives back what a process held when it has ended, however that came about.
 * What is taken belongs to the open file, and so to the children of fork(2),
 * too: it is given back when the last of them has ended.
 *
 * The files are in a folder of mode 0700, nursery-UID in /tmp or else in
 * /dev/shm: one that does not depend on the environment, so that a cron job and
 * a login share it.  Nor does anybody empty it while there are locks, as logind
 * does with /run/user/UID and /dev/shm when the user logs out.  Whoever leaves
 * last removes the file.
 */
#ifndef SYS_SEMAPHORE_H
#define SYS_SEMAPHORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct semaphore;

/* Room for what semaphore_holders() says. */
#define SEMAPHORE_HOLDERS_MAX 200

/*
 * Opens the lock of that name, whose bytes may be any.  Returns NULL with errno
 * if it cannot be had: EPERM if the folder belongs to somebody else or others
 * may enter it, ENAMETOOLONG.  Waits while somebody else removes the file, and
 * calls stalled once, after 5 s: who does that may be stopped.
 */
struct semaphore *semaphore_open(
    const char *name, void (*stalled)(const char *path));

/* Why semaphore_open() has failed with that errno. */
const char *semaphore_why(int error);

/* Gives back what is held, and closes it; NULL is harmless. */
void semaphore_close(struct semaphore *s);

/*
 * The same at the end of the last process that has it: the kernel gives back
 * what is held, so that this process is gone for whoever gets it.
 */
void semaphore_leave(const struct semaphore *s);

/*
 * Takes one more of it if fewer than most are taken, by whomever.  Others are
 * told the note, a line of text.  Does not wait.  Returns false if it was not
 * taken.
 */
bool semaphore_take(struct semaphore *s, size_t most, const char *note);

/*
 * True if for 4 s now nothing could be taken or refused: who had the turn to
 * take may be stopped.
 */
bool semaphore_is_stalled(const struct semaphore *s);

/* The path of the file; it lives as long as the semaphore. */
const char *semaphore_path(const struct semaphore *s);

/* How many we hold. */
size_t semaphore_held(const struct semaphore *s);

/* Gives back all but so many of what we hold.  True if that was any. */
bool semaphore_give_back(struct semaphore *s, size_t keep);

/* What others are told from now on of what we hold. */
void semaphore_note(struct semaphore *s, const char *note);

/*
 * A descriptor that may be watched: readable when it may be worth trying again.
 * Since the kernel tells of a process's end just before it gives back what that
 * held, and -1 is returned if nothing can be watched, try now and then as well.
 */
int semaphore_fd(struct semaphore *s);

/* Reads what semaphore_fd() had to say. */
void semaphore_heed(struct semaphore *s);

/*
 * The notes of some who hold it, and how many more there are: untrusted text of
 * our own user's processes.  "" if nobody else does.  buf has
 * SEMAPHORE_HOLDERS_MAX bytes.
 */
void semaphore_holders(const struct semaphore *s, char *buf);

/*
 * As semaphore_take(), but waits until it is free, at most so long; 0: for
 * ever. After 5 s of that it calls slow once, and once more when the semaphore
 * is stalled, unless slow is NULL.
 */
bool semaphore_wait(struct semaphore *s, size_t most, const char *note,
    int64_t limit_ns, void (*slow)(struct semaphore *s));

#endif
