/*
 * --stdin: our standard input for commands, the first or each of them.
 *
 * It is read no faster than the fastest of them wants it, and kept for the
 * others, see store/reel.h: a command that starts late gets all of it.  Nothing
 * is kept that nobody can want any more.
 */
#ifndef SCOPE_SUPPLY_H
#define SCOPE_SUPPLY_H

struct job;
struct scope;
struct supply;

/* Returns NULL if the options want none. */
struct supply *supply_new(struct scope *scope);

/* Frees it; no job may be left that it was given to.  NULL is allowed. */
void supply_free(struct supply *supply);

/*
 * The descriptors that a job needs for it, with those that are for all jobs and
 * not open yet.  NULL is allowed.
 */
int supply_files(const struct supply *supply);

/* Gives a new job of a command, which has no hooks yet, what it is to read. */
void supply_give(struct supply *supply, struct job *job);

/* There will be no more commands: what all have got need not be kept. */
void supply_end(struct supply *supply);

#endif
