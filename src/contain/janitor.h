/* Cleans up after nurseries that were killed with both of their processes. */
#ifndef CONTAIN_JANITOR_H
#define CONTAIN_JANITOR_H

struct owner;

/*
 * Ends what is left in the folders that other nurseries of our user have made
 * in the cgroup dir, and removes them, if the owner is gone.  judge: us.
 */
void janitor_clean(const char *dir, const struct owner *judge);

#endif
