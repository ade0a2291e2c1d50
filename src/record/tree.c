#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/xalloc.h"
#include "sys/fd.h"

#define FLAGS (O_WRONLY | O_APPEND | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC)

int
tree_make_folders(const char *path)
{
	char *copy = xstrdup(path);
	int result = 0;

	for (char *p = strchr(copy + 1, '/'); p != NULL;
	     p = strchr(p + 1, '/')) {
		*p = '\0';
		result = mkdir(copy, 0777);
		*p = '/';
		if (result < 0 && errno != EEXIST)
			break;
		result = 0;
	}
	free(copy);
	return result;
}

static int
open_new(const char *path, bool *ret_borrowed)
{
	int flags = FLAGS | O_CREAT | O_EXCL;
	int fd = open(path, flags, 0666);

	*ret_borrowed = fd < 0 && errno == EMFILE;
	return *ret_borrowed ? fd_open_in_need(path, flags) : fd;
}

/* Removes what may be replaced.  Returns 0, or -1 with errno. */
static int
clear(const char *path)
{
	struct stat st;

	if (lstat(path, &st) < 0)
		return errno == ENOENT ? 0 : -1;
	if (!S_ISREG(st.st_mode) && !S_ISLNK(st.st_mode)) {
		errno = EEXIST;
		return -1;
	}
	return unlink(path) < 0 && errno != ENOENT ? -1 : 0;
}

int
tree_create(const char *path, bool *ret_borrowed)
{
	int fd = open_new(path, ret_borrowed);
	int result = -1;

	if (fd >= 0)
		return fd;
	if (errno == ENOENT)
		result = tree_make_folders(path);
	else if (errno == EEXIST)
		result = clear(path);
	return result < 0 ? -1 : open_new(path, ret_borrowed);
}

int
tree_write(int fd, const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -1;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* Writes, and closes the descriptor in any case. */
static int
write_and_close(int fd, const char *data, size_t len)
{
	int result = tree_write(fd, data, len), error = errno;

	if (close(fd) < 0 && result == 0)
		return -1;
	errno = error;
	return result;
}

int
tree_append(const char *path, const char *data, size_t len)
{
	int fd = fd_open_in_need(path, FLAGS);

	return fd < 0 ? -1 : write_and_close(fd, data, len);
}

int
tree_put(const char *path, const char *text)
{
	bool borrowed;
	int fd = tree_create(path, &borrowed);

	return fd < 0 ? -1 : write_and_close(fd, text, strlen(text));
}
