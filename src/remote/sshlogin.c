#include "sshlogin.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/slurp.h"
#include "base/split.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "host.h"

#define BLANKS " \t\r\v\f"

/* More than any list of machines, but not endless as /dev/zero. */
#define FILE_MAX (16 << 20)

/* A sentence that quotes the text, cut if it is long, and then says what. */
static char *
sentence(const char *text, const char *what)
{
	char *shown = msg_short(text, strlen(text)), *result;

	result = xasprintf("'%s' %s", shown, what);
	free(shown);
	return result;
}

/* Cuts white space at both ends, in place; returns where the text begins. */
static char *
trim(char *text)
{
	size_t len;

	text += strspn(text, BLANKS "\n");
	len = strlen(text);
	while (len > 0 && strchr(BLANKS "\n", text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

/* A [ that begins no address of IPv6, such as [::1]. */
static bool
has_range(const char *name)
{
	const char *bracket = strchr(name, '[');
	size_t len;

	if (bracket == NULL)
		return false;
	len = strspn(bracket + 1, "0123456789abcdefABCDEF:.%");
	return (bracket != name && bracket[-1] != '@') ||
	    bracket[1 + len] != ']' || memchr(bracket, ':', len + 1) == NULL;
}

/*
 * What is wrong with the name of a machine, as the rest of a sentence, or NULL.
 * Carriers take it as a word of their own, and shells there as $NURSERY_HOST.
 */
static const char *
check_name(const char *name)
{
	const char *host = strrchr(name, '@'), *colon = strchr(name, ':');

	if (name[0] == '@')
		return "is a group of machines, which nursery does not know "
		       "(name each machine)";
	if (strstr(name, "://") != NULL)
		return "is a URL (try user@host:port)";
	if (host != NULL && colon != NULL && colon < host)
		return "has a password in it, which everybody can see (ssh "
		       "with keys needs none)";
	for (const char *s = name; *s != '\0'; s++)
		if (!isalnum((unsigned char)*s) &&
		    strchr("._-@:%+=/[]", *s) == NULL)
			return "is no name of a machine: only letters, digits "
			       "and ._-@:%+=/ can be in it";
	if (has_range(name))
		return "is a range of machines (name each one, as bash's "
		       "\"$(printf '%s,' n{1..4})\" does)";
	host = host != NULL ? host + 1 : name;
	if (name[0] == '-' || host[0] == '-')
		return "begins like an option, which no name of a machine does";
	for (const char *s = host; *s != '\0'; s++)
		if (isalnum((unsigned char)*s))
			return NULL;
	return "is no name of a machine";
}

/* Adds COMMAND ARGS HOST, or HOST, or ":". */
static char *
add_host(struct hosts *hosts, char *entry, int64_t cpus)
{
	char *blank = entry + strlen(entry), *carrier = NULL, *name = entry;
	struct strvec words = STRVEC_INIT;
	struct host *host;
	const char *wrong;
	int split;

	while (blank > entry && strchr(BLANKS, blank[-1]) == NULL)
		blank--;
	if (blank > entry) {
		name = blank;
		blank[-1] = '\0';
		carrier = entry;
		split = split_words(carrier, &words);
		strvec_release(&words);
		if (split < 0)
			return sentence(carrier, "has a quote without an end");
	}
	if (carrier == NULL && strcmp(name, ":") == 0) {
		host = hosts_add_here(hosts);
	} else {
		wrong = check_name(*entry == '@' ? entry : name);
		if (wrong != NULL)
			return sentence(name, wrong);
		host = hosts_add(hosts, name, carrier);
	}
	if (cpus > 0)
		host->cpus = cpus;
	return NULL;
}

/* Adds what is between two commas, which is changed. */
static char *
add_entry(struct hosts *hosts, char *entry)
{
	size_t digits = strspn(entry, "0123456789");
	int64_t cpus = 0;

	if (digits > 0 && entry[digits] == '/') {
		char *number = xmemdup0(entry, digits);
		int result = parse_count(number, 1, INT_MAX, &cpus);

		free(number);
		if (result < 0)
			return sentence(
			    entry, "begins with no number of jobs (try 4/n1)");
		if (entry[digits + 1] == '\0')
			return sentence(entry, "names no machine (try 4/n1)");
		entry += digits + 1;
	}
	return add_host(hosts, entry, cpus);
}

/* Whether it stands for a file in a list of --sshlogin. */
static bool
is_file(const char *entry)
{
	return strcmp(entry, "-") == 0 || strcmp(entry, "..") == 0;
}

/* Moves what is before the next comma or newline from *list to entry. */
static void
take_entry(const char **list, struct buf *entry)
{
	const char *s = *list;

	entry->len = 0;
	for (; *s != '\0' && *s != '\n'; s++) {
		if ((s[0] == '\\' || s[0] == ',') && s[1] == ',')
			s++;
		else if (*s == ',')
			break;
		buf_append(entry, s, 1);
	}
	buf_append(entry, "", 1);
	*list = *s != '\0' ? s + 1 : s;
}

static char *
add_list(struct hosts *hosts, const char *list, bool in_file)
{
	struct buf buf = BUF_INIT;
	char *wrong = NULL;
	bool any = false;

	while (*list != '\0' && wrong == NULL) {
		char *entry;

		take_entry(&list, &buf);
		entry = trim(buf.data);
		if (*entry == '\0')
			continue;
		any = true;
		if (!is_file(entry))
			wrong = add_entry(hosts, entry);
		else if (!in_file)
			wrong = sshlogin_add_file(hosts, entry);
		else
			wrong = sentence(entry,
			    "stands for a file, which a file cannot name");
	}
	buf_release(&buf);
	if (wrong == NULL && !any)
		wrong = xstrdup("no machine is named (try n1,n2)");
	return wrong;
}

char *
sshlogin_add_list(struct hosts *hosts, const char *list)
{
	return add_list(hosts, list, false);
}

/* Cuts a comment: a # that begins a word, and all that follows. */
static void
cut_comment(char *line)
{
	for (char *s = line; (s = strchr(s, '#')) != NULL; s++)
		if (s == line || strchr(BLANKS, s[-1]) != NULL) {
			*s = '\0';
			return;
		}
}

/* Adds a line, which is changed. */
static char *
add_line(struct hosts *hosts, char *line)
{
	static const char slots[] = "slots=";
	char *behind;
	int64_t cpus;

	cut_comment(line);
	line = trim(line);
	if (*line == '\0')
		return NULL;
	behind = line + strcspn(line, BLANKS);
	behind += strspn(behind, BLANKS);
	if (strncmp(behind, slots, strlen(slots)) != 0)
		return add_list(hosts, line, true);
	if (parse_count(behind + strlen(slots), 1, INT_MAX, &cpus) < 0)
		return sentence(behind, "is no number of jobs (try slots=4)");
	*behind = '\0';
	return add_host(hosts, trim(line), cpus);
}

/* Appends all of the file.  Returns NULL, or what is wrong, as a sentence. */
static char *
read_all(FILE *file, const char *shown, struct buf *text)
{
	if (slurp(file, FILE_MAX, text) == 0)
		return NULL;
	if (errno == EFBIG)
		return xasprintf(
		    "%s: more than 16 MiB are no list of machines", shown);
	return xasprintf("%s: %s", shown, strerror(errno));
}

/* Adds the lines of the text, which is changed and ends with a NUL. */
static char *
add_lines(struct hosts *hosts, char *text, size_t len, const char *shown)
{
	char *end = text + len, *wrong = NULL, *where;
	size_t number = 0;

	while (text < end && wrong == NULL) {
		char *line = text,
		     *newline = memchr(text, '\n', (size_t)(end - text));

		number++;
		text = newline != NULL ? newline + 1 : end;
		if (newline != NULL)
			*newline = '\0';
		wrong = line + strlen(line) == (newline ? newline : end)
		    ? add_line(hosts, line)
		    : xstrdup("there is a NUL byte in it");
	}
	if (wrong == NULL)
		return NULL;
	where = xasprintf("%s, line %zu: %s", shown, number, wrong);
	free(wrong);
	return where;
}

/* Opens a file of the folder that a variable names, with more behind it. */
static FILE *
open_in(const char *variable, const char *more, const char *name)
{
	const char *folder = getenv(variable);
	char *path;
	FILE *file;

	if (folder == NULL || *folder == '\0')
		return NULL;
	path = xasprintf("%s%s/%s", folder, more, name);
	file = fopen(path, "re");
	free(path);
	return file;
}

/* Opens a file where GNU parallel keeps those of the user. */
static FILE *
open_users(const char *name)
{
	FILE *file = open_in("PARALLEL_HOME", "", name);

	if (file == NULL)
		file = open_in("XDG_CONFIG_HOME", "/parallel", name);
	return file != NULL ? file : open_in("HOME", "/.parallel", name);
}

/* Opens what the name stands for; what it is called becomes *ret_shown. */
static FILE *
open_file(const char *path, const char **ret_shown)
{
	FILE *file;
	int error;

	*ret_shown = path;
	if (strcmp(path, "-") == 0) {
		*ret_shown = "standard input";
		return fdopen(fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0), "r");
	}
	if (strcmp(path, "..") == 0) {
		*ret_shown = "~/.parallel/sshloginfile";
		return open_users("sshloginfile");
	}
	if (strcmp(path, ".") == 0) {
		*ret_shown = "/etc/parallel/sshloginfile";
		return fopen(*ret_shown, "re");
	}
	file = slurp_open(path);
	if (file != NULL || *path == '/')
		return file;
	error = errno;
	file = open_users(path);
	errno = error;
	return file;
}

char *
sshlogin_add_file(struct hosts *hosts, const char *path)
{
	const char *name;
	FILE *file = open_file(path, &name);
	char *wrong, *shown = msg_short(name, strlen(name));
	size_t len;
	struct buf text = BUF_INIT;

	if (file == NULL) {
		wrong = xasprintf("%s: %s", shown, strerror(errno));
	} else {
		wrong = read_all(file, shown, &text);
		fclose(file);
		len = text.len;
		buf_append(&text, "", 1);
		if (wrong == NULL)
			wrong = add_lines(hosts, text.data, len, shown);
		if (wrong == NULL && hosts->len == 0)
			wrong = xasprintf("%s: no machine is named", shown);
	}
	buf_release(&text);
	free(shown);
	return wrong;
}
