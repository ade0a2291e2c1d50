/*
 * The exit statuses of nursery.  This is the only place that names them.
 *
 * nursery(1), section EXIT STATUS, mirrors this table; tests/cli/docs.bats
 * compares the two.  The numbers follow timeout(1), env(1) and the POSIX shell.
 */
#ifndef BASE_EXITS_H
#define BASE_EXITS_H

enum exits {
	EXITS_SUCCESS = 0,   /* every job succeeded, or the race was won */
	EXITS_FAILURE = 1,   /* a failure that has no status of its own */
	EXITS_TIMEOUT = 124, /* a time limit ran out */
	EXITS_NURSERY = 125, /* nursery itself failed, or was misused */
	EXITS_NOT_EXECUTABLE = 126, /* a command could not be executed */
	EXITS_NOT_FOUND = 127,      /* a command was not found */
	EXITS_SIGNAL = 128, /* plus the signal that ended or stopped a job */
	EXITS_LOST = 255,   /* the machine of a job is lost or not to be had */
};

#endif
