/* How many CPUs this process may use: its affinity and its cgroups' quota. */
#ifndef SYS_CPU_H
#define SYS_CPU_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Returns the number of CPUs that the process may run on, limited by the quota
 * of its cgroup and of that one's ancestors (v2 cpu.max, v1 cpu.cfs_quota_us),
 * rounded up; at least 1.  What cannot be read limits nothing.
 */
int cpu_count(void);

/*
 * Returns the quota alone, in CPUs rounded up and at most limit (at least 1).
 * Reads <root>/proc/self/cgroup and what is below <root>/sys/fs/cgroup, or
 * where <root>/proc/self/mountinfo says; root is "" but in tests.
 */
int cpu_quota(const char *root, int limit);

/* A mount of cgroup v2, or of the v1 hierarchy that has the cpu controller. */
struct cpu_mount {
	char *root;  /* which cgroup is mounted there, "/" for all */
	char *point; /* where */
	bool v2;
};

/*
 * Parses a line of /proc/self/mountinfo (see proc_pid_mountinfo(5)) in place
 * and undoes its octal escapes.  Returns 0 with pointers into line, or -1, also
 * for a mount of another kind; *ret is then untouched, line is not.
 */
int cpu_parse_mountinfo(char *line, struct cpu_mount *ret);

/*
 * Parses a line of /proc/self/cgroup (see cgroups(7)) in place.  Returns 0 with
 * the path in *ret_path, a pointer into line, and whether it is the one of v2
 * in *ret_v2; or -1 for a v1 hierarchy without the cpu controller, and for what
 * is malformed.
 */
int cpu_parse_cgroup(char *line, const char **ret_path, bool *ret_v2);

/*
 * Parses what cpu.max holds: "QUOTA PERIOD" in us; the period may be missing
 * and is then 100000.  Returns the CPUs that this allows, rounded up, at least
 * 1; or 0 for no limit: "max", a negative quota, anything malformed.
 */
int cpu_parse_max(const char *s);

#endif
