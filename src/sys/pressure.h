/*
 * How busy the machine is and how much memory is free.  root comes before the
 * paths of the files that are read; it is "" except in tests.
 */
#ifndef SYS_PRESSURE_H
#define SYS_PRESSURE_H

#include <stdint.h>

/*
 * The load in thousandths, from <root>/proc/loadavg (see proc_loadavg(5)): the
 * tasks that run or could run this moment, ourselves not counted.  Not an
 * average: that would show jobs only some time after they have started. Returns
 * 0, or -1 if that cannot be read; *ret_milli is then untouched.
 */
int pressure_load(const char *root, int64_t *ret_milli);

/*
 * The bytes of memory that new processes could have: what <root>/proc/meminfo
 * says is available (see proc_meminfo(5)), or what the limits of our cgroups
 * leave, whichever is less.  Returns 0, or -1 if meminfo cannot be read;
 * *ret_bytes is then untouched.
 */
int pressure_memory(const char *root, int64_t *ret_bytes);

/*
 * The bytes of memory that nobody can ever have more of: all of the machine, as
 * meminfo says, or the least limit of our cgroups.  Returns as
 * pressure_memory().
 */
int pressure_total(const char *root, int64_t *ret_bytes);

/*
 * The bytes of memory that this process could have: what pressure_memory()
 * says, but no more than its limits of address space and data leave, see
 * getrlimit(2).  Returns 0, or -1 if nothing is known.
 */
int pressure_room(const char *root, int64_t *ret_bytes);

/*
 * Parse the text of loadavg and of meminfo, for the two functions above. Return
 * 0, or -1 if it is malformed.
 */
int pressure_parse_load(const char *s, int64_t *ret_milli);
int pressure_parse_memory(const char *s, int64_t *ret_bytes);

#endif
