/*
 * What is asked for beside the commands, as options are read: services by
 * --service and --procfile, other special jobs, and files of variables.
 */
#ifndef CLI_SERVICES_H
#define CLI_SERVICES_H

#include "job/kind.h"

struct plan_item;
struct reading;

/* Returns a new item of the plan, valid until the next one is added. */
struct plan_item *services_add(struct reading *reading, enum job_kind kind);

/* The value of --procfile: makes a service of each line.  Returns 0, or -1. */
int services_set_procfile(struct reading *reading, const char *value);

/* The value of --env-file: takes its variables.  Returns 0, or -1. */
int services_set_env_file(struct reading *reading, const char *value);

/*
 * All options and operands are known: reads the .env beside each Procfile,
 * unless there was an --env-file; sets the variables in our own environment,
 * which jobs inherit; and gives the services of Procfiles their PORT.  Returns
 * 0, or -1 after a message.
 */
int services_conclude(struct reading *reading);

#endif
