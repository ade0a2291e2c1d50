/*
 * --results FILE.csv, FILE.tsv and FILE.json: a row for each job, with all that
 * it wrote, as GNU parallel has them.
 */
#ifndef RECORD_TABLE_H
#define RECORD_TABLE_H

#include <stdbool.h>

struct report;
struct writers;

/* True if the end of the name (.csv, .tsv, .json) says that it is a table. */
bool table_is_name(const char *path);

/*
 * Opens the file and adds the listener that writes it.  path may be "-.csv" and
 * the like: standard output.  tmpdir is where the output of running jobs waits
 * if there is much.  Both are borrowed.  If it cannot be written, says so and
 * ends the program.
 */
void table_listen(struct report *report, struct writers *writers,
    const char *path, const char *tmpdir);

#endif
