#include "unread.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/ioctl.h>
#include <sys/stat.h>

#include "advice.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "caller.h"

/* How long to wait for the first byte in a pipe, in milliseconds. */
#define WAIT_FOR_ARGUMENTS 1000
#define WAIT_TO_WARN 100

static bool
is_same_file(const struct stat *a, const struct stat *b)
{
	return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

bool
unread_is_given(void)
{
	struct stat ours, theirs;
	char path[40];
	int shell;

	if (fstat(STDIN_FILENO, &ours) < 0 ||
	    !(S_ISFIFO(ours.st_mode) || S_ISREG(ours.st_mode)))
		return false;
	shell = caller_next_shell();
	snprintf(path, sizeof(path), "/proc/%d/fd/0", shell);
	return shell > 0 && stat(path, &theirs) == 0 &&
	    !is_same_file(&ours, &theirs);
}

/* Whether something can be read within so many milliseconds. */
static bool
has_bytes(int wait_ms)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	struct stat st;
	int n = 0;

	if (fstat(STDIN_FILENO, &st) == 0 && S_ISREG(st.st_mode))
		return lseek(STDIN_FILENO, 0, SEEK_CUR) < st.st_size;
	while (poll(&input, 1, wait_ms) < 0 && errno == EINTR)
		;
	return ioctl(STDIN_FILENO, FIONREAD, &n) == 0 && n > 0;
}

/* Whether the command has a replacement string that is meant for nursery. */
static bool
wants_argument(const char *command)
{
	static const char *const strings[] = { "{}", "{.}", "{/}", "{//}",
		"{/.}" };
	/* programs that have a {} of their own */
	static const char *const others[] = { "-exec", "-ok", "xargs",
		"parallel", "nursery", "fd " };

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strstr(command, others[i]) != NULL)
			return false;
	for (size_t i = 0; i < sizeof(strings) / sizeof(strings[0]); i++)
		if (strstr(command, strings[i]) != NULL)
			return true;
	return false;
}

/* Appends what to type instead, if the commands look like a template. */
static bool
add_template(
    struct buf *line, const struct strvec *commands, const struct strvec *given)
{
	if (commands->len != 1 &&
	    !advice_is_one_command(commands->items, commands->len))
		return false;
	buf_puts(line, "nursery");
	advice_add(line, given->items, given->len);
	buf_puts(line, " -a -");
	advice_add(line, commands->items, commands->len);
	return true;
}

static void
refuse(const struct strvec *commands, const struct strvec *given,
    const char *command)
{
	struct buf line = BUF_INIT;
	char *shown = msg_short(command, strlen(command)), *advised;

	if (!add_template(&line, commands, given))
		buf_puts(&line, "nursery -a - COMMAND");
	advised = msg_short(line.data, line.len);
	msg_warn("%s: arguments from standard input are read with -a - "
		 "(try %s; if none is meant, < /dev/null)",
	    shown, advised);
	free(shown);
	free(advised);
	buf_release(&line);
}

static void
warn(const struct strvec *commands, const struct strvec *given)
{
	struct buf line = BUF_INIT;
	char *advised;

	if (commands != NULL && add_template(&line, commands, given))
		buf_puts(&line, " runs it for each line; ");
	advised = msg_short(line.data != NULL ? line.data : "", line.len);
	msg_warn("nobody reads standard input: jobs have none (%s--stdin=first "
		 "gives it to the first job, --stdin=each to each)",
	    advised);
	free(advised);
	buf_release(&line);
}

int
unread_check(const struct strvec *commands, const struct strvec *given)
{
	const char *found = NULL;

	if (!unread_is_given())
		return 0;
	for (size_t i = 0; commands != NULL && i < commands->len; i++)
		if (found == NULL && wants_argument(commands->items[i]))
			found = commands->items[i];
	if (!has_bytes(found != NULL ? WAIT_FOR_ARGUMENTS : WAIT_TO_WARN))
		return 0;
	if (found != NULL) {
		refuse(commands, given, found);
		return -1;
	}
	warn(commands, given);
	return 0;
}

int
unread_warn_services(void)
{
	if (unread_is_given() && has_bytes(WAIT_TO_WARN))
		msg_warn("nobody reads standard input: services without "
			 "commands run by themselves (to read commands: -a -)");
	return 0;
}
