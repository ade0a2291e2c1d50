/*
 * puppet: does what its words say, one after the other; the jobs of the tests.
 *
 *	puppet VERB [ARG...] [VERB [ARG...]]...
 *
 * After the last verb it exits 0.  Signals are named without SIG.  A PATH that
 * names a FIFO is a gate of tests/helper.bash.
 *
 * Signals:
 *	ignore SIG | default SIG | block SIG | unblock SIG
 *	catch SIG TEXT		writes TEXT when it comes, and goes on
 *	catch-exit SIG TEXT N	writes TEXT when it comes, and exits N
 *	catch-mark SIG PATH N	makes the file when it comes, and exits N
 *	catch-say SIG PATH	says SIG at the gate when it comes, and goes on
 *	stop | die SIG | signal PID SIG
 * Processes:
 *	fork N { VERB... }	N children run the words and exit 0
 *	double-fork { VERB... }	a daemon does: orphaned, in its own session
 *	orphan { VERB... }	a child does when we have exited
 *	daemon-of-dying { VERB... }	a daemon does, whose parent is dying
 *	in-thread { VERB... }	a second thread does; the first one ends
 *	join			waits for all children
 *	zombie			has a dead child from now on
 *	setsid | setpgrp | sleep (for ever) | exit N
 *	join-parent-group	moves to the process group of its parent
 *	join-group PID		moves to that process group
 *	exec CMD...		becomes the command (the last verb)
 *	if-tty { VERB... }	runs them if /dev/tty can be opened
 * Output:
 *	write-text TEXT | write-err TEXT	with a newline
 *	write-raw TEXT		without a newline
 *	write N | write-fd FD N	N bytes 'x'
 *	flood			writes until that fails
 *	close FD | hold-pipe (a child holds our descriptors, for ever)
 *	nonblock FD		sets O_NONBLOCK on it
 *	open FD PATH		opens for reading and writing
 *	lock PATH N		locks that byte of the file until it exits
 * Gates:
 *	say PATH | say-pid PATH	writes a line, waits for the reader
 *	wait-fifo PATH		waits until the gate is open
 *	read-line PATH		waits for a line
 *	until-blocked PATH	reads a pid there, then waits until that process
 *				sits in write(2)
 * Reading:
 *	cat | read-tty | drain PATH N (reads N bytes)
 * Telling:
 *	print-mask | print-ignored | print-caught	signals: the blocked ...
 *	print-dispositions	all three
 *	print-fds | print-flags FD | print-link FD
 *	print-env NAME | print-argv | print-args WORD... (the last verb)
 *	print-pid | print-pgid ("leader" or "member") | print-session
 *	print-cwd | print-files-limit
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "checked.h"
#include "names.h"

enum { USAGE = 64 };

/*
 * What the handler of each signal does.  It is a file-scope variable because a
 * handler has no argument.
 */
static struct reaction {
	char *line;       /* text for standard output, or NULL */
	const char *gate; /* FIFO in which the signal is named, or NULL */
	int exit_status;  /* -1: the puppet goes on */
	const char *mark; /* file to make, or NULL */
} reactions[NSIG];

static int program_argc;
static char **program_argv;

static void perform(char **words);

/*
 * Writes a text at once: the output of another process cannot come between, and
 * a fork cannot double what stdio would have in its buffer.
 */
static void __attribute__((__format__(printf, 2, 3)))
say_to(int fd, const char *fmt, ...)
{
	char line[8192];
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (len >= (int)sizeof(line))
		errx(1, "too long to say");
	write_all(fd, line, (size_t)len);
}

#define say(...) say_to(STDOUT_FILENO, __VA_ARGS__)

static int
number(const char *arg)
{
	char *end;
	long n = strtol(arg, &end, 10);

	if (*arg == '\0' || *end != '\0' || n < 0 || n > INT_MAX)
		errx(USAGE, "'%s' is not a number", arg);
	return (int)n;
}

static int
open_retry(const char *path, int flags)
{
	int fd;

	do
		fd = open(path, flags);
	while (fd < 0 && errno == EINTR);
	if (fd < 0)
		err(1, "%s", path);
	return fd;
}

/* Signals. */

