#include "dryrun.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "input/quote.h"
#include "input/source.h"

/*
 * Appends the call that --argv makes, quoted as for a shell: the shell, -c, the
 * command, the shell once more as $0, and the arguments.
 */
static void
add_call(struct buf *line, const char *shell, const char *text, size_t len,
    char *const *args)
{
	quote_shell(line, shell, strlen(shell));
	buf_puts(line, " -c ");
	quote_shell(line, text, len);
	buf_puts(line, " ");
	quote_shell(line, shell, strlen(shell));
	for (; *args != NULL; args++) {
		buf_puts(line, " ");
		quote_shell(line, *args, strlen(*args));
	}
}

int
dryrun(struct source *source, const char *shell,
    const struct delimiter *delimiter, FILE *out)
{
	struct buf line = BUF_INIT;
	const char *text;
	size_t len;
	uint64_t seq = 1;

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
			buf_append(&line, delimiter->bytes, delimiter->len);
			fwrite(line.data, 1, line.len, out);
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
