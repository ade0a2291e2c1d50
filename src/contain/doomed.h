/* Killing while everything is being killed, and nobody's origin matters. */
#ifndef CONTAIN_DOOMED_H
#define CONTAIN_DOOMED_H

#include <stddef.h>

struct contain;
struct proclist;

/*
 * Where every family is being killed, kills the new ones among our children
 * without asking whose they are: that would take longer than programs need that
 * fork and exit in a loop.  Returns how many there were; the next look may find
 * none, as the dead are reaped.
 */
size_t doomed_kill(struct contain *contain, const struct proclist *children);

#endif
