#include "screen.h"

#include <locale.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include <sys/ioctl.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "cursor.h"
#include "note.h"
#include "pump.h"
#include "state.h"
#include "sys/tty.h"

/* More bytes between two drawings are too much to be held back. */
#define MUCH_OUTPUT 32768
/* How long screen_finish() waits for the terminal. */
#define FINISH_MS 500

/*
 * What the terminal is told, see ctlseqs of xterm.  DOWN scrolls if need be and
 * keeps the column.  SAVE keeps place and colours of the output.
 */
#define DOWN "\033D"
#define UP "\033[A"
#define SAVE "\0337"
#define RESTORE "\0338"
#define PLAIN "\033[m\033(B\017"
#define NO_WRAP "\033[?7l"
#define WRAP "\033[?7h"
#define CLEAR_LINE "\033[K"
#define CLEAR_BELOW "\033[J"
/* Of what was typed there; with no background that a job has left on. */
#define CLEAR_TYPED "\r" SAVE PLAIN CLEAR_LINE RESTORE

struct screen {
	struct output *out;
	struct sink *sink; /* of standard error */
	struct sink_guard guard;
	struct cursor cursor;
	atomic_int *mark;
	struct buf drawn; /* the lines that are shown */
	struct buf rest;  /* what the terminal has not taken yet */
	bool shown;
	bool begun;     /* something was written or drawn */
	int typed;      /* bytes of lines that were typed and nobody has read */
	uint64_t taken; /* bytes of output since the last drawing */
};

/* Writes the rest, as far as the terminal takes it.  True if nothing is left.
 */
static bool
flush_rest(struct screen *screen)
{
	struct buf *rest = &screen->rest;

	if (rest->len == 0)
		return true;
	buf_consume(rest, sink_put(screen->sink, rest->data, rest->len));
	if (!sink_watch(screen->sink, screen->out->loop))
		wakeup_later(&screen->out->wakeup);
	return rest->len == 0;
}

static void
say(struct screen *screen, const char *sequence)
{
	buf_puts(&screen->rest, sequence);
}

static void
hold(struct screen *screen, bool held)
{
	for (int i = 0; i < screen->out->sink_len; i++)
		if (screen->out->sinks[i].guard != NULL)
			screen->out->sinks[i].held = held;
}

/*
 * Takes away the lines below that of the cursor, if the terminal still has any
 * there.  The line of the cursor is left out: if it were the first of the
 * screen, tmux would keep what is cleared in its history.
 */
static void
erase_below(struct screen *screen)
{
	say(screen, DOWN UP SAVE PLAIN "\r\n" CLEAR_BELOW RESTORE);
}

/* Takes the block away.  True if the terminal has taken all of that. */
static bool
erase(struct screen *screen)
{
	if (screen->shown && *screen->mark == TTY_BELOW)
		say(screen, CLEAR_TYPED);
	if (screen->shown)
		erase_below(screen);
	screen->shown = false;
	if (!flush_rest(screen))
		return false;
	*screen->mark = TTY_EMPTY;
	return true;
}

static bool
guard_clear(void *arg)
{
	return erase(arg);
}

static void
guard_wrote(void *arg, const char *data, size_t len)
{
	struct screen *screen = arg;

	screen->begun = true;
	screen->taken += len;
	cursor_follow(&screen->cursor, data, len);
}

struct screen *
screen_new(struct output *out, atomic_int *mark)
{
	struct screen *screen = xcalloc(1, sizeof(*screen));
	int columns, rows;

	setlocale(LC_CTYPE, ""); /* for the width of characters */
	screen->out = out;
	screen->sink = note_sink(out);
	screen->mark = mark;
	screen->guard = (struct sink_guard){
		.clear = guard_clear, .wrote = guard_wrote, .arg = screen
	};
	tty_size(screen->sink->outlet.wfd, &columns, &rows);
	cursor_init(&screen->cursor, columns, rows);
	for (int i = 0; i < out->sink_len; i++)
		if (tty_same(
			out->sinks[i].outlet.wfd, screen->sink->outlet.wfd))
			out->sinks[i].guard = &screen->guard;
	return screen;
}

void
screen_free(struct screen *screen)
{
	if (screen == NULL)
		return;
	for (int i = 0; i < screen->out->sink_len; i++)
		screen->out->sinks[i].guard = NULL;
	buf_release(&screen->drawn);
	buf_release(&screen->rest);
	free(screen);
}

