/* What a line about a failed job adds, if its cause can be guessed. */
#ifndef REPORT_HINT_H
#define REPORT_HINT_H

struct report_event;
struct report_options;

/*
 * A hint in brackets for REPORT_ENDED, with a blank before it, or nothing: that
 * each argument is one command, if the job's command was not found; that it is
 * for bash, if the shell did not understand it; that services stay in the
 * foreground, that jobs have no terminal.
 */
const char *hint_of_end(
    const struct report_event *event, const struct report_options *options);

#endif
