/*
 * What clients of --spawn ask for, here and on other machines: it is kept until
 * feed_spawned.c makes jobs of it.
 */
#ifndef SCOPE_REQUESTS_H
#define SCOPE_REQUESTS_H

struct inbox_events;
struct spawned;

/* For inbox_new(), with a struct spawned as arg. */
extern const struct inbox_events requests_events;

/* From now on clients on the machines of the scope are heard, too. */
void requests_listen(struct spawned *spawned);

#endif
