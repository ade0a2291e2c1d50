/* What a job of VOICE_ORDER writes: from the start of an attempt. */
#ifndef JOB_VOICE_H
#define JOB_VOICE_H

struct job;

/*
 * Makes the pipes of an attempt; ret_fds as capture_open() has them.  Returns
 * 0, or -1 with errno.
 */
int voice_open(struct job *job, int ret_fds[2]);

/* Begins to read what the attempt writes; that of the last is not kept back. */
void voice_begin(struct job *job);

/* The terminal of the job gets the size that ours has: see output_resize(). */
void voice_resize(const struct job *job);

/* Prints the bare command if -t or -v of parallel asks for it. */
void voice_print_command(const struct job *job);

#endif
