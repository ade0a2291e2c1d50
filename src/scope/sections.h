/*
 * What the output asks of the scope about a job's end: whether what it wrote is
 * shown (--show), and which lines go around it (--sections).
 */
#ifndef SCOPE_SECTIONS_H
#define SCOPE_SECTIONS_H

struct job;
struct output_events;
struct scope;

/* Prepares the markers, and sets the events that need them. */
void sections_init(struct scope *scope, struct output_events *events);

/* Writes what goes before all and, at the very end, behind all. */
void sections_open(struct scope *scope);
void sections_close(struct scope *scope);

/*
 * The outcome of the job is known: says that it has failed, if its output has
 * no section that could say it.
 */
void sections_judged(struct scope *scope, const struct job *job);

#endif
