#include "clone3.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>

#include <linux/sched.h>
#include <sys/syscall.h>

/*
 * The child comes back from the system call with an empty stack: it must go on
 * to fn without a return, which no function of C can do.
 */
static long
start(struct clone_args *args, int (*fn)(void *), void *arg)
{
#if defined(__x86_64__) && defined(__LP64__)
	register long result __asm__("rax") = SYS_clone3;
	register void *in_fn __asm__("r12") = (void *)(uintptr_t)fn;
	register void *in_arg __asm__("r13") = arg;

	__asm__ volatile(
	    "syscall\n\t"
	    "test %%rax, %%rax\n\t"
	    "jnz 1f\n\t"
	    "xor %%ebp, %%ebp\n\t"
	    "mov %%r13, %%rdi\n\t"
	    "call *%%r12\n\t"
	    "hlt\n"
	    "1:"
	    : "+r"(result)
	    : "D"(args), "S"(sizeof(*args)), "r"(in_fn), "r"(in_arg)
	    : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long number __asm__("x8") = SYS_clone3;
	register void *first __asm__("x0") = args;
	register size_t second __asm__("x1") = sizeof(*args);
	register void *in_fn __asm__("x10") = (void *)(uintptr_t)fn;
	register void *in_arg __asm__("x11") = arg;

	__asm__ volatile("svc #0\n\t"
			 "cbnz x0, 1f\n\t"
			 "mov x29, #0\n\t"
			 "mov x0, x11\n\t"
			 "blr x10\n\t"
			 "brk #0\n"
			 "1:"
			 : "+r"(first)
			 : "r"(number), "r"(second), "r"(in_fn), "r"(in_arg)
			 : "x30", "memory");
	return (long)(intptr_t)first;
#else
	(void)args;
	(void)fn;
	(void)arg;
	return -ENOSYS;
#endif
}

pid_t
clone3_into(int (*fn)(void *), void *stack, size_t size, void *arg,
    int cgroup_fd, int *ret_pidfd)
{
	struct clone_args args = {
		.flags =
		    CLONE_VM | CLONE_VFORK | CLONE_PIDFD | CLONE_INTO_CGROUP,
		.pidfd = (uint64_t)(uintptr_t)ret_pidfd,
		.exit_signal = SIGCHLD,
		.stack = (uint64_t)(uintptr_t)stack,
		.stack_size = size,
		.cgroup = (uint64_t)cgroup_fd,
	};
	long pid = start(&args, fn, arg);

	if (pid >= 0)
		return (pid_t)pid;
	errno = (int)-pid;
	return -1;
}
