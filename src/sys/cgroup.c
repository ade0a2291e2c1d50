#include "cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/parse.h"
#include "fd.h"

/* The name of a controller that no hierarchy of v1 has: only v2 is found. */
#define NO_CONTROLLER ""

struct search {
	const char *root;
	const char *controller;
	bool (*visit)(void *arg, const char *dir, bool v2);
	void *arg;
};

/* True if word is an item of list, whose items are parted by a separator. */
static bool
list_has(const char *list, const char *word, const char *separators)
{
	size_t len = strlen(word);

	for (;;) {
		size_t item = strcspn(list, separators);

		if (item == len && memcmp(list, word, len) == 0)
			return true;
		if (list[item] == '\0')
			return false;
		list += item + 1;
	}
}

/* Decodes octal escapes in place: \040 is a blank. */
static void
unescape(char *s)
{
	char *to = s;

	while (*s != '\0') {
		if (s[0] == '\\' && s[1] >= '0' && s[1] <= '3' && s[2] >= '0' &&
		    s[2] <= '7' && s[3] >= '0' && s[3] <= '7') {
			*to++ = (char)((s[1] - '0') * 64 + (s[2] - '0') * 8 +
			    (s[3] - '0'));
			s += 4;
		} else {
			*to++ = *s++;
		}
	}
	*to = '\0';
}

/*
 * The fields are counted from 0: number 3 is the root and 4 the mount point.
 * Behind a lone dash come the type, the source and the options of the file
 * system:
 *
 *	36 35 0:30 / /sys/fs/cgroup rw shared:9 - cgroup2 cgroup2 rw,nsdelegate
 */
int
cgroup_parse_mountinfo(
    char *line, const char *controller, struct cgroup_mount *ret)
{
	char *field, *root = NULL, *point = NULL, *type, *options;
	int n = 0;

	line[strcspn(line, "\n")] = '\0';
	while ((field = strsep(&line, " ")) != NULL) {
		if (n == 3)
			root = field;
		else if (n == 4)
			point = field;
		else if (n > 5 && strcmp(field, "-") == 0)
			break;
		n++;
	}
	type = strsep(&line, " ");
	strsep(&line, " ");
	options = strsep(&line, " ");
	if (root == NULL || point == NULL || options == NULL ||
	    root[0] != '/' || point[0] != '/')
		return -1;
	if (strcmp(type, "cgroup2") != 0 &&
	    (strcmp(type, "cgroup") != 0 ||
		!list_has(options, controller, ",")))
		return -1;
	unescape(root);
	unescape(point);
	*ret = (struct cgroup_mount){
		.root = root,
		.point = point,
		.v2 = strcmp(type, "cgroup2") == 0,
	};
	return 0;
}

/* The line is like 0::/user.slice for v2, 4:cpu,cpuacct:/user.slice for v1. */
int
cgroup_parse_self(
    char *line, const char *controller, const char **ret_path, bool *ret_v2)
{
	char *id, *controllers;
	bool v2;

	line[strcspn(line, "\n")] = '\0';
	id = strsep(&line, ":");
	controllers = strsep(&line, ":");
	if (line == NULL || line[0] != '/')
		return -1;
	v2 = strcmp(id, "0") == 0 && controllers[0] == '\0';
	if (!v2 && !list_has(controllers, controller, ","))
		return -1;
	*ret_path = line;
	*ret_v2 = v2;
	return 0;
}

static int
open_at(int dirfd, const char *name, int flags)
{
	return dirfd == AT_FDCWD ? fd_open_in_need(name, flags)
				 : openat(dirfd, name, flags | O_CLOEXEC);
}

int
cgroup_read_at(int dirfd, const char *name, char *buf, size_t size)
{
	int fd = open_at(dirfd, name, O_RDONLY);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, buf, size - 1);
	close(fd);
	if (n < 0)
		return -1;
	buf[n] = '\0';
	return 0;
}

int
cgroup_write_at(int dirfd, const char *name, const char *text)
{
	return fd_write_and_close(open_at(dirfd, name, O_WRONLY), text);
}

int
cgroup_read(const char *dir, const char *name, char *buf, size_t size)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/%s", dir, name) >=
	    (int)sizeof(path))
		return -1;
	return cgroup_read_at(AT_FDCWD, path, buf, size);
}

/* Visits the directory base + path and those above it, up to base. */
static void
visit_all(
    const struct search *search, const char *base, const char *path, bool v2)
{
	char dir[PATH_MAX];
	size_t stem = strlen(base);

	if (snprintf(dir, sizeof(dir), "%s%s", base, path) >= (int)sizeof(dir))
		return;
	while (search->visit(search->arg, dir, v2)) {
		char *slash = strrchr(dir + stem, '/');

		if (slash == NULL)
			return;
		*slash = '\0';
	}
}

/*
 * Finds in mountinfo where the cgroup is mounted.  Writes the mount point to
 * base, and to *ret_below the part of path that is below it.  Returns 0, or -1.
 */
