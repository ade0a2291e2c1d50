/*
 * --results: what each job writes, in files of its own; and --files, for which
 * these are temporary ones.
 */
#ifndef RECORD_RESULTS_H
#define RECORD_RESULTS_H

#include <stdbool.h>

struct report;
struct report_job;
struct results;
struct writers;

struct results_options {
	/*
	 * The folder of all results.  NULL: only standard output is kept, in a
	 * file with a name of its own in tmpdir.
	 */
	const char *folder;
	const char *tmpdir;
	bool plain; /* no files but those that GNU parallel has */
};

/*
 * Adds the listener that writes them, and returns what is the report's from
 * then on.  options are copied, the strings in them borrowed.  If the folder
 * cannot be written to, says so and ends the program.  writers learn of a
 * failure.
 */
struct results *results_listen(struct report *report, struct writers *writers,
    const struct results_options *options);

/*
 * For --resume as GNU parallel has it: true if there are results that are
 * called so, as source_results() says, whether or not their job has ended.
 */
bool results_are_there(const char *results);

/*
 * The path of the file with the standard output of a job that has ended; NULL
 * if the file could not be made, as a message said.  To be called before
 * REPORT_OVER of that job; borrowed until then.
 */
const char *results_file(struct results *results, const struct report_job *job);

#endif
