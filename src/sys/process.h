/*
 * Starts a program.  The child shares our memory until it executes the program
 * (clone(2) with CLONE_VM | CLONE_VFORK, on a stack of its own): to copy the
 * page tables, as fork(2) does, would cost the more the larger we are.
 */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include <stdbool.h>

#include <sys/resource.h>
#include <sys/types.h>

struct signals;
struct process_spawner;

/* What to start and how; nothing in it is kept after process_spawn(). */
struct process_request {
	char **argv;
	/*
	 * The command to execute instead if the kernel does not know the format
	 * of the file argv[0] (ENOEXEC), or NULL: POSIX wants a script without
	 * "#!" to be given to the shell.
	 */
	char *const *fallback;
	char *const *envp;
	const char *path;      /* where argv[0] is looked up; NULL: our PATH */
	const char *directory; /* that it works in at first; NULL: ours */
	int fds[3];            /* descriptors that it gets as 0, 1 and 2 */
	int extra_fd;          /* a descriptor above 2 that it gets, too */
	int extra_number; /* the number of extra_fd in it; 0: no extra_fd */
	/*
	 * fds[1] is a terminal, which is to be the controlling terminal of a
	 * session of its own: it is in the foreground there.
	 */
	bool terminal;
	/*
	 * fds[0] is our own terminal, where the process group is to be in the
	 * foreground.
	 */
	bool foreground;
	const struct signals *signals; /* the mask and dispositions it gets */
	const struct rlimit *nofile;   /* RLIMIT_NOFILE in it; NULL: ours */
	int nice; /* its niceness if we may set that; 0: ours */
	/*
	 * Directory of the cgroup v2 to start it in, perhaps opened with
	 * O_PATH; -1: our own cgroup.  Unless cgroup_only is true, it starts in
	 * our own also if the other cannot be entered.
	 */
	int cgroup_fd;
	bool cgroup_only; /* it must not start in another cgroup */
};

/* A program that runs. */
struct process {
	pid_t pid;      /* also the number of its process group */
	int pidfd;      /* the caller's to close */
	bool in_cgroup; /* it was started in the cgroup of the request */
};

/* The step at which a start failed; errno says why. */
enum process_failure {
	PROCESS_OK,
	PROCESS_NO_PROCESS, /* clone(2): EAGAIN, ENOMEM, EMFILE, ... */
	PROCESS_NO_SETUP,   /* signals, descriptors: no fault of the command */
	PROCESS_NO_DIRECTORY, /* chdir(2) */
	PROCESS_NO_EXEC,      /* execve(2): ENOENT, EACCES, E2BIG, ... */
};

/* True if there is such a program: looked up in PATH if it has no slash. */
bool process_finds(const char *name);

/* True if our processes may have that niceness. */
bool process_may_have_nice(int nice);

/* Returns a spawner, or NULL with errno from mmap(2) or mprotect(2). */
struct process_spawner *process_spawner_new(void);

/* Frees the spawner; what it started is not touched. */
void process_spawner_free(struct process_spawner *sp);

/*
 * Starts argv[0], looked up in the path if it has no slash, in a new process
 * group, and perhaps a new session; the kernel kills it when we die.  Returns
 * when the child has executed the program or failed to.  On success fills in
 * ret; on failure nothing is left running and errno is the one that the call
 * which failed has set.
 */
enum process_failure process_spawn(struct process_spawner *sp,
    const struct process_request *req, struct process *ret);

#endif
