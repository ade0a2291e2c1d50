/* The allocation of Slurm that we are in, as its variables tell. */
#ifndef REMOTE_ALLOCATION_H
#define REMOTE_ALLOCATION_H

struct hosts;

/*
 * Adds the nodes, each with as many CPUs as Slurm allows it tasks.  Runs
 * scontrol(1).  Returns NULL, or what is wrong: a sentence that the caller
 * frees.  It says how to get an allocation if there is none.
 */
char *allocation_add_nodes(struct hosts *hosts);

#endif