static void
handler(int sig)
{
	const struct reaction *r = &reactions[sig];
	int saved = errno;

	if (r->line != NULL) /* say_to() is not for handlers */
		write_all(STDOUT_FILENO, r->line, strlen(r->line));
	if (r->gate != NULL) {
		int fd = open(r->gate, O_WRONLY);

		if (fd >= 0) {
			write_all(fd, "signal\n", 7);
			close(fd);
		}
	}
	if (r->mark != NULL)
		close(open(r->mark, O_WRONLY | O_CREAT, 0600));
	if (r->exit_status >= 0)
		_exit(r->exit_status);
	errno = saved;
}

static void
catch_signal(const char *name, const char *text, const char *gate, int status)
{
	int sig = signal_number(name);
	struct sigaction sa = { .sa_handler = handler, .sa_flags = SA_RESTART };
	char *line = NULL;

	if (text != NULL && asprintf(&line, "%s\n", text) < 0)
		err(1, NULL);
	reactions[sig] = (struct reaction){ line, gate, status, NULL };
	if (sigaction(sig, &sa, NULL) != 0)
		err(1, "catch %s", name);
}

static void
do_ignore(char **arg)
{
	signal(signal_number(arg[0]), SIG_IGN);
}

static void
do_default(char **arg)
{
	signal(signal_number(arg[0]), SIG_DFL);
}

static void
change_mask(int how, const char *name)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, signal_number(name));
	sigprocmask(how, &set, NULL);
}

static void
do_block(char **arg)
{
	change_mask(SIG_BLOCK, arg[0]);
}

static void
do_unblock(char **arg)
{
	change_mask(SIG_UNBLOCK, arg[0]);
}

static void
do_catch(char **arg)
{
	catch_signal(arg[0], arg[1], NULL, -1);
}

static void
do_catch_exit(char **arg)
{
	catch_signal(arg[0], arg[1], NULL, number(arg[2]));
}

static void
do_catch_mark(char **arg)
{
	catch_signal(arg[0], NULL, NULL, number(arg[2]));
	reactions[signal_number(arg[0])].mark = arg[1];
}

static void
do_catch_say(char **arg)
{
	catch_signal(arg[0], NULL, arg[1], -1);
}

static void
do_stop(char **arg)
{
	(void)arg;
	raise(SIGSTOP);
}

static void
do_die(char **arg)
{
	struct rlimit no_core = { 0, 0 };

	setrlimit(RLIMIT_CORE, &no_core);
	do_default(arg);
	do_unblock(arg);
	raise(signal_number(arg[0]));
	errx(1, "still alive after SIG%s", arg[0]);
}

static void
do_signal(char **arg)
{
	if (kill(number(arg[0]), signal_number(arg[1])) != 0)
		err(1, "signal %s %s", arg[0], arg[1]);
}

/* Processes. */

static void
do_sleep(char **arg)
{
	(void)arg;
	for (;;)
		pause();
}

static void
run_block(char **block)
{
	perform(block);
	_exit(0);
}

static void
do_fork(char **arg)
{
	int count = number(arg[0]);

	for (int i = 0; i < count; i++)
		if (fork_checked() == 0)
			run_block(arg + 1);
}

static void
do_double_fork(char **block)
{
	if (fork_daemon())
		run_block(block);
}

/* So much memory that its release takes a while. */
#define SLOW_TO_DIE ((size_t)400 << 20)

/* Waits until the environment of a process that has one cannot be read. */
static void
wait_until_dying(pid_t pid)
{
	char path[64], byte;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	do {
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? 0 : read(fd, &byte, 1);
		if (fd >= 0)
			close(fd);
	} while (n > 0);
}

static void
do_daemon_of_dying(char **block)
{
	pid_t pid = fork_checked();

	if (pid > 0) {
		wait_until_dying(pid);
		return;
	}
	setsid();
	if (fork_checked() == 0) {
		setsid();
		run_block(block);
		exit(0);
	}
	if (mmap(NULL, SLOW_TO_DIE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1,
		0) == MAP_FAILED)
		err(1, "mmap");
	/* else it is known by the pipes that it holds */
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		close(fd);
	_exit(0);
}

