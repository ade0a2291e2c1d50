/*
 * How busy the machine is and how much memory is free.  root is "" but in
 * tests: what comes before the paths of the files that are read.
 */
#ifndef SYS_PRESSURE_H
#define SYS_PRESSURE_H

#include <stdint.h>

/*
 * The load in thousandths, from <root>/proc/loadavg (see proc_loadavg(5)): the
 * tasks that run or could run this moment, ourselves not counted.  Not an
 * average, which would tell of the jobs that have just started when it is too
 * late.  Returns 0, or -1 if that cannot be read; *ret_milli is then untouched.
 */
int pressure_load(const char *root, int64_t *ret_milli);

/*
 * The bytes of memory that new processes could have: what <root>/proc/meminfo
 * says is available (see proc_meminfo(5)), or what the limits of our cgroups
 * leave, whichever is less.  Returns as pressure_load().
 */
int pressure_memory(const char *root, int64_t *ret_bytes);

/* The same from the text of the file. */
int pressure_parse_load(const char *s, int64_t *ret_milli);
int pressure_parse_memory(const char *s, int64_t *ret_bytes);

#endif
