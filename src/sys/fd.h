/*
 * Descriptors: the standard ones, their limit and a reserve, pipes, files
 * without a name.
 *
 * Whatever is opened here is close-on-exec from birth.  No function changes
 * the file status flags of a descriptor that it did not open itself.
 */
#ifndef SYS_FD_H
#define SYS_FD_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>

#include <sys/types.h>

struct rlimit;

/*
 * The first thing in main: opens /dev/null where 0, 1 or 2 is closed, in the
 * WRONG direction, so that using it fails with EBADF and no later descriptor
 * takes the number (as gnulib's stdopen does).  They stay open across exec.
 * Returns 0, or -1 with errno from open(2).
 */
int fd_open_standard(void);

/*
 * How many descriptors are kept back, for what must not fail for want of one:
 * finding processes and signalling them takes two at a time, and one more with
 * the /proc of another PID namespace (see procpid.h).
 */
#define FD_RESERVE 3

/*
 * Raises the soft limit of descriptors to the hard one, but for the reserve.
 * *ret_original is the limit before, for the jobs; untouched on failure.
 * Returns 1 if raised, 0 if there was nothing to raise, or -1 with errno from
 * setrlimit(2).
 */
int fd_raise_limit(struct rlimit *ret_original);

/*
 * Lowers the soft limit if no reserve is left below the hard one.  Returns 1 if
 * lowered, with the limit before in *ret_original, for the jobs; 0 if there was
 * no need, or -1 with errno from setrlimit(2).
 */
int fd_keep_reserve(struct rlimit *ret_original);

/*
 * Open a file close-on-exec, which has the mode 0666 if it is made by that, or
 * a pidfd; from the reserve if no other descriptor is left: so the caller, who
 * owns it, closes it before calling another function that needs one.  Both
 * return -1 with errno from open(2) or pidfd_open(2).
 */
int fd_open_in_need(const char *path, int flags);
int fd_pidfd_in_need(pid_t pid);

/*
 * Opens a folder as opendir(3) does, from the reserve if need be.  Returns NULL
 * with errno if it cannot be opened.
 */
DIR *fd_folder_in_need(const char *path);

/*
 * Writes the text in a single call, as files of the kernel want it, and closes
 * fd.  Returns 0, or -1 with errno: of write(2), or as it was if fd is -1.
 */
int fd_write_and_close(int fd, const char *text);

/* True if both are open and the same file, by device and inode number. */
bool fd_same_file(int a, int b);

/* True if fd is open for writing. */
bool fd_is_writable(int fd);

/* As ftruncate(2), but goes on when a signal came in between. */
int fd_truncate(int fd, off_t len);

/*
 * Makes a pipe: ret_fds[0] is the read end and does not block, ret_fds[1] the
 * write end, which blocks as a job expects.  The caller owns both.  Returns 0,
 * or -1 with errno from pipe2(2).
 */
int fd_pipe(int ret_fds[2]);

/*
 * The same the other way round: ret_fds[0] is the read end, which blocks as a
 * job expects, ret_fds[1] the write end, which does not.
 */
int fd_pipe_to_job(int ret_fds[2]);

/*
 * Opens the pipe, FIFO or terminal behind fd once more, with O_RDONLY or
 * O_WRONLY, to use it without waiting: those who share fd do not notice.  Never
 * for a regular file: the new descriptor has an offset of its own.  Returns a
 * descriptor that the caller owns, or -1 with errno (ENOENT without /proc,
 * EACCES, ENXIO).
 */
int fd_reopen_nonblocking(int fd, int access);

/*
 * Opens a new file without a name in the folder dir for reading and writing.
 * Returns a descriptor that the caller owns, or -1 with errno.
 */
int fd_unnamed_file(const char *dir);

/*
 * Opens a new file that is nowhere but in memory, for reading and writing.
 * Returns a descriptor that the caller owns, or -1 with errno.
 */
int fd_memory_file(void);

/*
 * Writes all of the bytes, and waits where that is needed.  Returns 0, or -1
 * with errno from write(2).
 */
int fd_write_all(int fd, const char *bytes, size_t len);

/*
 * Puts len bytes into memory of their own that nobody can change any more, see
 * memfd_create(2).  Returns a descriptor that the caller owns, or -1 with
 * errno.
 */
int fd_sealed(const void *bytes, size_t len);

/*
 * Reads a file that fd_sealed() has made, perhaps in a process that cannot be
 * trusted: at most max bytes, into memory from malloc(3).  Returns 0; or -1
 * with errno: EPERM if it could still be changed or is another kind of file,
 * EFBIG if it is larger, ENOMEM.
 */
int fd_read_sealed(int fd, size_t max, char **ret_bytes, size_t *ret_len);

/*
 * Grows the pipe behind fd to size bytes; never shrinks it.  Returns true if it
 * has at least that size now, false if it is no pipe or the limit of the user
 * for pipes is reached.
 */
bool fd_grow_pipe(int fd, int size);

#endif