static void
do_orphan(char **block)
{
	int lifeline[2];
	char byte;

	if (pipe2(lifeline, O_CLOEXEC) != 0)
		err(1, "pipe");
	if (fork_checked() > 0) {
		close(lifeline[0]); /* the write end closes when we exit */
		return;
	}
	close(lifeline[1]);
	while (read(lifeline[0], &byte, 1) < 0 && errno == EINTR)
		;
	close(lifeline[0]);
	run_block(block);
}

static void *
thread_main(void *block)
{
	run_block(block);
	return NULL;
}

static void
do_in_thread(char **block)
{
	pthread_t thread;

	errno = pthread_create(&thread, NULL, thread_main, block);
	if (errno != 0)
		err(1, "pthread_create");
	pthread_exit(NULL);
}

static void
do_join(char **arg)
{
	(void)arg;
	while (wait(NULL) > 0 || errno == EINTR)
		;
}

static void
do_zombie(char **arg)
{
	pid_t pid = fork_checked();
	siginfo_t info;

	(void)arg;
	if (pid == 0)
		_exit(0);
	waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
}

static void
do_setsid(char **arg)
{
	(void)arg;
	if (setsid() < 0 && fork_checked() > 0) {
		do_join(NULL);
		_exit(0);
	}
	setsid();
}

static void
do_setpgrp(char **arg)
{
	(void)arg;
	setpgid(0, 0);
}

static void
do_join_parent_group(char **arg)
{
	(void)arg;
	if (setpgid(0, getpgid(getppid())) != 0)
		err(1, "join-parent-group");
}

static void
do_join_group(char **arg)
{
	if (setpgid(0, number(arg[0])) != 0)
		err(1, "join-group");
}

static void
do_exit(char **arg)
{
	_exit(number(arg[0]));
}

static void
do_exec(char **arg)
{
	execvp(arg[0], arg);
	err(127, "%s", arg[0]);
}

static void
do_if_tty(char **block)
{
	int fd = open("/dev/tty", O_RDWR);

	if (fd < 0)
		return;
	close(fd);
	perform(block);
}

/* Output. */

static void
do_write_text(char **arg)
{
	say("%s\n", arg[0]);
}

static void
do_write_raw(char **arg)
{
	say("%s", arg[0]);
}

static void
do_write_err(char **arg)
{
	say_to(STDERR_FILENO, "%s\n", arg[0]);
}

static void
write_count(int fd, int count)
{
	char block[65536];

	memset(block, 'x', sizeof(block));
	while (count > 0) {
		int n = count < (int)sizeof(block) ? count : (int)sizeof(block);

		write_all(fd, block, (size_t)n);
		count -= n;
	}
}

static void
do_write(char **arg)
{
	write_count(STDOUT_FILENO, number(arg[0]));
}

static void
do_write_fd(char **arg)
{
	write_count(number(arg[0]), number(arg[1]));
}

static void
do_flood(char **arg)
{
	(void)arg;
	for (;;)
		write_count(STDOUT_FILENO, INT_MAX);
}

static void
do_close(char **arg)
{
	close(number(arg[0]));
}

static void
do_nonblock(char **arg)
{
	int fd = number(arg[0]);

	if (fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK) != 0)
		err(1, "nonblock %d", fd);
}

static void
do_hold_pipe(char **arg)
{
	if (fork_checked() == 0)
		do_sleep(arg);
}

static void
do_open(char **arg)
{
	int fd = open_retry(arg[1], O_RDWR);

	if (fd != number(arg[0])) {
		dup2(fd, number(arg[0]));
		close(fd);
	}
}

static void
do_lock(char **arg)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = number(arg[1]),
		.l_len = 1 };

	if (fcntl(open_retry(arg[0], O_RDWR), F_SETLK, &lock) < 0)
		err(1, "%s", arg[0]);
}

/* Gates. */

static void
say_at(const char *path, const char *line)
{
	int fd = open_retry(path, O_WRONLY);

	write_all(fd, line, strlen(line));
	close(fd);
}

static void
do_say(char **arg)
{
	say_at(arg[0], "here\n");
}

