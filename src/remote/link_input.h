/*
 * What a job on the other machine is to read: it is read here, as far as the
 * job has credit, and sent.
 */
#ifndef REMOTE_LINK_INPUT_H
#define REMOTE_LINK_INPUT_H

#include <stdbool.h>

struct frame;
struct link_job;

/* See link_give(). */
void link_input_open(struct link_job *job, int fd);

/* Closes the descriptor, if there is one. */
void link_input_close(struct link_job *job);

/* Takes TAKEN.  False if that makes no sense. */
bool link_input_take(struct link_job *job, const struct frame *frame);

/* Waits for more to read, if the job may have more. */
void link_input_watch(struct link_job *job);

#endif
