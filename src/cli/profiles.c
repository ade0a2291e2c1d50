#include "profiles.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include <popt.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/slurp.h"
#include "base/strvec.h"
#include "base/xalloc.h"

/* Nobody writes a longer one; -J /dev/zero ends there. */
#define FILE_MAX ((size_t)1024 * 1024)

/* True if a quote has no end, of which popt says nothing. */
static bool
is_open(const char *line)
{
	char quote = '\0';

	for (; *line != '\0'; line++) {
		if (*line == '\\' && line[1] != '\0')
			line++;
		else if (*line == quote)
			quote = '\0';
		else if (quote == '\0' && (*line == '"' || *line == '\''))
			quote = *line;
	}
	return quote != '\0';
}

int
profiles_split(const char *line, const char *from, struct strvec *words)
{
	const char **items;
	int n, error;

	if (is_open(line)) {
		msg_warn("%s: a quote has no end: %s", from, line);
		return -1;
	}
	error = poptParseArgvString(line, &n, &items);
	if (error == POPT_ERROR_NOARG)
		return 0; /* blank */
	if (error != 0) {
		msg_warn("%s: %s", from, poptStrerror(error));
		return -1;
	}
	for (int i = 0; i < n; i++)
		strvec_push(words, items[i]);
	free(items);
	return 0;
}

/* Appends the words of the lines, of which each ends with its newline or NUL.
 */
static int
split_lines(char *lines, const char *path, struct strvec *words)
{
	int result = 0;
	char *line;

	while (result == 0 && (line = strsep(&lines, "\n")) != NULL)
		if (line[strspn(line, " \t")] != '#')
			result = profiles_split(line, path, words);
	return result;
}

/* True if the error is no more than that a file is not there. */
static bool
is_absent(int error)
{
	return error == ENOENT || error == ENOTDIR;
}

/*
 * Appends the words of a file.  One that is not there has none; nor has one
 * that cannot be read and that nobody has named, but this is said.
 */
static int
read_file(const char *path, bool named, struct strvec *words)
{
	FILE *file = slurp_open(path);
	struct buf text = BUF_INIT;
	int result = named ? -1 : 0;

	if (file == NULL && is_absent(errno))
		return 0;
	if (file == NULL || slurp(file, FILE_MAX, &text) < 0) {
		msg_warn("cannot read %s: %s", path, strerror(errno));
	} else if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL) {
		msg_warn("cannot read %s: it has a NUL byte", path);
	} else {
		buf_append(&text, "", 1);
		result = split_lines(text.data, path, words);
	}
	if (file != NULL)
		fclose(file);
	buf_release(&text);
	return result;
}

static void
add_folder(struct strvec *folders, char *path)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		strvec_take(folders, path);
	else
		free(path);
}

/* The folders of the user's files, as far as they are there. */
static void
list_folders(struct strvec *folders)
{
	const char *home = getenv("PARALLEL_HOME"), *user = getenv("HOME");
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *more = getenv("XDG_CONFIG_DIRS");
	char *copy = xstrdup(more != NULL ? more : ""), *rest = copy, *folder;

	if (home != NULL && *home != '\0')
		add_folder(folders, xstrdup(home));
	if (config != NULL)
		add_folder(folders, xasprintf("%s/parallel", config));
	while ((folder = strsep(&rest, ":")) != NULL)
		if (*folder != '\0')
			add_folder(folders, xasprintf("%s/parallel", folder));
	if (user != NULL)
		add_folder(folders, xasprintf("%s/.parallel", user));
	free(copy);
}

static int
read_configs(const struct strvec *folders, struct strvec *words)
{
	const char *user = getenv("HOME");
	struct strvec paths = STRVEC_INIT;
	int result = 0;

	strvec_push(&paths, "/etc/parallel/config");
	for (size_t i = 0; i < folders->len; i++)
		strvec_pushf(&paths, "%s/config", folders->items[i]);
	if (user != NULL)
		strvec_pushf(&paths, "%s/.parallelrc", user);
	for (size_t i = 0; result == 0 && i < paths.len; i++)
		result = read_file(paths.items[i], false, words);
	strvec_release(&paths);
	return result;
}

/*
 * Reads the profiles of that name: a path that begins with / or ./, or a name
 * in the folders.  As for GNU parallel it is no error if there is none.
 */
static int
read_profile(
    const char *name, const struct strvec *folders, struct strvec *words)
{
	bool is_path = name[0] == '/' || strncmp(name, "./", 2) == 0;
	bool found = false;
	int result = 0;

	for (size_t i = 0; result == 0 && i < (is_path ? 1 : folders->len);
	     i++) {
		char *path = is_path
		    ? xstrdup(name)
		    : xasprintf("%s/%s", folders->items[i], name);

		found |= access(path, R_OK) == 0 || !is_absent(errno);
		result = read_file(path, true, words);
		free(path);
	}
	if (!found)
		msg_warn("--profile: there is no profile '%s' (try a file of "
			 "options in ~/.parallel, or ./FILE)",
		    name);
	return result;
}

int
profiles_read(const struct strvec *names, struct strvec *words)
{
	struct strvec folders = STRVEC_INIT;
	int result = 0;

	list_folders(&folders);
	if (names->len == 0)
		result = read_configs(&folders, words);
	for (size_t i = 0; result == 0 && i < names->len; i++)
		result = read_profile(names->items[i], &folders, words);
	strvec_release(&folders);
	return result;
}

/* The file that --record-env writes; the caller frees it. */
static char *
record_path(void)
{
	struct strvec folders = STRVEC_INIT;
	const char *user = getenv("HOME");
	char *path;

	list_folders(&folders);
	path = folders.len > 0
	    ? xasprintf("%s/ignored_vars", folders.items[0])
	    : xasprintf("%s/.parallel/ignored_vars", user != NULL ? user : "");
	strvec_release(&folders);
	return path;
}

bool
profiles_has_record(void)
{
	char *path = record_path();
	bool found = access(path, R_OK) == 0;

	free(path);
	return found;
}

int
profiles_record_env(void)
{
	char *path = record_path();
	FILE *file = fopen(path, "we");
	int error = 0;

	for (char **name = environ; file != NULL && *name != NULL; name++)
		fprintf(file, "%.*s\n", (int)strcspn(*name, "="), *name);
	if (file == NULL || ferror(file) != 0)
		error = errno;
	if (file != NULL && fclose(file) != 0)
		error = errno;
	if (error != 0)
		msg_warn(
		    "--record-env: cannot write %s: %s", path, strerror(error));
	free(path);
	return error == 0 ? 0 : -1;
}