static void
do_say_pid(char **arg)
{
	char line[32];

	snprintf(line, sizeof(line), "%d\n", (int)getpid());
	say_at(arg[0], line);
}

static void
do_wait_fifo(char **arg)
{
	close(open_retry(arg[0], O_RDONLY));
}

/* Reads a line byte by byte: the next line may be for another reader. */
static void
read_line_from(const char *path, char *line, size_t size)
{
	/*
	 * Also open for writing, so that read() sees no end of the file: the
	 * last writer may be just about to close it.
	 */
	int fd = open_retry(path, O_RDWR);
	size_t len = 0;

	while (len < size - 1) {
		ssize_t n = read(fd, line + len, 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || line[len] == '\n')
			break;
		len++;
	}
	line[len] = '\0';
	close(fd);
}

static void
do_read_line(char **arg)
{
	char line[256];

	read_line_from(arg[0], line, sizeof(line));
}

/* True if the process is in write(2) now, or if the kernel does not tell. */
static bool
sits_in_write(const char *pid)
{
	char path[320];
	long nr = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/syscall", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return true;
	if (fscanf(f, "%ld", &nr) != 1)
		nr = -1;
	fclose(f);
	return nr == SYS_write;
}

static void
do_until_blocked(char **arg)
{
	struct timespec ms = { 0, 1000000 };
	char pid[256];

	read_line_from(arg[0], pid, sizeof(pid));
	for (int in_a_row = 0; in_a_row < 20; nanosleep(&ms, NULL))
		in_a_row = sits_in_write(pid) ? in_a_row + 1 : 0;
}

/* Reading. */

static void
copy_to_stdout(int from)
{
	char block[4096];
	ssize_t n;

	while ((n = read(from, block, sizeof(block))) != 0) {
		if (n > 0)
			write_all(STDOUT_FILENO, block, (size_t)n);
		else if (errno != EINTR)
			err(1, "read");
	}
}

static void
do_cat(char **arg)
{
	(void)arg;
	copy_to_stdout(STDIN_FILENO);
}

static void
do_read_tty(char **arg)
{
	(void)arg;
	copy_to_stdout(open_retry("/dev/tty", O_RDONLY));
}

static void
do_drain(char **arg)
{
	int fd = open_retry(arg[0], O_RDONLY);
	int left = number(arg[1]);
	char block[4096];

	while (left > 0) {
		size_t want = left < 4096 ? (size_t)left : 4096;
		ssize_t n = read(fd, block, want);

		if (n <= 0)
			break;
		left -= (int)n;
	}
	close(fd);
}

/* Telling. */

/* Prints the names of the signals in a field of /proc/self/status. */
static void
print_signals(const char *field)
{
	char line[256], out[512] = "";
	unsigned long long set = 0;
	FILE *f = fopen("/proc/self/status", "re");
	size_t len = strlen(field);

	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		if (strncmp(line, field, len) == 0 && line[len] == ':')
			set = strtoull(line + len + 1, NULL, 16);
	if (f != NULL)
		fclose(f);
	set &=
	    ~(3ULL << 31); /* 32 and 33, of libc: GNU parallel ignores them */
	for (size_t i = 0; i < SIGNAL_NAMES; i++) {
		if ((set >> (signal_names[i].sig - 1) & 1) == 0)
			continue;
		if (out[0] != '\0')
			strcat(out, " ");
		strcat(out, signal_names[i].name);
		set &= ~(1ULL << (signal_names[i].sig - 1));
	}
	if (set != 0)
		snprintf(out + strlen(out), 32, " others:%llx", set);
	say("%s\n", out);
}

static void
do_print_mask(char **arg)
{
	(void)arg;
	print_signals("SigBlk");
}

static void
do_print_ignored(char **arg)
{
	(void)arg;
	print_signals("SigIgn");
}

static void
do_print_caught(char **arg)
{
	(void)arg;
	print_signals("SigCgt");
}

static void
do_print_dispositions(char **arg)
{
	do_print_mask(arg);
	do_print_ignored(arg);
	do_print_caught(arg);
}

