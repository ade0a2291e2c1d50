/* Cleans up after nurseries that were killed with both of their processes. */
#ifndef CGROUP_JANITOR_H
#define CGROUP_JANITOR_H

struct owner;

/*
 * Ends what is left in the folders of nurseries of our user in the cgroup dir
 * that are gone, and removes these folders.  judge is the calling nursery.
 */
void janitor_clean(const char *dir, const struct owner *judge);

#endif
