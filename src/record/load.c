#include "load.h"

#include <string.h>

/* The first length of a cell, in nanoseconds. */
#define FINEST_NS 100000

void
load_init(struct load *load)
{
	memset(load, 0, sizeof(*load));
	load->cell_ns = FINEST_NS;
}

static void
halve(struct load *load)
{
	int64_t *busy_ns = load->busy_ns;

	for (size_t i = 0; i < LOAD_CELLS / 2; i++)
		busy_ns[i] = busy_ns[2 * i] + busy_ns[2 * i + 1];
	memset(
	    &busy_ns[LOAD_CELLS / 2], 0, LOAD_CELLS / 2 * sizeof(busy_ns[0]));
	load->cell_ns *= 2;
}

size_t
load_cell(const struct load *load, int64_t ns)
{
	return (size_t)(ns / load->cell_ns);
}

void
load_add(struct load *load, int64_t begin_ns, int64_t end_ns)
{
	while (end_ns / LOAD_CELLS >= load->cell_ns)
		halve(load);
	while (begin_ns < end_ns) {
		size_t cell = load_cell(load, begin_ns);
		int64_t next_ns = ((int64_t)cell + 1) * load->cell_ns;

		if (next_ns > end_ns)
			next_ns = end_ns;
		load->busy_ns[cell] += next_ns - begin_ns;
		begin_ns = next_ns;
	}
}