static void
do_print_fds(char **arg)
{
	char out[4096] = "";

	(void)arg;
	for (int fd = 0; fd < 1024; fd++) {
		if (fcntl(fd, F_GETFD) < 0)
			continue;
		snprintf(out + strlen(out), 16, "%s%d",
		    out[0] == '\0' ? "" : " ", fd);
	}
	say("%s\n", out);
}

static void
do_print_flags(char **arg)
{
	int flags = fcntl(number(arg[0]), F_GETFL);

	if (flags < 0)
		say("closed\n");
	else
		say("%s%s%s\n",
		    (flags & O_ACCMODE) == O_RDONLY       ? "read"
			: (flags & O_ACCMODE) == O_WRONLY ? "write"
							  : "both",
		    (flags & O_APPEND) != 0 ? " append" : "",
		    (flags & O_NONBLOCK) != 0 ? " nonblock" : "");
}

static void
do_print_link(char **arg)
{
	char path[64], target[4096];
	ssize_t len;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", number(arg[0]));
	len = readlink(path, target, sizeof(target) - 1);
	if (len < 0)
		len = 0;
	target[len] = '\0';
	say("%s\n", len == 0 ? "closed" : target);
}

static void
do_print_env(char **arg)
{
	const char *value = getenv(arg[0]);

	if (value == NULL)
		say("%s is unset\n", arg[0]);
	else
		say("%s=%s\n", arg[0], value);
}

static void
do_print_args(char **arg)
{
	for (; *arg != NULL; arg++)
		say("[%s]\n", *arg);
	_exit(0);
}

static void
do_print_argv(char **arg)
{
	(void)arg;
	for (int i = 0; i < program_argc; i++)
		say("[%s]\n", program_argv[i]);
}

static void
do_print_pid(char **arg)
{
	(void)arg;
	say("%d\n", (int)getpid());
}

static void
do_print_pgid(char **arg)
{
	(void)arg;
	say("%s\n", getpgrp() == getpid() ? "leader" : "member");
}

static void
do_print_session(char **arg)
{
	(void)arg;
	say("%d\n", (int)getsid(0));
}

static void
do_print_cwd(char **arg)
{
	char cwd[PATH_MAX];

	(void)arg;
	say("%s\n", getcwd(cwd, sizeof(cwd)) != NULL ? cwd : "?");
}

static void
do_print_files_limit(char **arg)
{
	struct rlimit limit;

	(void)arg;
	getrlimit(RLIMIT_NOFILE, &limit);
	say("%llu\n", (unsigned long long)limit.rlim_cur);
}

/* What a verb takes besides its arguments. */
enum kind {
	PLAIN, /* nothing */
	BLOCK, /* { VERB... } */
	REST   /* all the words that are left */
};

