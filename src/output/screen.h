/*
 * The screen: a block of lines drawn below the output, if standard error is a
 * terminal.
 *
 * The cursor stays where the output has left it, even in the middle of a line:
 * the block begins on the line below.  So the block can be taken away whatever
 * the size of the terminal has become, and if we are killed the front can do
 * it.  It is taken away before anything is written to the terminal.
 *
 * While a block stands, output for the terminal is held until the next drawing,
 * a tenth of a second at most: so a block that is drawn ten times a second does
 * not flicker.  Where there is much output, nothing is held and nothing drawn.
 */
#ifndef OUTPUT_SCREEN_H
#define OUTPUT_SCREEN_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

struct output;
struct screen;

/*
 * Returns the screen of the output's standard error, where tty_can_draw() is
 * true, with nothing on it.  *mark (borrowed) always says what is drawn, an
 * enum tty_mark.  Takes part in every write of the output from now on.
 */
struct screen *screen_new(struct output *out, atomic_int *mark);

/* Frees it; NULL is allowed.  What is drawn stays. */
void screen_free(struct screen *screen);

/*
 * Writes what was held.  To be called before each screen_draw(), from the loop
 * only.
 */
void screen_let_out(struct screen *screen);

/*
 * Draws the lines, each ended by a newline and narrower than the terminal, in
 * place of those before.  Does nothing if the terminal takes no bytes now, or
 * where that could harm the output.
 */
void screen_draw(struct screen *screen, const char *lines, size_t len);

/*
 * Takes the block away and writes what was held; from the loop only.  Nothing
 * is waited for: if the terminal takes no bytes now, the rest comes later.
 */
void screen_clear(struct screen *screen);

/*
 * Others may have begun to write to the terminal: takes away only what is
 * behind the cursor, wherever it is.
 */
void screen_leave(struct screen *screen);

/*
 * At the end, when all output is written: waits for a moment until the terminal
 * has taken what it must to be clean.
 */
void screen_finish(struct screen *screen);

#endif
