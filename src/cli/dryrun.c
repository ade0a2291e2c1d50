#include "dryrun.h"

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

/* Prints the line.  A terminal obeys nothing that is in a command. */
static void
print(const struct buf *line, bool terminal, const struct delimiter *delimiter,
    FILE *out)
{
	size_t len = line->len;
	char *safe = terminal ? msg_safe(line->data, len, &len) : NULL;

	if (len > 0)
		fwrite(terminal ? safe : line->data, 1, len, out);
	fwrite(delimiter->bytes, 1, delimiter->len, out);
	free(safe);
}

/* The number to ask for, after the command that was asked for as seq. */
static uint64_t
next_number(const struct source *source, uint64_t seq)
{
	uint64_t number = source_number(source);
	uint64_t reserved = source_reserved(source);

	number = number > 0 ? number : seq;
	return (number > reserved ? number : reserved) + 1;
}

/* Prints the command that the source gave last. */
static void
print_command(const struct source *source, char *const *shell, const char *text,
    size_t len, const struct delimiter *delimiter, FILE *out)
{
	struct buf line = BUF_INIT;

	if (source_args(source) != NULL)
		quote_call(&line, shell, text, len, source_args(source));
	else
		buf_append(&line, text, len);
	print(&line, isatty(fileno(out)) != 0, delimiter, out);
	buf_release(&line);
}

int
dryrun(struct source *source, char *const *shell, size_t copies,
    const struct delimiter *delimiter, FILE *out)
{
	const char *text;
	size_t len;
	uint64_t seq = 0; /* not prepared yet */

	for (;;) {
		struct pollfd input = { .events = POLLIN };

		switch (seq == 0 ? source_prepare(source)
				 : source_next(source, seq, 1, &text, &len)) {
		case SOURCE_RECORD:
			for (size_t i = 0; seq > 0 && i < copies; i++)
				print_command(
				    source, shell, text, len, delimiter, out);
			seq = next_number(source, seq);
			break;
		case SOURCE_AGAIN:
			fflush(out); /* the next may be far away */
			break;
		case SOURCE_WAIT:
			fflush(out);
			input.fd = source_fd(source, NULL);
			poll(&input, 1, -1);
			break;
		case SOURCE_END:
			return 0;
		case SOURCE_ERROR:
			msg_warn("%s", source_error(source));
			return -1;
		}
	}
}
