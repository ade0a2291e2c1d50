/* Signals by name, for the test programs.  See signal(7). */
#ifndef TESTS_NAMES_H
#define TESTS_NAMES_H

#include <err.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name;
	int sig;
} signal_names[] = {
	{ "ABRT", SIGABRT },
	{ "ALRM", SIGALRM },
	{ "CHLD", SIGCHLD },
	{ "CONT", SIGCONT },
	{ "HUP", SIGHUP },
	{ "INT", SIGINT },
	{ "KILL", SIGKILL },
	{ "PIPE", SIGPIPE },
	{ "QUIT", SIGQUIT },
	{ "SEGV", SIGSEGV },
	{ "STOP", SIGSTOP },
	{ "SYS", SIGSYS },
	{ "TERM", SIGTERM },
	{ "TSTP", SIGTSTP },
	{ "TTIN", SIGTTIN },
	{ "TTOU", SIGTTOU },
	{ "USR1", SIGUSR1 },
	{ "USR2", SIGUSR2 },
	{ "WINCH", SIGWINCH },
	{ "XFSZ", SIGXFSZ },
};

enum { SIGNAL_NAMES = sizeof(signal_names) / sizeof(signal_names[0]) };

/* The number of the signal called name, without "SIG"; ends the program. */
static inline int
signal_number(const char *name)
{
	for (size_t i = 0; i < SIGNAL_NAMES; i++)
		if (strcmp(signal_names[i].name, name) == 0)
			return signal_names[i].sig;
	errx(64, "no signal '%s'", name);
}

#endif
