/*
 * Terminals: what is drawn below the output of one, and taking it away; and the
 * keys, which we read one by one or leave to the terminal.
 */
#ifndef SYS_TTY_H
#define SYS_TTY_H

#include <stdatomic.h>
#include <stdbool.h>
#include <termios.h>

#include <sys/types.h>

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

/*
 * The process group in the foreground of our controlling terminal; -1: we have
 * no terminal.
 */
pid_t tty_foreground(void);

/* Brings a group of our session there, also if we are in the background. */
void tty_set_foreground(pid_t group);

/* How a terminal was before its keys were taken. */
struct tty_keys {
	bool wanted; /* of who takes them: they are to be taken again */
	atomic_bool taken;
	struct termios before; /* valid if taken */
};

/*
 * From now on each key that is typed can be read at once, and as it is: the
 * terminal neither shows it nor lets a line be edited.  Only the keys that send
 * signals stay with it.  May be repeated, since a shell sets its own modes when
 * we are stopped.  Does nothing in the background.
 */
void tty_take_keys(struct tty_keys *keys, int fd);

/* Makes the terminal as it was, if its keys are taken. */
void tty_give_keys_back(struct tty_keys *keys, int fd);

#endif
