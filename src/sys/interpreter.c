#include "interpreter.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/xalloc.h"

/* What the kernel reads of a script's first line. */
#define LINE_MAX_LEN 255
/* How many interpreters may be scripts themselves. */
#define DEPTH_MAX 4

/* What ends a word in a shell; quotes, too: such words are not understood. */
#define WORD_ENDS " \t\n;&|()<>\"'`$"

/* Opens a file that may be executed; -1: there is none. */
static int
open_program(int dirfd, const char *name)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, 0) < 0 || !S_ISREG(st.st_mode) ||
	    faccessat(dirfd, name, X_OK, 0) < 0)
		return -1;
	return openat(dirfd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY);
}

static int
open_in_path(int dirfd, const char *path, const char *name)
{
	for (;;) {
		const char *end = strchrnul(path, ':');
		char *candidate = xasprintf("%.*s%s%s", (int)(end - path), path,
		    end > path ? "/" : "./", name);
		int fd = open_program(dirfd, candidate);

		free(candidate);
		if (fd >= 0 || *end == '\0')
			return fd;
		path = end + 1;
	}
}

/* The interpreter in "#! /bin/sh -e", or NULL. */
static char *
of_script(const char *line, size_t len)
{
	const char *name = line + 2;

	if (len < 2 || line[0] != '#' || line[1] != '!')
		return NULL;
	name += strspn(name, " \t");
	return xmemdup0(name, strcspn(name, " \t\n"));
}

/* The string at an offset of the file, or NULL. */
static char *
string_at(int fd, off_t offset)
{
	char text[LINE_MAX_LEN + 1];
	ssize_t len = pread(fd, text, sizeof(text), offset);

	return len > 0 && memchr(text, '\0', (size_t)len) != NULL
	    ? xstrdup(text)
	    : NULL;
}

/* The dynamic linker that the header of a 64-bit program names, or NULL. */
static char *
of_elf64(int fd)
{
	Elf64_Ehdr header;
	Elf64_Phdr part;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return NULL;
	for (int i = 0; i < header.e_phnum; i++) {
		off_t at = (off_t)header.e_phoff + i * header.e_phentsize;

		if (pread(fd, &part, sizeof(part), at) != sizeof(part))
			return NULL;
		if (part.p_type == PT_INTERP)
			return string_at(fd, (off_t)part.p_offset);
	}
	return NULL;
}

/* As of_elf64(), of a 32-bit program. */
static char *
of_elf32(int fd)
{
	Elf32_Ehdr header;
	Elf32_Phdr part;

	if (pread(fd, &header, sizeof(header), 0) != sizeof(header))
		return NULL;
	for (int i = 0; i < header.e_phnum; i++) {
		off_t at = (off_t)header.e_phoff + i * header.e_phentsize;

		if (pread(fd, &part, sizeof(part), at) != sizeof(part))
			return NULL;
		if (part.p_type == PT_INTERP)
			return string_at(fd, (off_t)part.p_offset);
	}
	return NULL;
}

/* What is to run the program behind fd, which is closed; NULL: nothing. */
static char *
interpreter_of(int fd)
{
	char head[LINE_MAX_LEN + 1] = { 0 };
	ssize_t len = pread(fd, head, sizeof(head) - 1, 0);
	char *name = NULL;

	if (len > EI_CLASS && memcmp(head, ELFMAG, SELFMAG) == 0)
		name =
		    head[EI_CLASS] == ELFCLASS64 ? of_elf64(fd) : of_elf32(fd);
	else if (len > 0)
		name = of_script(head, (size_t)len);
	close(fd);
	return name;
}

/* The interpreter of the program behind fd that is not there, or NULL. */
static char *
find_missing(int dirfd, int fd)
{
	struct stat st;
	char *name;

	for (int depth = 0; fd >= 0 && depth < DEPTH_MAX; depth++) {
		name = interpreter_of(fd);
		if (name == NULL)
			return NULL;
		if (fstatat(dirfd, name, &st, 0) < 0 && errno != EACCES)
			return name;
		fd = open_program(dirfd, name);
		free(name);
	}
	if (fd >= 0)
		close(fd);
	return NULL;
}

static char *
describe(const char *program, char *name)
{
	size_t len = strlen(name);
	bool windows = len > 0 && name[len - 1] == '\r';
	char *text;

	text = xasprintf("the interpreter of %s, %s, is not there%s", program,
	    name, windows ? ": the lines of the file end as on Windows" : "");
	free(name);
	return text;
}

/* As interpreter_missing() for one word. */
static char *
look_at(int dirfd, const char *word, bool first, const char *path)
{
	int fd = -1;
	char *name;

	if (strchr(word, '/') != NULL)
		fd = open_program(dirfd, word);
	else if (first && *word != '\0')
		fd = open_in_path(dirfd, path, word);
	name = fd >= 0 ? find_missing(dirfd, fd) : NULL;
	return name != NULL ? describe(word, name) : NULL;
}

char *
interpreter_missing(
    const char *text, size_t len, const char *directory, const char *path)
{
	char *copy = xmemdup0(text, len), *rest = copy, *word, *found = NULL;
	int dirfd = AT_FDCWD;
	bool first = true;

	if (path == NULL)
		path =
		    getenv("PATH") != NULL ? getenv("PATH") : "/usr/bin:/bin";
	if (directory != NULL)
		dirfd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (found == NULL && (dirfd >= 0 || directory == NULL) &&
	    (word = strsep(&rest, WORD_ENDS)) != NULL) {
		if (*word == '\0')
			continue;
		found = look_at(dirfd, word, first, path);
		first = false;
	}
	if (dirfd >= 0)
		close(dirfd);
	free(copy);
	return found;
}
