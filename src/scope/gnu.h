/* What only the name parallel asks of the scope. */
#ifndef SCOPE_GNU_H
#define SCOPE_GNU_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strvec.h"

/* --_parset: what jobs wrote is printed as values, for a shell to evaluate. */
enum parset {
	PARSET_NONE,
	PARSET_ARRAY, /* elements of one array */
	PARSET_ASSOC, /* the same, each with its key */
	PARSET_NAMES, /* each is assigned to a variable */
};

struct gnu_options {
	bool on; /* nursery is called as parallel */
	/* a variable of jobs: the slot, from 0; NULL: PARALLEL_JOBSLOT0 */
	const char *slot_variable;
	int64_t timeout_milli;  /* --timeout in thousandths of %; 0: none */
	int64_t memory_suspend; /* --memsuspend, in bytes; 0: none */
	const char *jobs_file;  /* --jobs is read from it; NULL: none */
	enum parset parset;
	struct strvec names; /* of its variables */
	int parset_fd;       /* where all of it goes at the end; 0: not begun */
};

#endif