void
screen_let_out(struct screen *screen)
{
	hold(screen, false);
	if (!screen->sink->full && screen->sink->error == 0)
		flush_rest(screen);
	pump_run_in_loop(screen->out);
}

/*
 * Goes to a line of its own, if something that we have not written may be in
 * this one: a line full of blanks ends in the first column of the same line
 * only if it has begun there.
 */
static void
begin(struct screen *screen)
{
	if (screen->begun)
		return;
	screen->begun = true;
	say(screen, PLAIN);
	for (int i = 0; i < screen->cursor.columns; i++)
		say(screen, " ");
	say(screen, "\r");
}

/* Draws the lines below that of the cursor, which stays where it is. */
static void
compose(struct screen *screen, const char *lines, size_t len,
    enum cursor_place place)
{
	const char *end = lines + len, *line, *next;
	int n = 0;

	if (place == CURSOR_AT_START)
		say(screen, CLEAR_TYPED);
	for (line = lines; line < end; line = next + 1, n++) {
		next = memchr(line, '\n', (size_t)(end - line));
		say(screen, DOWN);
	}
	buf_printf(&screen->rest, "\033[%dA" SAVE PLAIN NO_WRAP, n);
	for (line = lines; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		say(screen, "\r\n");
		buf_append(&screen->rest, line, (size_t)(next - line));
		say(screen, CLEAR_LINE);
	}
	say(screen, CLEAR_BELOW WRAP RESTORE);
}

/* True if the block that is shown is the one wanted, and undisturbed. */
static bool
is_shown(const struct screen *screen, const char *lines, size_t len)
{
	return screen->shown && screen->drawn.len == len &&
	    memcmp(screen->drawn.data, lines, len) == 0;
}

/*
 * Looks whether a line was typed, which nobody reads: its end was shown where
 * we have drawn.
 */
static bool
was_typed(struct screen *screen)
{
	int typed = 0, before = screen->typed;

	if (ioctl(screen->sink->outlet.wfd, FIONREAD, &typed) < 0)
		return false;
	screen->typed = typed;
	return typed != before;
}

/* Looks whether the terminal has another size. */
static bool
was_resized(struct screen *screen)
{
	int columns, rows;

	tty_size(screen->sink->outlet.wfd, &columns, &rows);
	if (columns == screen->cursor.columns && rows == screen->cursor.rows)
		return false;
	cursor_resize(&screen->cursor, columns, rows);
	return true;
}

void
screen_draw(struct screen *screen, const char *lines, size_t len)
{
	bool resized = was_resized(screen), typed = was_typed(screen);
	bool much = screen->taken > MUCH_OUTPUT;
	enum cursor_place place = cursor_place(&screen->cursor);

	screen->taken = 0;
	if (screen->sink->full || screen->sink->error != 0 ||
	    screen->rest.len > 0 || note_is_begun(screen->out, screen->sink))
		return;
	if (len == 0 || much || place == CURSOR_UNSAFE) {
		erase(screen);
		return;
	}
	if (resized || typed || !is_shown(screen, lines, len)) {
		if (resized)
			erase(screen);
		begin(screen);
		compose(screen, lines, len, place);
		screen->drawn.len = 0;
		buf_append(&screen->drawn, lines, len);
		screen->shown = true;
		*screen->mark =
		    place == CURSOR_AT_START ? TTY_BELOW : TTY_BELOW_TEXT;
		flush_rest(screen);
	}
	hold(screen, true);
}

void
screen_clear(struct screen *screen)
{
	hold(screen, false);
	if (screen->sink->error == 0 && !screen->sink->full)
		erase(screen);
	pump_run_in_loop(screen->out);
}

void
screen_leave(struct screen *screen)
{
	if (!screen->shown || screen->sink->full || screen->sink->error != 0)
		return;
	screen->shown = false;
	say(screen, SAVE PLAIN CLEAR_BELOW RESTORE);
	flush_rest(screen);
	*screen->mark = TTY_EMPTY;
}

void
screen_finish(struct screen *screen)
{
	struct pollfd ready = { .fd = screen->sink->outlet.wfd,
		.events = POLLOUT };

	erase(screen);
	while (screen->rest.len > 0 && screen->sink->error == 0 &&
	    poll(&ready, 1, FINISH_MS) > 0)
		flush_rest(screen);
}
