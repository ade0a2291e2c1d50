#include "cursor.h"

#include <wchar.h>

/* How many modes of one sequence are looked at. */
#define MODES_MAX 8

void
cursor_init(struct cursor *cursor, int columns, int rows)
{
	*cursor = (struct cursor){ .columns = columns, .rows = rows };
}

void
cursor_resize(struct cursor *cursor, int columns, int rows)
{
	if (columns != cursor->columns && cursor->column != 0)
		cursor->column = -1;
	cursor->columns = columns;
	cursor->rows = rows;
}

static void
go_down(struct cursor *cursor, int n)
{
	cursor->below = n < cursor->below ? cursor->below - n : 0;
}

static void
go_up(struct cursor *cursor, int n)
{
	cursor->below =
	    n < cursor->rows - cursor->below ? cursor->below + n : cursor->rows;
	cursor->used = true;
}

/* Goes to a line that could be any, and may have text unless all is blank. */
static void
go_anywhere(struct cursor *cursor)
{
	cursor->below = cursor->blank ? 0 : cursor->rows;
	cursor->used = !cursor->blank;
}

static void
go_to_column(struct cursor *cursor, int column)
{
	if (column < 0)
		column = 0;
	cursor->column =
	    column < cursor->columns ? column : cursor->columns - 1;
}

/* Goes to the next line: a new one, unless we had left it to go up. */
static void
end_line(struct cursor *cursor)
{
	cursor->used = cursor->below > 0;
	go_down(cursor, 1);
	cursor->column = 0;
}

/*
 * A character that is width columns wide; -1: nobody can tell.  Whoever is in
 * the last column and has a wide one to write goes to the next line first.
 */
static void
put_character(struct cursor *cursor, int width)
{
	cursor->used = true;
	cursor->blank = false;
	if (width < 0)
		cursor->column = -1;
	if (cursor->column < 0)
		return;
	if (cursor->column + width > cursor->columns) {
		go_down(cursor, 1);
		cursor->column = 0;
	}
	cursor->column += width;
}

/* A byte of UTF-8 that is none of ASCII. */
static void
take_part(struct cursor *cursor, unsigned char byte)
{
	if (byte >= 0xc0) {
		cursor->character_left = byte >= 0xf0 ? 3
		    : byte >= 0xe0                    ? 2
						      : 1;
		cursor->character = byte & (0x3fU >> cursor->character_left);
		return;
	}
	if (cursor->character_left == 0) {
		put_character(cursor, -1); /* not UTF-8 */
		return;
	}
	cursor->character = cursor->character << 6 | (byte & 0x3fU);
	if (--cursor->character_left == 0)
		put_character(cursor, wcwidth((wchar_t)cursor->character));
}

static void
take_text(struct cursor *cursor, unsigned char byte)
{
	if (byte >= 0x80) {
		take_part(cursor, byte);
		return;
	}
	cursor->character_left = 0;
	if (byte >= 0x20 && byte < 0x7f)
		put_character(cursor, 1);
	else if (byte == '\n')
		end_line(cursor);
	else if (byte == '\r')
		cursor->column = 0;
	else if (byte == '\b' && cursor->column > 0)
		cursor->column--;
	else if (byte == '\t' && cursor->column >= 0)
		go_to_column(cursor, cursor->column / 8 * 8 + 8);
	else if (byte == '\v' || byte == '\f')
		go_down(cursor, 1);
	if (byte == '\t')
		cursor->used = true;
}

static void
restore(struct cursor *cursor)
{
	cursor->saved = false;
	cursor->column = -1;
	go_anywhere(cursor);
}

/* The last byte of ESC and a letter, see ctlseqs of xterm. */
static void
end_escape(struct cursor *cursor, unsigned char byte)
{
	if (byte == '7')
		cursor->saved = true;
	else if (byte == '8')
		restore(cursor);
	else if (byte == 'D')
		go_down(cursor, 1);
	else if (byte == 'E')
		end_line(cursor);
	else if (byte == 'M')
		go_up(cursor, 1);
	else if (byte == 'c')
		cursor_init(cursor, cursor->columns, cursor->rows);
}

