#include "doctor.h"

#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/utsname.h>

#include "base/msg.h"
#include "contain/probe.h"
#include "sys/fd.h"
#include "sys/pressure.h"

#define COLUMNS 79
#define INDENT 2
#define LABEL 16 /* columns of the name of a fact */

/* Prints text from that column on, in lines broken at blanks. */
static void
put_wrapped(FILE *out, const char *text, size_t at)
{
	const size_t left = INDENT + LABEL;
	bool first = true;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");

		if (!first && at + 1 + len > COLUMNS) {
			fprintf(out, "\n%*s", (int)left, "");
			at = left;
		} else if (!first) {
			putc(' ', out);
			at++;
		}
		fwrite(text, 1, len, out);
		at += len;
		text += len + (text[len] == ' ');
		first = false;
	}
	putc('\n', out);
}

/* A name at the left, and beside it text that may take several lines. */
__attribute__((__format__(__printf__, 3, 4))) static void
put(FILE *out, const char *name, const char *format, ...)
{
	va_list args;
	char *text;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		msg_fatal("out of memory");
	fprintf(out, "%*s%-*s", INDENT, "", LABEL, name);
	put_wrapped(out, text, INDENT + LABEL);
	free(text);
}

/* A fact: whether it is there, and what that means. */
static void
put_fact(FILE *out, const char *name, bool found, const char *if_found,
    const char *if_not)
{
	put(out, name, "%s: %s", found ? "found" : "not found",
	    found ? if_found : if_not);
}

/* A fact that is not there: why not, and what that means. */
static void
put_refused(FILE *out, const char *name, const char *why, const char *if_not)
{
	size_t len;
	char *safe = msg_safe(why, strlen(why), &len);

	put(out, name, "not found (%s): %s", safe, if_not);
	free(safe);
}

static void
put_kernel(FILE *out, const struct probe *probe)
{
	put_fact(out, "subreaper", probe->subreaper,
	    "orphans of jobs become nursery's children, to be ended",
	    "orphans of jobs are lost to nursery");
	put_fact(out, "/proc", probe->proc, "it shows who descends from whom",
	    "orphans are found slowly, and nobody knows whose they are");
	put_fact(out, "/proc children", probe->children,
	    "new orphans are found at once, however many processes there are",
	    "every process of the machine is asked for its parent");
	put_fact(out, "pidfd", probe->pidfd,
	    "no signal can hit a new process that has got an old pid",
	    "only the group and the children of a job can be signalled");
	put_fact(out, "pidfd groups", probe->pidfd_group,
	    "a process group gets a signal at once, even without its leader",
	    "what a leader has left is signalled one by one (Linux 6.9 can)");
	put_fact(out, "clone3", probe->clone3,
	    "processes can be started right in a cgroup",
	    "processes have to move to their cgroup themselves, which is "
	    "slower");
}

static void
put_cgroup(FILE *out, const struct cgroup_offer *offer)
{
	if (!offer->found) {
		put_refused(out, "cgroup v2", offer->why,
		    "jobs have no cgroups of their own");
		return;
	}
	put_fact(out, "cgroup v2", true, "nursery knows its own cgroup", "");
	if (offer->groups)
		put_fact(out, "cgroup groups", true,
		    "nothing that a job starts can hide whose it is", "");
	else
		put_refused(out, "cgroup groups", offer->why,
		    "jobs have no cgroups of their own");
	put_fact(out, "cgroup.kill", offer->kills,
	    "a whole job is killed in one call, setuid programs too",
	    "processes are killed one after the other");
	put(out, "cgroup limits", "%s%s%s%s: %s",
	    offer->memory ? "memory " : "", offer->pids ? "pids " : "",
	    offer->cpu ? "cpu " : "",
	    offer->memory || offer->pids || offer->cpu ? "found" : "not found",
	    "controllers for --memory-max, --pids-max and --cpu-max");
}

static void
put_namespace(FILE *out, const struct probe *probe)
{
	if (!probe->pidns) {
		put_refused(out, "PID namespace", probe->pidns_why,
		    "--contain=pidns does not work");
		return;
	}
	put_fact(out, "PID namespace", true,
	    "--contain=pidns leaves nothing even if all of nursery is killed",
	    "");
	put(out, "user namespace", "%s",
	    probe->pidns_facts.user
		? "needed: under --contain=pidns sudo and other setuid "
		  "programs do not work, and files of others show as nobody's"
		: "not needed: this user may make PID namespaces without one");
	put_fact(out, "autokill", probe->pidns_facts.autokill,
	    "the kernel ends the PID namespace when nursery has ended",
	    "PR_SET_PDEATHSIG does the same (CLONE_PIDFD_AUTOKILL comes with "
	    "Linux 7.1)");
}

static void
put_limit(
    FILE *out, const char *name, int resource, bool hard, const char *means)
{
	struct rlimit limit;
	rlim_t n;

	if (getrlimit((__rlimit_resource_t)resource, &limit) < 0)
		return;
	n = hard ? limit.rlim_max : limit.rlim_cur;
	if (n == RLIM_INFINITY)
		put(out, name, "no limit (%s)", means);
	else
		put(out, name, "%llu: %s", (unsigned long long)n, means);
}

