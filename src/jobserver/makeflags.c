#include "makeflags.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/parse.h"
#include "base/xalloc.h"

/* Where a job server may be named, in the order of cargo, rustc and make. */
static const char *const names[] = { "CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS" };
#define VARIABLES (sizeof(names) / sizeof(names[0]))

/* A word of MAKEFLAGS; a backslash in it makes the next byte a plain one. */
struct word {
	const char *text;
	size_t len;
};

/* The next word behind *at, which moves on.  False if there is none. */
static bool
next_word(const char **at, struct word *ret)
{
	const char *from = *at + strspn(*at, " \t"), *end = from;

	while (*end != '\0' && *end != ' ' && *end != '\t')
		end += end[0] == '\\' && end[1] != '\0' ? 2 : 1;
	*at = end;
	*ret = (struct word){ from, (size_t)(end - from) };
	return end > from;
}

static bool
begins(const struct word *word, const char *prefix)
{
	size_t len = strlen(prefix);

	return word->len >= len && memcmp(word->text, prefix, len) == 0;
}

/* How long the name of an option for a job server is, or 0 if it is none. */
static size_t
jobserver_option(const struct word *word)
{
	static const char *const options[] = { "--jobserver-auth=",
		"--jobserver-fds=" };

	for (size_t i = 0; i < sizeof(options) / sizeof(options[0]); i++)
		if (begins(word, options[i]))
			return strlen(options[i]);
	return 0;
}

/*
 * The first word of MAKEFLAGS is made of the letters of make's options, without
 * a dash; if there are none, a blank comes first.
 */
static bool
is_dry_run(const char *flags)
{
	size_t len = strcspn(flags, " \t");

	return len > 0 && flags[0] != '-' && memchr(flags, '=', len) == NULL &&
	    memchr(flags, 'n', len) != NULL;
}

static int
parse_descriptors(const char *value, size_t len, struct jobserver_address *ret)
{
	char *text = xmemdup0(value, len), *comma = strchr(text, ',');
	int64_t read_fd, write_fd;
	int result = -1;

	if (comma != NULL)
		*comma = '\0';
	if (comma != NULL && (text[0] == '-' || comma[1] == '-')) {
		result = 0;
	} else if (comma != NULL &&
	    parse_count(text, 0, INT32_MAX, &read_fd) == 0 &&
	    parse_count(comma + 1, 0, INT32_MAX, &write_fd) == 0) {
		*ret = (struct jobserver_address){ JOBSERVER_PIPE, NULL,
			(int)read_fd, (int)write_fd };
		result = 1;
	}
	free(text);
	return result;
}

static int
parse_address(const char *value, size_t len, struct jobserver_address *ret)
{
	static const char fifo[] = "fifo:";
	size_t prefix = sizeof(fifo) - 1;

	if (len <= prefix || memcmp(value, fifo, prefix) != 0)
		return parse_descriptors(value, len, ret);
	*ret = (struct jobserver_address){ JOBSERVER_FIFO,
		xmemdup0(value + prefix, len - prefix), -1, -1 };
	return 1;
}

int
makeflags_find(const char *flags, struct jobserver_address *ret)
{
	const char *at = flags, *last = NULL;
	struct word word;
	size_t len = 0;

	if (is_dry_run(flags))
		return 0;
	while (next_word(&at, &word) && !(word.len == 2 && begins(&word, "--")))
		if (jobserver_option(&word) > 0) {
			last = word.text + jobserver_option(&word);
			len = word.len - jobserver_option(&word);
		}
	return last != NULL ? parse_address(last, len, ret) : 0;
}

int
makeflags_find_in_environment(struct jobserver_address *ret)
{
	for (size_t i = 0; i < VARIABLES; i++) {
		const char *flags = getenv(names[i]);
		int found = flags != NULL ? makeflags_find(flags, ret) : 0;

		if (found != 0)
			return found;
	}
	return 0;
}

bool
makeflags_is_variable(const char *variable)
{
	for (size_t i = 0; i < VARIABLES; i++) {
		size_t len = strlen(names[i]);

		if (strncmp(variable, names[i], len) == 0 &&
		    variable[len] == '=')
			return true;
	}
	return false;
}

void
makeflags_release(struct jobserver_address *address)
{
	free(address->path);
	*address = (struct jobserver_address)JOBSERVER_ADDRESS_NONE;
}

/* True for "-j", "-j8" and "--jobs=8". */
static bool
is_jobs(const struct word *word)
{
	return begins(word, "--jobs") ||
	    (begins(word, "-j") &&
		strspn(word->text + 2, "0123456789") >= word->len - 2);
}

static void
add_server(
    struct buf *out, const struct jobserver_address *address, int64_t jobs)
{
	buf_printf(out, " -j%" PRId64 " --jobserver-auth=", jobs);
	if (address->kind == JOBSERVER_FIFO)
		buf_printf(out, "fifo:%s", address->path);
	else
		buf_printf(out, "%d,%d", address->read_fd, address->write_fd);
}

char *
makeflags_compose(
    const char *flags, const struct jobserver_address *address, int64_t jobs)
{
	struct buf out = BUF_INIT;
	const char *at = flags != NULL ? flags : "";
	const char *from = at;
	struct word word;
	bool variables = false;

	while (next_word(&at, &word)) {
		/* behind -- there are only variables */
		if (!variables && word.len == 2 && begins(&word, "--")) {
			add_server(&out, address, jobs);
			variables = true;
		}
		if (!variables &&
		    (jobserver_option(&word) > 0 || is_jobs(&word)))
			continue;
		if (word.text > from || out.len > 0) /* else letters */
			buf_puts(&out, " ");
		buf_append(&out, word.text, word.len);
	}
	if (!variables)
		add_server(&out, address, jobs);
	return buf_detach(&out);
}
