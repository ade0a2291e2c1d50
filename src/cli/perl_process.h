/* The perl that runs code of templates and for columns: see input/perl.h. */
#ifndef CLI_PERL_PROCESS_H
#define CLI_PERL_PROCESS_H

#include <sys/types.h>

struct options;
struct signals;

/*
 * Starts a perl if there is code for it, as a child of the calling process, and
 * has the template use it.  Returns 0, or -1 after a message.  *ret_pid: the
 * child that keeps it; or 0: there is none.
 */
int perl_process_begin(
    struct options *options, const struct signals *sig, pid_t *ret_pid);

/*
 * Lets go of the perl, which ends when no process holds its socket any more.
 * The process that has started it gives its pid, and waits until it is gone;
 * any other one gives 0.
 */
void perl_process_end(struct options *options, pid_t pid);

#endif
