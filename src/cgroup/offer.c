#include "offer.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <linux/magic.h>
#include <linux/sched.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>

#include "group.h"
#include "proc/owner.h"

__attribute__((__format__(__printf__, 2, 3))) static void
explain(struct cgroup_offer *offer, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(offer->why, sizeof(offer->why), format, args);
	va_end(args);
}

/* Awaits its end.  Returns its exit status, or an errno. */
static int
await(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
}

/* True if not the group is to blame, but clone3(2): see process.c. */
static bool
is_of_clone3(int error)
{
	return error == ENOSYS || error == EINVAL || error == E2BIG ||
	    error == ECHILD;
}

/*
 * Forks a process that ends at once: by clone3(2) right into the group; or, if
 * the kernel cannot do that, one that moves itself to the group.  Returns 0, or
 * the errno that says why a process cannot be in the group.
 */
static int
try_process(int group_fd)
{
	struct clone_args args = { .flags = CLONE_INTO_CGROUP,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)group_fd };
	pid_t pid = (pid_t)syscall(SYS_clone3, &args, sizeof(args));
	int error;

	if (pid == 0)
		_exit(0);
	error = await(pid);
	if (!is_of_clone3(error))
		return error;
	pid = fork();
	if (pid == 0)
		_exit(cgroup_write_at(group_fd, "cgroup.procs", "0") < 0 ? errno
									 : 0);
	return await(pid);
}

/* Fills in groups and kills by trying them on the group dir, which is ours. */
static void
try_group(struct cgroup_offer *offer, const char *dir)
{
	int fd = open(dir, O_PATH | O_DIRECTORY | O_CLOEXEC), error;

	if (fd < 0) {
		explain(offer, "cannot open %s: %s", dir, strerror(errno));
		return;
	}
	error = try_process(fd);
	if (error != 0)
		explain(offer, "cannot start a process in a group below %s: %s",
		    offer->place.dir, strerror(error));
	offer->groups = error == 0;
	offer->kills = faccessat(fd, "cgroup.kill", W_OK, 0) == 0;
	if (offer->groups && !offer->kills)
		explain(offer, "the kernel has no cgroup.kill (Linux 5.14)");
	close(fd);
}

static void
find_controllers(struct cgroup_offer *offer)
{
	char list[256];

	if (cgroup_read(
		offer->place.dir, "cgroup.controllers", list, sizeof(list)) < 0)
		return;
	offer->memory = cgroup_has_controller(list, "memory");
	offer->pids = cgroup_has_controller(list, "pids");
	offer->cpu = cgroup_has_controller(list, "cpu");
}

void
cgroup_offer_probe(struct cgroup_offer *ret)
{
	char dir[PATH_MAX], name[OWNER_NAME_MAX];
	struct owner self;
	struct statfs fs;
	int removed;

	*ret = (struct cgroup_offer){ 0 };
	if (cgroup_find_own("", &ret->place) < 0 ||
	    statfs(ret->place.dir, &fs) < 0 ||
	    fs.f_type != CGROUP2_SUPER_MAGIC) {
		explain(ret, "no cgroup v2 is mounted that shows our group");
		return;
	}
	ret->found = true;
	find_controllers(ret);
	if (owner_of(getpid(), &self) < 0) {
		explain(ret, "/proc does not show our processes");
		return;
	}
	/* a name that tells the janitor whose it was, if we are killed */
	owner_name(&self, name);
	if (snprintf(dir, sizeof(dir), "%s/%s", ret->place.dir, name) >=
	    (int)sizeof(dir)) {
		explain(ret, "the path of our cgroup is too long");
		return;
	}
	if (mkdir(dir, 0755) < 0) {
		explain(ret, "cannot make a group in %s: %s", ret->place.dir,
		    strerror(errno));
		return;
	}
	try_group(ret, dir);
	removed = group_remove(dir);
	if (removed < 0)
		removed = group_remove(dir);
	if (removed < 0) {
		explain(ret, "cannot remove the group %s again: %s", dir,
		    strerror(errno));
		ret->groups = false;
	}
}
