#!/usr/bin/env bats
# Starts that fail for no reason of the command: the child cannot be set up, or
# the kernel refuses it for another reason than that something runs out.

load ../helper

# Nursery runs and has started a job; from here on the system calls of its worker
# and of the worker's children fail as strace's inject=$1 says.
start_and_inject() {
	need strace
	not_under asan valgrind coverage
	gate up
	start_fed -j2
	feed 'puppet say up\n'
	await up
	inject "$(worker)" "$1"
}

# start_fails CALLS ERRNO TEXT: the next job cannot be started, and why is said
start_fails() {
	start_and_inject "$1:error=$2"
	feed 'true\n'
	no_more_food
	finish 125
	out
	err_has "nursery: job 2 failed: cannot start: $3 after T: true"
	err_lacks 'cannot execute'
	grep -q "$2.*INJECTED" trace
}

@test "a child that may not leave our process group is no fault of the command" {
	start_fails setpgid EPERM 'Operation not permitted'
}

@test "a descriptor that the child cannot have is no fault of the command" {
	start_fails '?dup2,?dup3' EBADF 'Bad file descriptor'
}

@test "a child that would outlive nursery is not started" {
	start_fails prctl EINVAL 'Invalid argument'
}

@test "a child whose signal dispositions cannot be given back is not started" {
	PREFIX=(env --ignore-signal=CHLD)
	start_fails rt_sigaction EINVAL 'Invalid argument'
}

@test "a child whose signals cannot be blocked is not started" {
	start_fails rt_sigprocmask EINVAL 'Invalid argument'
}

@test "clone refused for no shortage is no fault of the command" {
	start_fails '?clone,?clone3,?vfork' EPERM 'Operation not permitted'
}

@test "a limit of descriptors that cannot be given back is no fault of the command" {
	need strace prlimit
	not_under asan valgrind coverage
	gate up go
	# Job 10 comes when descriptors have run out and the limit was raised.
	PREFIX=(prlimit --nofile=24:1024)
	start_fed -j0
	feed 'puppet say up wait-fifo go\n%.0s' {1..10}
	await up 10
	inject "$(worker)" prlimit64:error=EPERM
	feed 'true\n'
	no_more_food
	finish 125
	err_has 'nursery: job 11 failed: cannot start: Operation not permitted after T: true'
	grep -q 'EPERM.*INJECTED' trace
}

# Nursery is held before it has a second process, where it reads the aliases of
# its user; strace is there when it goes on.
@test "a stack without a guard page is an error before anything starts" {
	need strace
	not_under asan valgrind coverage
	unset NURSERY_NO_POPT
	gate "$HOME/.popt"
	start 'echo a'
	eventually grep -q wait_for_partner "/proc/$(front)/wchan"
	inject "$(front)" mprotect:error=ENOMEM
	: >"$HOME/.popt"
	finish 125
	out
	err 'nursery: cannot start: Cannot allocate memory'
}

@test "without /dev/null for a closed stream nothing starts, and that is said" {
	need_strace
	# shellcheck disable=SC2016 # the inner shell expands it
	PREFIX=(strace -f -qq -o trace -P /dev/null -e inject=openat:error=EACCES
		sh -c 'exec "$@" <&-' sh)
	try 125 nursery 'touch started'
	complains 'cannot open /dev/null: Permission denied'
	[ ! -e started ]
}
