#include "dryrun.h"

#include <assert.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "input/quote.h"
#include "input/source.h"

/*
 * Appends the call that --argv makes, quoted as for a shell: the shell and its
 * options, -c, the command, the shell once more as $0, and the arguments.
 */
static void
add_call(struct buf *line, char *const *shell, const char *text, size_t len,
    char *const *args)
{
	assert(shell[0] != NULL);
	for (size_t i = 0; shell[i] != NULL; i++) {
		quote_shell(line, shell[i], strlen(shell[i]));
		buf_puts(line, " ");
	}
	buf_puts(line, "-c ");
	quote_shell(line, text, len);
	buf_puts(line, " ");
	quote_shell(line, shell[0], strlen(shell[0]));
	for (; *args != NULL; args++) {
		buf_puts(line, " ");
		quote_shell(line, *args, strlen(*args));
	}
}

/* Prints the line.  A terminal obeys nothing that is in a command. */
static void
print(const struct buf *line, bool terminal, const struct delimiter *delimiter,
    FILE *out)
{
	size_t len = line->len;
	char *safe = terminal ? msg_safe(line->data, len, &len) : NULL;

	fwrite(terminal ? safe : line->data, 1, len, out);
	fwrite(delimiter->bytes, 1, delimiter->len, out);
	free(safe);
}

int
dryrun(struct source *source, char *const *shell,
    const struct delimiter *delimiter, FILE *out)
{
	struct buf line = BUF_INIT;
	const char *text;
	size_t len;
	uint64_t seq = 1;
	bool terminal = isatty(fileno(out)) != 0;

	for (;;) {
		struct pollfd input = { .events = POLLIN };

		switch (source_next(source, seq, 1, &text, &len)) {
		case SOURCE_RECORD:
			seq++;
			line.len = 0;
			if (source_args(source) != NULL)
				add_call(&line, shell, text, len,
				    source_args(source));
			else
				buf_append(&line, text, len);
			print(&line, terminal, delimiter, out);
			break;
		case SOURCE_AGAIN:
			fflush(out); /* the next may be far away */
			break;
		case SOURCE_WAIT:
			fflush(out);
			input.fd = source_fd(source);
			poll(&input, 1, -1);
			break;
		case SOURCE_END:
			buf_release(&line);
			return 0;
		case SOURCE_ERROR:
			msg_warn("%s", source_error(source));
			buf_release(&line);
			return -1;
		}
	}
}
