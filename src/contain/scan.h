/*
 * Reaping: hearing of every end, finding every process that became ours in
 * silence, and proving that a family is gone.
 *
 * A leader's end is peeked at first: its owner acts while the zombie pins the
 * process group, and only then is it reaped.  A family counts as gone only by
 * what the list of our children said since its last process was reaped.
 */
#ifndef CONTAIN_SCAN_H
#define CONTAIN_SCAN_H

struct contain;
struct family;

/* Prepares contain->scan. */
void scan_init(struct contain *contain);

/* Reaps what has died and tells the owners.  Called for SIGCHLD. */
void scan_reap(struct contain *contain);

/*
 * The leader of a family that is no child of ours has ended, as waitid(2) would
 * tell of a child.
 */
void scan_leader_ended(struct family *family, int code, int status);

/* Looks for processes that became ours in silence, before all are signalled. */
void scan_look(struct contain *contain);

/* Reaps, then looks for processes also where there is no /proc. */
void scan_sweep(struct contain *contain);

/*
 * SIGKILL did not end the family for a long time: says so by the event stuck,
 * unless all that is left is dead, and lets it end all the same.
 */
void scan_give_up(struct family *family);

#endif
