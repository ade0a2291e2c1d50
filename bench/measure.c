/*
 * What a command costs:
 *
 *	measure [-n TIMES] [-t SECONDS] [-i FILE] COMMAND [ARGUMENT...]
 *
 * Runs COMMAND TIMES times, one after the other, each with FILE as its standard
 * input, its standard output and error thrown away, and prints
 *
 *	WALL CPU PEAK STATUS
 *
 * seconds of wall time and of CPU time of all its processes, both for all TIMES
 * together; KiB of memory of the largest of its processes (see getrusage(2));
 * and the last exit status, 128+N if it died of signal N.  A COMMAND that runs
 * longer than SECONDS is killed.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>

static double
seconds(struct timeval tv)
{
	return (double)tv.tv_sec + (double)tv.tv_usec / 1e6;
}

static double
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static _Noreturn void
child_main(const char *input, char **argv)
{
	int in = open(input, O_RDONLY);
	int out = open("/dev/null", O_WRONLY);

	if (in < 0 || out < 0)
		err(127, "%s", input);
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	if (getenv("MEASURE_STDERR") == NULL)
		dup2(out, STDERR_FILENO);
	close(in);
	close(out);
	execvp(argv[0], argv);
	_exit(127);
}

static void
do_nothing(int signo)
{
	(void)signo;
}

/* Waits for the process, and kills it after seconds, unless that is 0. */
static int
await(pid_t pid, unsigned seconds)
{
	struct sigaction sa = { .sa_handler = do_nothing }; /* no SA_RESTART */
	int status;

	sigaction(SIGALRM, &sa, NULL);
	alarm(seconds);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			err(1, "waitpid");
		kill(pid, SIGKILL);
	}
	alarm(0);
	return status;
}

int
main(int argc, char *argv[])
{
	const char *input = "/dev/null";
	struct rusage usage;
	int c, status = 0;
	double began, wall = 0;
	unsigned limit = 0;
	long times = 1;
	pid_t pid;

	while ((c = getopt(argc, argv, "+n:t:i:")) != -1) {
		if (c == 'n')
			times = strtol(optarg, NULL, 10);
		else if (c == 't')
			limit = (unsigned)strtoul(optarg, NULL, 10);
		else if (c == 'i')
			input = optarg;
		else
			return 1;
	}
	if (optind == argc)
		errx(1,
		    "usage: measure [-n N] [-t SECONDS] [-i FILE] COMMAND...");
	/* we wait for orphans of COMMAND, too, so that their CPU time counts */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (long i = 0; i < times; i++) {
		began = now();
		pid = fork();
		if (pid < 0)
			err(1, "fork");
		if (pid == 0)
			child_main(input, argv + optind);
		status = await(pid, limit);
		wall += now() - began;
		while (wait(NULL) > 0)
			continue;
	}
	getrusage(RUSAGE_CHILDREN, &usage);
	printf("%.6f %.6f %ld %d\n", wall,
	    seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
	    WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
	return 0;
}
