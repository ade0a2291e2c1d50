#include "dryrun.h"

#include <poll.h>

#include "base/msg.h"
#include "input/source.h"

int
dryrun(struct source *source, char delimiter, FILE *out)
{
	struct pollfd input = { .fd = source_fd(source), .events = POLLIN };
	const char *text;
	size_t len;

	for (;;) {
		switch (source_next(source, &text, &len)) {
		case SOURCE_RECORD:
			fwrite(text, 1, len, out);
			putc(delimiter, out);
			break;
		case SOURCE_WAIT:
			fflush(out);
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
