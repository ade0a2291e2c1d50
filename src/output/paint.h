/*
 * Painting: what a job has written gets a colour when it has ended, line by
 * line, as GNU parallel does with --color and --color-failed.
 */
#ifndef OUTPUT_PAINT_H
#define OUTPUT_PAINT_H

struct capture;

/*
 * All of the job was read, but its end is not told yet: puts the colour that
 * events.colour() says around each line that waits.
 */
void paint_lines(struct capture *cap);

#endif
