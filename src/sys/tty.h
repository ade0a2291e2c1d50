/* Terminals: what is drawn below the output of one, and taking it away. */
#ifndef SYS_TTY_H
#define SYS_TTY_H

#include <stdbool.h>

/* What a process has drawn on a terminal. */
enum tty_mark {
	TTY_EMPTY,
	TTY_BELOW,      /* lines below that of the cursor, which is empty */
	TTY_BELOW_TEXT, /* lines below one that has not ended */
};

/* True if fd is a terminal, and $TERM says that it obeys escape sequences. */
bool tty_obeys(int fd);

/* True if tty_obeys(), and fd can be written to. */
bool tty_can_draw(int fd);

/* The columns and lines of the terminal now: 80 and 24 if it does not know. */
void tty_size(int fd, int *ret_columns, int *ret_rows);

/* True if both are the same terminal, by whatever names they were opened. */
bool tty_same(int a, int b);

/*
 * Takes away what another process has drawn; the cursor is in the first column
 * then.  Leaves a terminal as it is that takes no bytes now.
 */
void tty_clean(int fd, enum tty_mark mark);

#endif
