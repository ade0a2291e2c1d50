/* --jobserver, and the job server that we were given. */
#ifndef CLI_SHARING_H
#define CLI_SHARING_H

#include <stdint.h>

#include "jobserver/makeflags.h"

struct reading;
struct share_options;

/* Sets --jobserver, as a row of an option does: see setting.h. */
int sharing_set(struct reading *reading, const char *value);

/*
 * We are to be a job server of that kind for so many jobs at once; 0: any
 * number.  Returns 0, or -1 if there can be no server for so many.
 */
int sharing_serve(
    struct share_options *share, enum jobserver_kind kind, int64_t jobs);

/* Of a server for so many jobs: says that there can be none. Returns -1. */
int sharing_refuse(void);

/*
 * Settles, once --jobs is known, whether we are a server, or take the tokens of
 * another.  Returns 0, or -1 after a message.
 */
int sharing_conclude(struct reading *reading);

#endif
