/* How many CPUs this process may use: its affinity and its cgroups' quota. */
#ifndef SYS_CPU_H
#define SYS_CPU_H

/*
 * Returns the number of CPUs that the process may run on, limited by the quota
 * of its cgroup and of the cgroups above (v2 cpu.max, v1 cpu.cfs_quota_us),
 * rounded up; at least 1.  A file that cannot be read limits nothing.
 */
int cpu_count(void);

/*
 * Returns the quota of the cgroups, in CPUs rounded up; limit, which is at
 * least 1, if there is no quota or a higher one. Reads <root>/proc/self/cgroup
 * and what is below <root>/sys/fs/cgroup, or where <root>/proc/self/mountinfo
 * says; root is "" except in tests.
 */
int cpu_quota(const char *root, int limit);

/*
 * Parses the text of cpu.max: "QUOTA PERIOD" in us; the period may be missing
 * and is then 100000.  Returns the CPUs that this allows, rounded up, at least
 * 1; or 0 for no limit: "max", a negative quota, anything malformed.
 */
int cpu_parse_max(const char *s);

/* How many sockets have CPUs; 1 if nobody can tell. */
int cpu_sockets(void);

#endif