static const struct verb {
	const char *name;
	int args;
	enum kind kind;
	void (*run)(char **arg);
} verbs[] = {
	{ "block", 1, PLAIN, do_block },
	{ "cat", 0, PLAIN, do_cat },
	{ "catch", 2, PLAIN, do_catch },
	{ "catch-exit", 3, PLAIN, do_catch_exit },
	{ "catch-mark", 3, PLAIN, do_catch_mark },
	{ "catch-say", 2, PLAIN, do_catch_say },
	{ "close", 1, PLAIN, do_close },
	{ "default", 1, PLAIN, do_default },
	{ "die", 1, PLAIN, do_die },
	{ "daemon-of-dying", 0, BLOCK, do_daemon_of_dying },
	{ "double-fork", 0, BLOCK, do_double_fork },
	{ "drain", 2, PLAIN, do_drain },
	{ "exec", 0, REST, do_exec },
	{ "exit", 1, PLAIN, do_exit },
	{ "flood", 0, PLAIN, do_flood },
	{ "fork", 1, BLOCK, do_fork },
	{ "hold-pipe", 0, PLAIN, do_hold_pipe },
	{ "if-tty", 0, BLOCK, do_if_tty },
	{ "ignore", 1, PLAIN, do_ignore },
	{ "join", 0, PLAIN, do_join },
	{ "in-thread", 0, BLOCK, do_in_thread },
	{ "join-group", 1, PLAIN, do_join_group },
	{ "join-parent-group", 0, PLAIN, do_join_parent_group },
	{ "lock", 2, PLAIN, do_lock },
	{ "nonblock", 1, PLAIN, do_nonblock },
	{ "open", 2, PLAIN, do_open },
	{ "orphan", 0, BLOCK, do_orphan },
	{ "print-args", 0, REST, do_print_args },
	{ "print-argv", 0, PLAIN, do_print_argv },
	{ "print-caught", 0, PLAIN, do_print_caught },
	{ "print-cwd", 0, PLAIN, do_print_cwd },
	{ "print-dispositions", 0, PLAIN, do_print_dispositions },
	{ "print-env", 1, PLAIN, do_print_env },
	{ "print-fds", 0, PLAIN, do_print_fds },
	{ "print-files-limit", 0, PLAIN, do_print_files_limit },
	{ "print-flags", 1, PLAIN, do_print_flags },
	{ "print-ignored", 0, PLAIN, do_print_ignored },
	{ "print-link", 1, PLAIN, do_print_link },
	{ "print-mask", 0, PLAIN, do_print_mask },
	{ "print-pgid", 0, PLAIN, do_print_pgid },
	{ "print-pid", 0, PLAIN, do_print_pid },
	{ "print-session", 0, PLAIN, do_print_session },
	{ "read-line", 1, PLAIN, do_read_line },
	{ "read-tty", 0, PLAIN, do_read_tty },
	{ "say", 1, PLAIN, do_say },
	{ "say-pid", 1, PLAIN, do_say_pid },
	{ "setpgrp", 0, PLAIN, do_setpgrp },
	{ "setsid", 0, PLAIN, do_setsid },
	{ "signal", 2, PLAIN, do_signal },
	{ "sleep", 0, PLAIN, do_sleep },
	{ "stop", 0, PLAIN, do_stop },
	{ "unblock", 1, PLAIN, do_unblock },
	{ "until-blocked", 1, PLAIN, do_until_blocked },
	{ "wait-fifo", 1, PLAIN, do_wait_fifo },
	{ "write", 1, PLAIN, do_write },
	{ "write-err", 1, PLAIN, do_write_err },
	{ "write-fd", 2, PLAIN, do_write_fd },
	{ "write-raw", 1, PLAIN, do_write_raw },
	{ "write-text", 1, PLAIN, do_write_text },
	{ "zombie", 0, PLAIN, do_zombie },
};

static const struct verb *
find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	errx(USAGE, "no verb '%s'", name);
}

/* The word after the block that begins at words[0], which must be "{". */
static char **
end_of_block(char **words)
{
	int depth = 0;

	if (words[0] == NULL || strcmp(words[0], "{") != 0)
		errx(USAGE, "'{' is missing");
	for (; *words != NULL; words++) {
		if (strcmp(*words, "{") == 0)
			depth++;
		else if (strcmp(*words, "}") == 0 && --depth == 0)
			return words + 1;
	}
	errx(USAGE, "'}' is missing");
}

/* Runs a verb; its arguments and its block are made one array of words. */
static char **
perform_block(const struct verb *verb, char **words)
{
	char **after = end_of_block(words + verb->args);
	size_t len = (size_t)(after - words);
	char **part = calloc(len + 1, sizeof(*part));
	size_t n = 0;

	if (part == NULL)
		err(1, NULL);
	for (size_t i = 0; i < len - 1; i++)
		if (i != (size_t)verb->args) /* the "{" */
			part[n++] = words[i];
	verb->run(part);
	free(part);
	return after;
}

static void
perform(char **words)
{
	while (*words != NULL) {
		const struct verb *verb = find_verb(*words++);

		if (verb->kind == BLOCK) {
			words = perform_block(verb, words);
			continue;
		}
		for (int i = 0; i < verb->args; i++)
			if (words[i] == NULL)
				errx(USAGE, "%s: too few words", verb->name);
		verb->run(words);
		if (verb->kind == REST)
			return;
		words += verb->args;
	}
}

int
main(int argc, char **argv)
{
	program_argc = argc;
	program_argv = argv;
	perform(argv + 1);
	/*
	 * LeakSanitizer stops its process by a SIGSTOP which a SIGCONT undoes:
	 * continued at its end, a puppet would wait for ever.
	 */
	fflush(stdout);
	_exit(0);
}
