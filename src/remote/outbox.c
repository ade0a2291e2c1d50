#include "outbox.h"

#include "frame.h"

/*
 * How long what is little, and not urgent, may wait for more.  srun(1) and
 * slurmstepd do not turn off Nagle's algorithm: of two messages that follow
 * each other the second one waits 40 ms for the other side.  So what a short
 * job has to say is to be one.
 */
#define STARTED_NS (20 * NS_PER_MS)
#define OUT_NS (5 * NS_PER_MS)
/* So many bytes do not wait. */
#define MUCH ((size_t)1 << 14)

static void
pour_moved(struct pour *pour, size_t n)
{
	struct outbox *box = pour->arg;

	box->moved(box->arg, n);
}

static void
timer_fired(struct loop_timer *timer)
{
	struct outbox *box = timer->arg;

	box->moved(box->arg, pour_flush(&box->pour));
}

void
outbox_init(struct outbox *box, struct loop *loop, int fd,
    void (*moved)(void *arg, size_t n), void *arg)
{
	*box = (struct outbox){ .moved = moved, .arg = arg };
	pour_init(&box->pour, loop, fd, pour_moved, box);
	loop_timer_init(&box->timer, timer_fired, box);
}

void
outbox_init_shared(struct outbox *box, int fd)
{
	*box = (struct outbox){ .moved = NULL };
	pour_init_shared(&box->pour, fd);
	loop_timer_init(&box->timer, timer_fired, box);
}

/* Has all that was put written after that time, or before. */
static void
write_within(struct outbox *box, int64_t ns)
{
	struct loop *loop = box->pour.loop;
	int64_t when_ns;

	/* one that is watched is full: the loop says when it is not */
	if (loop == NULL || pour_is_full(&box->pour))
		return;
	when_ns = loop_now(loop) + ns;
	if (box->timer.deadline_ns > when_ns)
		loop_timer_set(loop, &box->timer, when_ns);
}

/* How long a frame of that type may wait. */
static int64_t
patience(const struct outbox *box, uint8_t type)
{
	if (pour_waiting(&box->pour) >= MUCH)
		return 0;
	return type == FRAME_STARTED ? STARTED_NS
	    : type == FRAME_OUT      ? OUT_NS
				     : 0;
}

void
outbox_attach(struct outbox *box, struct loop *loop,
    void (*moved)(void *arg, size_t n), void *arg)
{
	box->moved = moved;
	box->arg = arg;
	pour_attach(&box->pour, loop, pour_moved, box);
	write_within(box, 0);
}

void
outbox_detach(struct outbox *box)
{
	if (box->pour.loop != NULL)
		loop_timer_clear(box->pour.loop, &box->timer);
	pour_detach(&box->pour);
}

void
outbox_release(struct outbox *box)
{
	outbox_detach(box);
	pour_release(&box->pour);
}

void
outbox_put(struct outbox *box, uint8_t type, uint8_t aux, uint32_t job,
    const void *data, size_t len)
{
	if (box->pour.error != 0)
		return;
	frame_put(pour_buffer(&box->pour), type, aux, job, data, len);
	write_within(box, patience(box, type));
}

int
outbox_write_all(struct outbox *box, int64_t deadline_ns)
{
	return pour_write_all(&box->pour, deadline_ns);
}

void
outbox_give_up(struct outbox *box)
{
	pour_give_up(&box->pour);
}

int
outbox_error(const struct outbox *box)
{
	return box->pour.error;
}

bool
outbox_is_empty(const struct outbox *box)
{
	return box->pour.error != 0 || pour_waiting(&box->pour) == 0;
}
