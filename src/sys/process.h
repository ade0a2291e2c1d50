/*
 * Starts a program: clone(2) with CLONE_VM | CLONE_VFORK on a stack of its
 * own, so that the cost does not depend on our size (kernel.md 2.0).
 */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include <stdbool.h>

#include <sys/resource.h>
#include <sys/types.h>

struct signals;
struct process_spawner;

/* The child's side of things; nothing here is kept after process_spawn(). */
struct process_request {
	char **argv;
	/*
	 * Executed instead of a file whose format the kernel does not know
	 * (ENOEXEC), as POSIX wants of a script without "#!"; or NULL.
	 */
	char *const *fallback;
	char *const *envp;
	const char *path;      /* where argv[0] is looked up; NULL: our PATH */
	const char *directory; /* where it starts; NULL: ours */
	int fds[3];            /* what becomes 0, 1 and 2; borrowed */
	int extra_fd;          /* above 2, borrowed: what becomes ... */
	int extra_number;      /* ... this, above 2; 0: there is none */
	const struct signals *signals;
	const struct rlimit *nofile; /* the limit to give back, or NULL */
};

/* A program that runs.  pidfd is the caller's to close. */
struct process {
	pid_t pid; /* also its process group */
	int pidfd;
};

/* Where a start failed; errno says why. */
enum process_failure {
	PROCESS_OK,
	PROCESS_NO_PROCESS,   /* clone(2): EAGAIN, ENOMEM, EMFILE */
	PROCESS_NO_SETUP,     /* a descriptor or limit could not be set up */
	PROCESS_NO_DIRECTORY, /* chdir(2) */
	PROCESS_NO_EXEC,      /* execve(2): ENOENT, EACCES, E2BIG, ... */
};

/* True if there is such a program: looked up in PATH if it has no slash. */
bool process_finds(const char *name);

/* Returns a spawner, or NULL with errno from mmap(2). */
struct process_spawner *process_spawner_new(void);

/* Frees the spawner; what it started is not touched. */
void process_spawner_free(struct process_spawner *sp);

/*
 * Starts argv[0], looked up in the path if it has no slash, in a new process
 * group, to be killed when we die.  Returns when the child
 * has executed the program or failed to.  On success fills in ret; on failure
 * nothing is left running and errno is the exact one of the child's call.
 */
enum process_failure process_spawn(struct process_spawner *sp,
    const struct process_request *req, struct process *ret);

#endif
