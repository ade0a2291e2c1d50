/*
 * bomb: forks without end, as far as the limit of processes allows.  Only for
 * tests/attack, as a user whose processes are limited.
 *
 *	bomb fork	each process forks
 *	bomb setsid	each process forks, and begins a session of its own
 *	bomb double	each process forks, and is an orphan at once
 *	bomb hop	a few processes fork and exit, in sessions of their own
 *
 *	bomb deaf	setsid with SIGTERM ignored
 *
 * All processes end LIFETIME_S after the start.
 */
#include <err.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { LIFETIME_S = 40, HOPPERS = 8 };

static bool
time_is_up(time_t end)
{
	return time(NULL) >= end;
}

static void
explode(bool session, bool orphan, time_t end)
{
	while (!time_is_up(end)) {
		pid_t pid = fork();

		if (pid == 0 && session)
			setsid();
		if (pid == 0 && orphan && fork() > 0)
			_exit(0);
	}
}

static void
hop(time_t end)
{
	while (!time_is_up(end)) {
		setsid();
		if (fork() > 0)
			_exit(0);
	}
	_exit(0);
}

static void
start_hoppers(time_t end)
{
	for (int i = 0; i < HOPPERS; i++)
		if (fork() == 0)
			hop(end);
	sleep(LIFETIME_S);
}

int
main(int argc, char **argv)
{
	const char *kind = argc == 2 ? argv[1] : "";
	time_t end = time(NULL) + LIFETIME_S;

	if (geteuid() == 0)
		errx(8, "not as root");
	signal(SIGCHLD, SIG_IGN);
	if (strcmp(kind, "deaf") == 0)
		signal(SIGTERM, SIG_IGN);
	if (strcmp(kind, "hop") == 0)
		start_hoppers(end);
	else if (strcmp(kind, "fork") == 0)
		explode(false, false, end);
	else if (strcmp(kind, "setsid") == 0 || strcmp(kind, "deaf") == 0)
		explode(true, false, end);
	else if (strcmp(kind, "double") == 0)
		explode(true, true, end);
	else
		errx(8, "what bomb?");
	return 0;
}
