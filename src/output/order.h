/*
 * The order: which captures write one after another, and what happens to one
 * that has no more to do.
 */
#ifndef OUTPUT_ORDER_H
#define OUTPUT_ORDER_H

struct capture;

/* Gives the capture the last place in the order. */
void order_append(struct capture *cap);

/* Gives the capture the place before that one, which has one. */
void order_insert(struct capture *cap, struct capture *before);

/*
 * Group mode: gives a capture whose job has ended its place, unless it has one
 * or is held.  Does nothing in other modes.
 */
void order_place_ended(struct capture *cap);

/*
 * The capture is not held any more, if it was: what it has kept may go out when
 * it is its turn.
 */
void order_let_go(struct capture *cap);

/*
 * The capture has just become done: unites it with neighbours that are done,
 * too.  May free cap.
 */
void order_settle(struct capture *cap);

/*
 * Takes the capture out of the order and frees it.  Its neighbours unite if
 * both are done.
 */
void order_remove(struct capture *cap);

/* Frees the capture, what waits in it, and its descriptors. */
void order_free(struct capture *cap);

#endif
