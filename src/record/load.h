/*
 * How many jobs ran at each time: an average for each of a fixed number of
 * cells, which get longer as the run does.
 */
#ifndef RECORD_LOAD_H
#define RECORD_LOAD_H

#include <stddef.h>
#include <stdint.h>

#define LOAD_CELLS 1024

/* The caller's storage; read by whoever draws it. */
struct load {
	int64_t cell_ns;             /* how long a cell is */
	int64_t busy_ns[LOAD_CELLS]; /* time that jobs ran in it, together */
};

void load_init(struct load *load);

/* A job ran between these two times, in ns since the start of the run. */
void load_add(struct load *load, int64_t begin_ns, int64_t end_ns);

/* The number of the cell that has that time, which may be beyond the last. */
size_t load_cell(const struct load *load, int64_t ns);

#endif