static int
find_mount(const struct search *search, const char *path, bool v2, char *base,
    size_t size, const char **ret_below)
{
	char file[PATH_MAX], *line = NULL;
	size_t room = 0;
	int found = -1;
	FILE *f;

	snprintf(file, sizeof(file), "%s/proc/self/mountinfo", search->root);
	f = fopen(file, "re");
	if (f == NULL)
		return -1;
	while (found < 0 && getline(&line, &room, f) > 0) {
		struct cgroup_mount mount;
		size_t len;

		if (cgroup_parse_mountinfo(line, search->controller, &mount) <
			0 ||
		    mount.v2 != v2)
			continue;
		len = strcmp(mount.root, "/") == 0 ? 0 : strlen(mount.root);
		if (strncmp(path, mount.root, len) != 0 ||
		    (path[len] != '/' && path[len] != '\0'))
			continue; /* a mount of another part of the tree */
		if (snprintf(base, size, "%s%s", search->root, mount.point) <
		    (int)size)
			found = 0;
		*ret_below = path + len;
	}
	free(line);
	fclose(f);
	return found;
}

static void
visit_from(const struct search *search, const char *path, bool v2)
{
	char base[PATH_MAX], procs[PATH_MAX];
	const char *below = path;

	if (strncmp(path, "/..", 3) == 0)
		return; /* outside what this namespace can see */
	if (strcmp(path, "/") == 0)
		below = path = "";
	/* The usual mount point first: to read mountinfo costs more. */
	snprintf(base, sizeof(base), "%s/sys/fs/cgroup%s%s", search->root,
	    v2 ? "" : "/", v2 ? "" : search->controller);
	if (snprintf(procs, sizeof(procs), "%s%s/cgroup.procs", base, path) >=
	    (int)sizeof(procs))
		return;
	if (access(procs, F_OK) < 0 &&
	    find_mount(search, path, v2, base, sizeof(base), &below) < 0)
		return;
	visit_all(search, base, below, v2);
}

void
cgroup_visit(const char *root, const char *controller,
    bool (*visit)(void *arg, const char *dir, bool v2), void *arg)
{
	const struct search search = { root, controller, visit, arg };
	char file[PATH_MAX], *line = NULL;
	size_t room = 0;
	FILE *f;

	snprintf(file, sizeof(file), "%s/proc/self/cgroup", root);
	f = fopen(file, "re");
	if (f == NULL)
		return;
	while (getline(&line, &room, f) > 0) {
		const char *path;
		bool v2;

		if (cgroup_parse_self(line, controller, &path, &v2) < 0)
			continue;
		/* v2's line is the last: that of v1 would have come before. */
		visit_from(&search, path, v2);
		break;
	}
	free(line);
	fclose(f);
}

static bool
keep_first(void *arg, const char *dir, bool v2)
{
	struct cgroup_place *place = arg;

	(void)v2;
	strlcpy(place->dir, dir, sizeof(place->dir));
	return false;
}

/* Finds the line of v2 in the file, like "0::/user.slice", and its path. */
static int
read_path(const char *file, char *buf, size_t size)
{
	char *line = NULL;
	size_t room = 0;
	int found = -1, fd = fd_open_in_need(file, O_RDONLY);
	FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;

	if (f == NULL) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	while (found < 0 && getline(&line, &room, f) > 0) {
		const char *path;
		bool v2;

		if (cgroup_parse_self(line, NO_CONTROLLER, &path, &v2) < 0)
			continue;
		if (strlcpy(buf, strcmp(path, "/") == 0 ? "" : path, size) >=
		    size)
			break;
		found = 0;
	}
	free(line);
	fclose(f);
	return found;
}

int
cgroup_find_own(const char *root, struct cgroup_place *ret)
{
	char file[PATH_MAX];

	if (snprintf(file, sizeof(file), "%s/proc/self/cgroup", root) >=
		(int)sizeof(file) ||
	    read_path(file, ret->path, sizeof(ret->path)) < 0)
		return -1;
	ret->dir[0] = '\0';
	cgroup_visit(root, NO_CONTROLLER, keep_first, ret);
	return ret->dir[0] != '\0' ? 0 : -1;
}

int
cgroup_path_of(pid_t pid, char *buf, size_t size)
{
	char file[64];

	snprintf(file, sizeof(file), "/proc/%d/cgroup", (int)pid);
	return read_path(file, buf, size);
}

int64_t
cgroup_event(const char *text, const char *key)
{
	size_t len = strlen(key);
	char word[32];
	int64_t number;

	for (; text != NULL; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncmp(text, key, len) != 0 || text[len] != ' ')
			continue;
		snprintf(word, sizeof(word), "%.*s",
		    (int)strcspn(text + len + 1, "\n"), text + len + 1);
		return parse_count(word, 0, INT64_MAX, &number) < 0 ? -1
								    : number;
	}
	return -1;
}

bool
cgroup_has_controller(const char *list, const char *controller)
{
	return list_has(list, controller, " \n");
}
