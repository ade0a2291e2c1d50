/*
 * The reports that are found after a run, such as those of --events and
 * --junit. Each is written to a file, while the run goes on, by a listener that
 * hears of its events: see report/report.h.
 */
#ifndef RECORD_RECORDER_H
#define RECORD_RECORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct arguments_source;
struct loop;
struct recorder;
struct report;
struct report_job;

/* The file of each report; NULL: it is not wanted.  All borrowed. */
struct record_options {
	const char *events;
	const char *joblog;
	bool joblog_appended; /* lines are added to those that are there */
	const char *results;  /* a folder, or a file with a known suffix */
	bool results_plain;   /* no files but those that GNU parallel has */
	bool files; /* standard output goes to temporary files in tmpdir */
	const char *junit;
	const char *trace;
	const char *timeline;
	const char *summary;
	bool summary_appended; /* or else it replaces what there is */
	bool summary_auto;     /* only if there is more than one job */
	const char *tmpdir;    /* folder for what has to be kept for a while */
	/* What arguments are read from: no record may be one of these. */
	const struct arguments_source *sources;
	size_t n_sources;
};

/*
 * Opens the files that are wanted and adds their listeners to the report.  If a
 * file cannot be written, or two would be the same file, says so and ends the
 * program: to be called before anything is started.  report and loop are
 * borrowed.
 */
struct recorder *recorder_new(const struct record_options *options,
    struct report *report, struct loop *loop);

/*
 * How many descriptors the files that are wanted take at least, as long as the
 * recorder is there.
 */
int recorder_files(const struct record_options *options);

/* Once in each turn of the loop: writes what the listeners have put. */
void recorder_flush(struct recorder *recorder);

/* See writers_hold(), writers_are_behind(), ... in writer.h. */
bool recorder_holds(const struct recorder *recorder);
bool recorder_is_behind(const struct recorder *recorder);
void recorder_describe(const struct recorder *recorder, char *buf, size_t size);
void recorder_give_up(struct recorder *recorder);

/* True if a file could not be written to its end; a message said so. */
bool recorder_has_failed(const struct recorder *recorder);

/*
 * For --files: the path of the file with the standard output of a job that has
 * ended; NULL if the file could not be made.  Borrowed until REPORT_OVER.
 */
const char *recorder_file(
    struct recorder *recorder, const struct report_job *job);

/* To be called after report_free(), since the listeners write to the files. */
void recorder_free(struct recorder *recorder);

#endif
