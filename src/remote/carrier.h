/*
 * What starts an agent on a machine and connects us to its standard input and
 * output: ssh(1), srun(1), or another command.
 */
#ifndef REMOTE_CARRIER_H
#define REMOTE_CARRIER_H

#include <stdbool.h>

struct host;
struct machine_options;
struct strvec;

/*
 * Checks what the command line says: that --carrier has {host} in it, that
 * words are complete, that the path of the agent can be passed through any
 * shell.  Returns NULL, or what is wrong: a sentence that the caller frees.
 */
char *carrier_check(const struct machine_options *options);

/*
 * The command that starts the agent on a machine, "--agent=NONCE" at its end;
 * pushed to argv, which is empty.  The options are as carrier_check() wants.
 */
void carrier_command(const struct machine_options *options,
    const struct host *host, const char *nonce, struct strvec *argv);

/*
 * True if a carrier that ends with that status, before an agent has answered,
 * says that it could not start one.
 */
bool carrier_lacks_agent(
    const struct machine_options *options, const struct host *host, int status);

/*
 * Our environment without what would change what the carrier does: variables of
 * Slurm, but those that say which allocation it is, are options of srun(1).
 * Pushed to env, which is empty.
 */
void carrier_environment(
    const struct machine_options *options, struct strvec *env);

#endif
