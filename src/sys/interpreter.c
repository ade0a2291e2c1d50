#include "interpreter.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/bash.h"
#include "base/xalloc.h"

/* What the kernel reads of a script's first line. */
#define LINE_MAX_LEN 255
/* How many interpreters may be scripts themselves. */
#define DEPTH_MAX 4

/* Opens a file that may be executed; -1: there is none. */
static int
open_program(int dirfd, const char *name)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, 0) < 0 || !S_ISREG(st.st_mode) ||
	    faccessat(dirfd, name, X_OK, 0) < 0)
		return -1;
	return openat(
	    dirfd, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
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

/* The interpreter in "#! /bin/sh -e"; NULL: there is none, as in "#!". */
static char *
of_script(const char *line, size_t len)
{
	const char *name = line + 2;

	if (len < 2 || line[0] != '#' || line[1] != '!')
		return NULL;
	name += strspn(name, " \t");
	len = strcspn(name, " \t\n");
	return len > 0 ? xmemdup0(name, len) : NULL;
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

/* What of_elf() needs of the header of a program, and of one of its parts. */
struct elf {
	off_t parts; /* where the list of parts begins */
	int n_parts, part_size;
};

struct elf_part {
	uint32_t type;
	off_t offset;
};

static bool
read_elf(int fd, bool wide, struct elf *ret)
{
	union {
		Elf32_Ehdr narrow;
		Elf64_Ehdr wide;
	} header;
	ssize_t size =
	    wide ? sizeof(header.wide) : (ssize_t)sizeof(header.narrow);

	if (pread(fd, &header, (size_t)size, 0) != size)
		return false;
	*ret = wide
	    ? (struct elf){ (off_t)header.wide.e_phoff, header.wide.e_phnum,
		      header.wide.e_phentsize }
	    : (struct elf){ (off_t)header.narrow.e_phoff, header.narrow.e_phnum,
		      header.narrow.e_phentsize };
	return true;
}

static bool
read_part(int fd, bool wide, off_t at, struct elf_part *ret)
{
	union {
		Elf32_Phdr narrow;
		Elf64_Phdr wide;
	} part;
	ssize_t size = wide ? sizeof(part.wide) : (ssize_t)sizeof(part.narrow);

	if (pread(fd, &part, (size_t)size, at) != size)
		return false;
	*ret = wide
	    ? (struct elf_part){ part.wide.p_type, (off_t)part.wide.p_offset }
	    : (struct elf_part){ part.narrow.p_type,
		      (off_t)part.narrow.p_offset };
	return true;
}

/*
 * The dynamic linker that the header of a program of 32 or 64 bits (wide)
 * names, or NULL.
 */
static char *
of_elf(int fd, bool wide)
{
	struct elf elf;
	struct elf_part part;

	if (!read_elf(fd, wide, &elf))
		return NULL;
	for (int i = 0; i < elf.n_parts; i++) {
		if (!read_part(
			fd, wide, elf.parts + (off_t)i * elf.part_size, &part))
			return NULL;
		if (part.type == PT_INTERP)
			return string_at(fd, part.offset);
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
		name = of_elf(fd, head[EI_CLASS] == ELFCLASS64);
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
		path = getenv("PATH");
	if (path == NULL)
		path = "/usr/bin:/bin";
	if (directory != NULL)
		dirfd = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	while (found == NULL && (dirfd >= 0 || directory == NULL) &&
	    (word = strsep(&rest, BASH_WORD_ENDS)) != NULL) {
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
