/*
 * For `make coverage` only, linked with --wrap: gcov writes its counts at
 * exit(3), but nursery leaves by _exit(2) or dies of the signal that it was
 * sent.  A child that shares our memory passes here too, hence the reset; and
 * gcov's own execve(2), which writes the counts once and for all, would do so
 * in our name.
 */
#include <signal.h>
#include <unistd.h>

#include <sys/syscall.h>

extern void __gcov_dump(void);
extern void __gcov_reset(void);
extern _Noreturn void __real__exit(int status);
extern int __real_raise(int signo);
extern int __real_kill(pid_t pid, int signo);
_Noreturn void __wrap__exit(int status);
int __wrap_raise(int signo);
int __wrap_kill(pid_t pid, int signo);
int __wrap___gcov_execve(const char *path, char **argv, char **envp);

_Noreturn void
__wrap__exit(int status)
{
	__gcov_dump();
	__gcov_reset();
	__real__exit(status);
}

int
__wrap_raise(int signo)
{
	__gcov_dump();
	__gcov_reset();
	return __real_raise(signo);
}

int
__wrap_kill(pid_t pid, int signo)
{
	if (pid == getpid()) {
		__gcov_dump();
		__gcov_reset();
	}
	return __real_kill(pid, signo);
}

int
__wrap___gcov_execve(const char *path, char **argv, char **envp)
{
	return (int)syscall(SYS_execve, path, argv, envp);
}