static void
put_limits(FILE *out, const struct probe *probe)
{
	int64_t bytes;

	put_limit(out, "processes", RLIMIT_NPROC, false,
	    geteuid() == 0 ? "RLIMIT_NPROC, which does not count for root"
			   : "all of this user's together; more have to wait");
	put_limit(out, "descriptors", RLIMIT_NOFILE, true,
	    "a running job takes two or three of nursery's");
	put_limit(out, "address space", RLIMIT_AS, false,
	    "of nursery and of each process of a job");
	if (pressure_memory("", &bytes) == 0)
		put(out, "memory",
		    "%lld MiB: free within the limits of nursery's cgroups",
		    (long long)(bytes >> 20));
	put(out, "no-new-privs", "%s",
	    probe->no_new_privs
		? "set: sudo and other setuid programs do not work in jobs"
		: "not set: a job may start setuid programs");
}

static void
put_tmpdir(FILE *out)
{
	const char *dir = getenv("TMPDIR");
	size_t len;
	char *safe;
	int fd;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
	safe = msg_safe(dir, strlen(dir), &len);
	fd = fd_unnamed_file(dir);
	if (fd >= 0) {
		put(out, "TMPDIR",
		    "%s can be written: output that waits has room there",
		    safe);
		close(fd);
	} else {
		put(out, "TMPDIR",
		    "%s cannot be written (%s): when --buffer is full, jobs "
		    "wait to be read",
		    safe, strerror(errno));
	}
	free(safe);
}

/* What holds when both processes of nursery are killed at once. */
static const char *
after_both(const struct probe *probe, enum containment contain)
{
	if (contain == CONTAIN_PIDNS)
		return "nothing is left: the kernel ends the PID namespace";
	if (probe->cgroup.groups && probe->cgroup.kills)
		return "the next nursery that is started in the same cgroup "
		       "ends what is left";
	return "commands that nursery started itself die; what they started "
	       "may live on (with --contain=pidns it would not)";
}

static void
put_promises(FILE *out, const struct probe *probe, enum containment contain)
{
	bool groups = probe->cgroup.groups;
	bool kills = groups && probe->cgroup.kills;

	put(out, "NO ORPHAN",
	    "When nursery ends, nothing that descends from it runs, not after "
	    "a signal, a timeout, or a kill -9 of one of its two processes: "
	    "%s.",
	    contain == CONTAIN_PIDNS ? "the PID namespace is dead"
				     : "the kernel says that no child is left");
	put(out, "both killed", "After a kill -9 of both at once, %s.",
	    after_both(probe, contain));
	put(out, "whose it is",
	    groups
		? "An orphan's job is known for certain, by its cgroup."
		: "An orphan's job is known by its group, its environment and "
		  "its output; one that hides all three is ended with the "
		  "last job at the latest.");
	put(out, "not promised",
	    "%sThe end of a process that hangs in the kernel, and of work that "
	    "was handed to a daemon (docker, at, ssh, systemd-run).",
	    kills || probe->no_new_privs ||
		    (contain == CONTAIN_PIDNS && probe->pidns_facts.user) ||
		    geteuid() == 0
		? ""
		: "The end of a setuid program that this user may not "
		  "signal. ");
}

static void
put_more(FILE *out, const struct probe *probe, enum containment contain)
{
	bool none = true;

	if (!probe->cgroup.groups || !probe->cgroup.kills) {
		put(out, "cgroups",
		    "systemd-run --user --scope nursery ... (as root: "
		    "systemd-run --scope -p Delegate=yes nursery ...); in a "
		    "container: a writable /sys/fs/cgroup");
		none = false;
	}
	if (probe->pidns && contain != CONTAIN_PIDNS) {
		put(out, "PID namespace", "nursery --contain=pidns ...");
		none = false;
	} else if (!probe->pidns) {
		put(out, "PID namespace",
		    "an administrator who allows user namespaces "
		    "(/proc/sys/user, /proc/sys/kernel), or a container with "
		    "fewer restrictions");
		none = false;
	}
	if (none)
		put(out, "nothing",
		    "All that nursery could use was found here.");
}

/* Says whether what --contain asks for can be had.  -1 if not. */
static int
put_verdict(FILE *out, const struct probe *probe, enum containment contain)
{
	bool groups = probe->cgroup.groups && probe->cgroup.kills;
	const char *by = NULL;

	if (contain == CONTAIN_AUTO)
		return 0;
	if (contain == CONTAIN_STRICT && groups)
		by = "by cgroups";
	else if (probe->pidns)
		by = "by a PID namespace";
	fprintf(out, "\n--contain=%s %s%s.\n",
	    contain == CONTAIN_STRICT ? "strict" : "pidns",
	    by != NULL ? "can be had, " : "cannot be had here",
	    by != NULL ? by : "");
	return by != NULL ? 0 : -1;
}

int
doctor_print(FILE *out, enum containment contain)
{
	enum containment used = contain;
	struct utsname name;
	struct probe probe;

	probe_all(&probe);
	if (contain == CONTAIN_STRICT && probe.pidns &&
	    !(probe.cgroup.groups && probe.cgroup.kills))
		used = CONTAIN_PIDNS;
	uname(&name);
	fprintf(out, "nursery " NURSERY_VERSION " on Linux %s, user %u\n",
	    name.release, geteuid());
	fputs("\nFound here:\n", out);
	put_kernel(out, &probe);
	put_cgroup(out, &probe.cgroup);
	put_namespace(out, &probe);
	put_limits(out, &probe);
	put_tmpdir(out);
	fprintf(out, "\nPromised here%s:\n",
	    used == CONTAIN_PIDNS ? ", with a PID namespace" : "");
	put_promises(out, &probe, used);
	fputs("\nMore would be promised with:\n", out);
	put_more(out, &probe, used);
	return put_verdict(out, &probe, contain);
}
