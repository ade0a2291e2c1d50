/* Jobs whose processes are ours, on this machine. */
#ifndef JOB_HERE_H
#define JOB_HERE_H

struct executor;

extern const struct executor executor_here;

#endif
