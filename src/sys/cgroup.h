/* Where the files of this process's cgroups are: see cgroups(7). */
#ifndef SYS_CGROUP_H
#define SYS_CGROUP_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/types.h>

/* A mount of cgroup v2, or of the v1 hierarchy that has the controller. */
struct cgroup_mount {
	char *root;  /* path of the cgroup that is mounted; "/": all of them */
	char *point; /* path of the mount point */
	bool v2;     /* cgroup v2, not a hierarchy of v1 */
};

/*
 * Parses a line of /proc/self/mountinfo (see proc_pid_mountinfo(5)) in place
 * and decodes its octal escapes.  Returns 0 with pointers into line; or -1,
 * also for a mount of another kind, and *ret is then untouched.  Changes line.
 */
int cgroup_parse_mountinfo(
    char *line, const char *controller, struct cgroup_mount *ret);

/*
 * Parses a line of /proc/self/cgroup (see cgroups(7)) in place.  Returns 0 with
 * the path in *ret_path, a pointer into line, and whether it is the one of v2
 * in *ret_v2; or -1 for a v1 hierarchy without the controller, and for what
 * is malformed.
 */
int cgroup_parse_self(
    char *line, const char *controller, const char **ret_path, bool *ret_v2);

/*
 * Visits the directory of the process's cgroup that has the controller, then
 * those of its ancestors, as long as visit() returns true.  Reads
 * <root>/proc/self/cgroup; the directories are below <root>/sys/fs/cgroup, or
 * where <root>/proc/self/mountinfo says; root is "" except in tests.
 */
void cgroup_visit(const char *root, const char *controller,
    bool (*visit)(void *arg, const char *dir, bool v2), void *arg);

/*
 * Reads the file dir/name into buf, as a string that is cut to size.  Returns
 * 0, or -1.
 */
int cgroup_read(const char *dir, const char *name, char *buf, size_t size);

/* Where this process is in the hierarchy of cgroup v2. */
struct cgroup_place {
	char path[PATH_MAX]; /* as /proc/PID/cgroup shows it; "" for the root */
	char dir[PATH_MAX];  /* the directory of that cgroup */
};

/*
 * Finds the cgroup v2 of this process, below root as for cgroup_visit().
 * Returns 0, or -1: none is mounted, or what is mounted does not show ours.
 */
int cgroup_find_own(const char *root, struct cgroup_place *ret);

/*
 * Reads the cgroup v2 of a process, as /proc/PID/cgroup shows it, into buf; ""
 * for the root.  Returns 0; or -1 if it cannot be read or does not fit.
 */
int cgroup_path_of(pid_t pid, char *buf, size_t size);

/*
 * Read a file below the directory dirfd as cgroup_read() does, and write text
 * to one in a single call.  dirfd may be opened with O_PATH.  Both return 0, or
 * -1 with errno.
 */
int cgroup_read_at(int dirfd, const char *name, char *buf, size_t size);
int cgroup_write_at(int dirfd, const char *name, const char *text);

/*
 * The number that the text of a file such as cgroup.events, whose lines are
 * "key number", has for the key; -1: it has none.
 */
int64_t cgroup_event(const char *text, const char *key);

/* True if the list of controllers, parted by blanks, has that one. */
bool cgroup_has_controller(const char *list, const char *controller);

#endif
