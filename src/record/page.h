/*
 * --summary: a page of Markdown about the run, for people who look at it in a
 * browser: failures first, with the last lines that these jobs wrote.
 */
#ifndef RECORD_PAGE_H
#define RECORD_PAGE_H

struct record_options;
struct report;
struct writers;

/*
 * Opens the file and adds the listener that writes it.  If that cannot be, says
 * so and ends the program.
 */
void page_listen(struct report *report, struct writers *writers,
    const struct record_options *options);

#endif
