/*
 * The bare loop that nursery is measured against: vfork, exec, two pipes, read
 * them to their end, reap.
 *
 *	bare JOBS COUNT COMMAND [ARGUMENT...]
 *
 * Runs COMMAND (a path) COUNT times, JOBS at once, and throws away what it
 * writes.  No order, no limits, no process groups, no care for anything.  At
 * the end it prints how many seconds of CPU time the jobs took.
 */
#include <err.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/wait.h>

#define STACK_SIZE (64 * 1024)
#define EVENTS 64

struct slot {
	pid_t pid;
	int open; /* pipes not read to their end */
};

struct end {
	struct slot *slot;
	int fd;
};

struct launch {
	char **argv;
	int out, err;
};

static int
child_main(void *arg)
{
	const struct launch *launch = arg;

	dup2(launch->out, STDOUT_FILENO);
	dup2(launch->err, STDERR_FILENO);
	execv(launch->argv[0], launch->argv);
	_exit(127);
}

static void
watch(int epfd, struct slot *slot, struct end *end, int fd)
{
	struct epoll_event event = { .events = EPOLLIN,
		.data = { .ptr = end } };

	end->slot = slot;
	end->fd = fd;
	slot->open++;
	if (epoll_ctl(epfd, EPOLL_CTL_ADD, fd, &event) < 0)
		err(1, "epoll_ctl");
}

static void
start(int epfd, struct slot *slot, struct end *ends, char **argv, char *stack)
{
	struct launch launch = { .argv = argv };
	int out[2], error[2];

	if (pipe2(out, O_CLOEXEC) < 0 || pipe2(error, O_CLOEXEC) < 0)
		err(1, "pipe2");
	launch.out = out[1];
	launch.err = error[1];
	slot->pid = clone(child_main, stack + STACK_SIZE,
	    CLONE_VM | CLONE_VFORK | SIGCHLD, &launch);
	if (slot->pid < 0)
		err(1, "clone");
	close(out[1]);
	close(error[1]);
	watch(epfd, slot, &ends[0], out[0]);
	watch(epfd, slot, &ends[1], error[0]);
}

/*
 * Returns whether the job is over: both ends read, process reaped.  A child on
 * its way through exec may still hold a copy of the descriptor, hence the
 * EPOLL_CTL_DEL.
 */
static int
serve(int epfd, struct end *end)
{
	static char buf[64 * 1024];
	struct slot *slot = end->slot;
	int status;

	if (read(end->fd, buf, sizeof(buf)) > 0)
		return 0;
	epoll_ctl(epfd, EPOLL_CTL_DEL, end->fd, NULL);
	close(end->fd);
	if (--slot->open > 0)
		return 0;
	if (waitpid(slot->pid, &status, 0) < 0)
		err(1, "waitpid");
	if (status != 0)
		errx(1, "a job failed: %d", status);
	return 1;
}

static void
print_cpu_of_jobs(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%.6f\n",
	    (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		(double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) /
		    1e6);
}

int
main(int argc, char *argv[])
{
	struct epoll_event events[EVENTS];
	char *stack = malloc(STACK_SIZE);
	long jobs, left, running = 0;
	struct slot *slots;
	struct end *ends;
	int epfd;

	if (argc < 4)
		errx(1, "usage: bare JOBS COUNT COMMAND [ARGUMENT...]");
	jobs = strtol(argv[1], NULL, 10);
	left = strtol(argv[2], NULL, 10);
	argv += 3;
	if (jobs < 1 || left < 0)
		errx(1, "JOBS and COUNT are numbers");
	slots = calloc((size_t)jobs, sizeof(*slots));
	ends = calloc((size_t)jobs * 2, sizeof(*ends));
	epfd = epoll_create1(EPOLL_CLOEXEC);
	if (slots == NULL || ends == NULL || stack == NULL || epfd < 0)
		err(1, NULL);
	for (; running < jobs && left > 0; running++, left--)
		start(epfd, &slots[running], &ends[2 * running], argv, stack);
	while (running > 0) {
		int n = epoll_wait(epfd, events, EVENTS, -1);

		for (int i = 0; i < n; i++) {
			struct end *end = events[i].data.ptr;
			struct slot *slot = end->slot;

			if (!serve(epfd, end))
				continue;
			if (left == 0) {
				running--;
				continue;
			}
			left--;
			start(
			    epfd, slot, &ends[2 * (slot - slots)], argv, stack);
		}
	}
	print_cpu_of_jobs();
	free(stack);
	free(slots);
	free(ends);
	return 0;
}
