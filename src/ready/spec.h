/* What --ready takes: how it is known that a service is ready. */
#ifndef READY_SPEC_H
#define READY_SPEC_H

#include <regex.h>
#include <stddef.h>

#include <sys/socket.h>

enum ready_kind {
	READY_NOTIFY, /* sd_notify(3) on $NOTIFY_SOCKET */
	READY_FD,     /* a newline on a descriptor, as s6 does it */
	READY_TCP,    /* something accepts connections */
	READY_UNIX,   /* something accepts connections on a socket's path */
	READY_FILE,   /* something is there by that name */
	READY_LOG,    /* a line of output matches */
	READY_EXEC,   /* a command succeeds */
	READY_HTTP,   /* a web server answers that all is well */
};

#define READY_KINDS 8

struct ready_address {
	struct sockaddr_storage name;
	socklen_t len;
};

/* What one --ready says.  The caller reads the first three, no more. */
struct ready_spec {
	enum ready_kind kind;
	char *text;  /* owned: all of it, as it was written */
	char *value; /* owned: what is behind the colon; NULL for notify */
	int number;  /* READY_FD: the number of the descriptor */
	/* READY_TCP, READY_UNIX, READY_HTTP: owned */
	struct ready_address *addresses;
	size_t n_addresses;
	char *request;  /* READY_HTTP: what it is asked; owned */
	regex_t *regex; /* READY_LOG: owned; see base/regex.h */
};

/*
 * Parses notify, fd:N, tcp:[HOST:]PORT, unix:PATH, file:PATH, log:REGEX,
 * exec:COMMAND or http://HOST[:PORT][/PATH].  An IPv6 address stands in
 * brackets; without a host it is 127.0.0.1 and ::1; a name is looked up here
 * and now, which may take its time. The regular expression is an extended one
 * (see regex(7)) that knows \d \s \w.
 *
 * Returns 0, and the caller frees what *ret holds by spec_release(); or
 * -1 with *ret untouched and what is wrong in *ret_why, which completes
 * "'text' is ..." and which the caller frees.
 */
int spec_parse(const char *text, struct ready_spec *ret, char **ret_why);

/* Frees what the specification holds, not the structure itself. */
void spec_release(struct ready_spec *spec);

#endif