static void
erase_below(struct cursor *cursor, int how)
{
	if (how == 1)
		return;
	cursor->below = 0;
	cursor->blank |= how >= 2;
	if (how >= 2 || cursor->column == 0)
		cursor->used = false;
}

/* ESC [ ? N h or l: another screen, or an origin that is not the corner. */
static void
set_mode(struct cursor *cursor, int mode, bool on)
{
	if (mode != 6 && mode != 47 && mode != 1047 && mode != 1049)
		return;
	cursor->taken = on;
	cursor->column = -1;
	cursor->below = 0;
	cursor->used = true;
}

/* Moves the cursor as ESC [ ... byte says.  False if that is no movement. */
static bool
move(struct cursor *cursor, unsigned char byte, int n)
{
	int times = n > 0 ? n : 1;

	if (byte == 'A' || byte == 'F')
		go_up(cursor, times);
	else if (byte == 'B' || byte == 'E')
		go_down(cursor, times);
	else if (byte == 'C' && cursor->column >= 0)
		go_to_column(cursor, cursor->column + times);
	else if (byte == 'D' && cursor->column >= 0)
		go_to_column(cursor, cursor->column - times);
	else if (byte == 'G' || byte == '`')
		go_to_column(cursor, times - 1);
	else if (byte == 'H' || byte == 'f' || byte == 'd')
		go_anywhere(cursor);
	else
		return false;
	if (byte == 'E' || byte == 'F')
		cursor->column = 0;
	else if (byte == 'H' || byte == 'f')
		go_to_column(cursor, escape_number(&cursor->escape, 1) - 1);
	return true;
}

/* The last byte of ESC [ ..., see "CSI" in ctlseqs of xterm. */
static void
end_control(struct cursor *cursor, unsigned char byte)
{
	int n = escape_number(&cursor->escape, 0);

	if (cursor->escape.parameters[0] == '?' &&
	    (byte == 'h' || byte == 'l')) {
		for (int i = 0; i < MODES_MAX; i++)
			set_mode(cursor, escape_number(&cursor->escape, i),
			    byte == 'h');
		return;
	}
	if (!escape_is_plain(&cursor->escape) || move(cursor, byte, n))
		return;
	if (byte == 'J') {
		erase_below(cursor, n);
	} else if (byte == 'K') {
		if (n == 2 || (n <= 0 && cursor->column == 0))
			cursor->used = false;
	} else if (byte == 'L' || byte == 'T') {
		go_up(cursor, n > 0 ? n : 1); /* text goes down */
	} else if (byte == 's') {
		cursor->saved = true;
	} else if (byte == 'u') {
		restore(cursor);
	} else if (byte == 'r') {
		cursor->taken = n >= 0; /* a region that scrolls */
		cursor->column = 0;
		go_anywhere(cursor);
	}
}

static void
take(struct cursor *cursor, char c)
{
	enum escape_part part = escape_take(&cursor->escape, c);
	unsigned char byte = (unsigned char)c;

	if (part == ESCAPE_TEXT) {
		take_text(cursor, byte);
		return;
	}
	cursor->character_left = 0;
	if (part == ESCAPE_SHORT_END)
		end_escape(cursor, byte);
	else if (part == ESCAPE_CONTROL_END)
		end_control(cursor, byte);
}

void
cursor_follow(struct cursor *cursor, const char *data, size_t len)
{
	for (size_t i = 0; i < len; i++)
		take(cursor, data[i]);
}

enum cursor_place
cursor_place(const struct cursor *cursor)
{
	if (cursor->escape.state != ESCAPE_NONE || cursor->character_left > 0 ||
	    cursor->below > 0 || cursor->saved || cursor->taken ||
	    cursor->column < 0 || cursor->column >= cursor->columns)
		return CURSOR_UNSAFE;
	return cursor->column == 0 && !cursor->used ? CURSOR_AT_START
						    : CURSOR_IN_LINE;
}
