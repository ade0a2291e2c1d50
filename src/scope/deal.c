#include "deal.h"

#include <stdlib.h>
#include <string.h>

#include <sys/epoll.h>

#include "base/block.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "input/blocks.h"
#include "input/keys.h"
#include "input/piped.h"
#include "job/job.h"
#include "sys/loop.h"

/* If more bytes than these wait for one job, the others get none. */
#define AHEAD_MAX (1 << 20)

/* A job that takes part. */
struct taker {
	struct deal *deal;
	struct inlet *inlet; /* the job's; NULL: it is over */
	struct buf lines;    /* of the block at hand, for this job */
	bool begun;          /* it was given something */
};

struct deal {
	struct job_context *context;
	const struct dealing *rules;
	struct taker **takers; /* owned */
	size_t n, cap;
	size_t turn;        /* whose turn it was */
	struct slice block; /* with a reference; NULL: there is none */
	bool closed;        /* there will be no other taker */
	bool over;
	bool bad;          /* the input cannot be read */
	struct loop_io io; /* watched while nothing can be read */
	struct loop_timer timer;
};

static bool
is_gone(const struct taker *taker)
{
	return taker->inlet == NULL || inlet_is_gone(taker->inlet);
}

/* True if the job can be given something. */
static bool
has_room(const struct taker *taker)
{
	return !is_gone(taker) && inlet_waiting(taker->inlet) == 0;
}

static bool
all_are_gone(const struct deal *deal)
{
	for (size_t i = 0; i < deal->n; i++)
		if (!is_gone(deal->takers[i]))
			return false;
	return deal->closed;
}

static void
stop_watching(struct deal *deal)
{
	loop_del(deal->context->loop, &deal->io);
	loop_timer_clear(deal->context->loop, &deal->timer);
}

static void
drop_block(struct deal *deal)
{
	block_unref(deal->block.block);
	deal->block.block = NULL;
}

/* Nothing is dealt any more. */
static void
finish(struct deal *deal)
{
	if (deal->over)
		return;
	deal->over = true;
	stop_watching(deal);
	drop_block(deal);
	for (size_t i = 0; i < deal->n; i++)
		if (deal->takers[i]->inlet != NULL)
			inlet_end(deal->takers[i]->inlet);
}

static void
put(struct deal *deal, struct taker *taker, const struct slice *slice)
{
	const struct slice *header = blocks_header(deal->rules->blocks);

	if (is_gone(taker))
		return;
	if (!taker->begun && header->len > 0 && deal->rules->how != PIPE_TEE)
		inlet_put(taker->inlet, header);
	taker->begun = true;
	inlet_put(taker->inlet, slice);
}

/* The job that the block goes to; NULL: none can take it now. */
static struct taker *
choose(struct deal *deal)
{
	size_t n = deal->n;

	for (size_t i = 1; i <= n; i++) {
		struct taker *taker = deal->takers[(deal->turn + i) % n];

		if (has_room(taker)) {
			deal->turn = deal->rules->in_turn
			    ? (deal->turn + i) % n
			    : (deal->turn + 1) % n;
			return taker;
		}
		if (deal->rules->in_turn && !is_gone(taker))
			return NULL;
	}
	return NULL;
}

/* Each of these returns false if the block must wait. */

static bool
deal_in_turn(struct deal *deal)
{
	struct taker *taker = choose(deal);

	if (taker == NULL)
		return false;
	put(deal, taker, &deal->block);
	return true;
}

static bool
can_deal_to_all(const struct deal *deal)
{
	uint64_t most = deal->rules->how == PIPE_TEE ? 0 : AHEAD_MAX;

	if (!deal->closed)
		return false;
	for (size_t i = 0; i < deal->n; i++)
		if (!is_gone(deal->takers[i]) &&
		    inlet_waiting(deal->takers[i]->inlet) > most)
			return false;
	return true;
}

static bool
deal_to_all(struct deal *deal)
{
	if (!can_deal_to_all(deal))
		return false;
	for (size_t i = 0; i < deal->n; i++)
		put(deal, deal->takers[i], &deal->block);
	return true;
}

/* Runs again in the next turn of the loop. */
static void
run_soon(struct deal *deal)
{
	struct loop *loop = deal->context->loop;

	loop_timer_set(loop, &deal->timer, loop_now(loop));
}

/* FNV-1a: any hash will do that is the same for the same bytes. */
static uint64_t
hash(const struct argument *value)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	for (size_t i = 0; i < value->len; i++)
		hash = (hash ^ (unsigned char)value->text[i]) *
		    UINT64_C(0x100000001b3);
	return hash ^ hash >> 32;
}

/* The number that a text begins with, modulo n; 0 if it begins with none. */
static int64_t
number_modulo(const struct argument *value, int64_t n)
{
	const char *text = value->text, *end = text + value->len;
	int64_t number = 0;
	bool negative;

	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	negative = text < end && *text == '-';
	text += text < end && (*text == '-' || *text == '+');
	for (; text < end && *text >= '0' && *text <= '9'; text++)
		number = (number * 10 + (*text - '0')) % n;
	return negative ? (n - number) % n : number;
}

/* Which job gets a line with this value; the last one has bin 0. */
static size_t
bin_of(const struct deal *deal, const struct argument *value)
{
	int64_t n = (int64_t)deal->n, bin;

	if (deal->rules->how == PIPE_SHARD)
		return (size_t)(hash(value) % deal->n);
	bin = number_modulo(value, n);
	return (size_t)(bin == 0 ? n : bin) - 1;
}

/*
 * Wakes us when the descriptor can be read, and at that time of loop_clock() at
 * the latest.
 */
static void
await(struct deal *deal, int fd, int64_t due_ns)
{
	struct loop *loop = deal->context->loop;

	if (loop_watch(loop, &deal->io, fd, EPOLLIN, &deal->timer))
		loop_timer_set(loop, &deal->timer, loop_time_of(loop, due_ns));
}

/* Finds what the lines of the block are told apart by.  False: not yet. */
static bool
find_keys(struct deal *deal, const char *data)
{
	struct keys *keys = deal->rules->keys;
	enum source_state state =
	    keys_find(keys, data, (size_t)deal->block.len);

	if (state == SOURCE_ERROR)
		deal->bad = true;
	else if (state == SOURCE_AGAIN)
		run_soon(deal);
	else if (state != SOURCE_RECORD)
		await(deal, keys_fd(keys), NS_NEVER);
	return state == SOURCE_RECORD;
}

static bool
deal_lines(struct deal *deal)
{
	const char *data = deal->block.block->data + deal->block.at;
	struct keys *keys = deal->rules->keys;
	size_t at = 0;

	if (!can_deal_to_all(deal) || !find_keys(deal, data))
		return false;
	for (size_t i = 0; i < keys_lines(keys); i++) {
		struct argument key = keys_of(keys, i);
		size_t end = keys_line_end(keys, i);

		buf_append(&deal->takers[bin_of(deal, &key)]->lines, data + at,
		    end - at);
		at = end;
	}
	for (size_t i = 0; i < deal->n; i++) {
		struct taker *taker = deal->takers[i];
		struct slice slice = { .len = taker->lines.len };

		if (slice.len == 0)
			continue;
		slice.block =
		    block_of_memory(taker->lines.data, taker->lines.cap);
		taker->lines = (struct buf)BUF_INIT;
		put(deal, taker, &slice);
		block_unref(slice.block);
	}
	return true;
}

static bool
deal_block(struct deal *deal)
{
	switch (deal->rules->how) {
	case PIPE_ROBIN:
		return deal_in_turn(deal);
	case PIPE_TEE:
		return deal_to_all(deal);
	case PIPE_SHARD:
	case PIPE_BIN:
		return deal_lines(deal);
	case PIPE_JOB:
		break;
	}
	return true;
}

/* Reads the next block.  True: there is one. */
static bool
read_block(struct deal *deal)
{
	switch (blocks_next(deal->rules->blocks, &deal->block)) {
	case SOURCE_RECORD:
		return true;
	case SOURCE_AGAIN:
		run_soon(deal);
		return false;
	case SOURCE_WAIT:
		await(
		    deal, deal->rules->fd, blocks_due_ns(deal->rules->blocks));
		return false;
	case SOURCE_END:
		finish(deal);
		return false;
	case SOURCE_ERROR:
		deal->bad = true;
		stop_watching(deal);
		return false;
	}
	return false;
}

/* Nobody is left who would read.  tee(1) says nothing then, either. */
static void
give_up(struct deal *deal)
{
	if (deal->rules->how != PIPE_TEE && !deal->over)
		msg_warn("standard input was not read to its end: all jobs "
			 "that it was dealt out among have stopped reading");
	finish(deal);
}

/* Passes on one block, or as far as it goes. */
static void
run(struct deal *deal)
{
	if (deal->over || deal->bad)
		return;
	stop_watching(deal);
	if (deal->rules->how != PIPE_ROBIN && !deal->closed)
		return;
	if (deal->block.block == NULL && deal->rules->how == PIPE_TEE &&
	    all_are_gone(deal)) {
		finish(deal);
		return;
	}
	if (deal->block.block == NULL && !read_block(deal))
		return;
	if (all_are_gone(deal)) {
		give_up(deal);
		return;
	}
	if (deal_wants_job(deal) || !deal_block(deal))
		return; /* until a job starts, or has room */
	drop_block(deal);
	run_soon(deal);
}

static void
readable(struct loop_io *io, uint32_t events)
{
	(void)events;
	run(io->arg);
}

static void
timer_fired(struct loop_timer *timer)
{
	run(timer->arg);
}

/* A job has taken what it was given, or is gone. */
static void
moved(void *arg)
{
	const struct taker *taker = arg;

	run_soon(taker->deal);
}

static void
job_over(struct job *job)
{
	struct taker *taker = job->owner;

	taker->inlet = NULL;
	run_soon(taker->deal);
}

static const struct job_hooks hooks = { .over = job_over };

struct deal *
deal_new(struct job_context *context, const struct dealing *rules)
{
	struct deal *deal = xcalloc(1, sizeof(*deal));

	deal->context = context;
	deal->rules = rules;
	deal->io = (struct loop_io){ .ready = readable, .arg = deal, .fd = -1 };
	loop_timer_init(&deal->timer, timer_fired, deal);
	run_soon(deal);
	return deal;
}

void
deal_free(struct deal *deal)
{
	if (deal == NULL)
		return;
	stop_watching(deal);
	drop_block(deal);
	for (size_t i = 0; i < deal->n; i++) {
		buf_release(&deal->takers[i]->lines);
		free(deal->takers[i]);
	}
	free(deal->takers);
	free(deal);
}

void
deal_end(struct deal *deal, bool jobs_ended)
{
	if (deal->over || deal->bad)
		return;
	if (jobs_ended && deal->n > 0 && deal->block.block == NULL)
		read_block(deal);
	if (jobs_ended && deal->n > 0)
		give_up(deal);
	finish(deal);
}

bool
deal_wants_job(const struct deal *deal)
{
	return !deal->over && !deal->bad && !deal->closed &&
	    (deal->rules->how != PIPE_ROBIN || deal->block.block != NULL);
}

void
deal_add(struct deal *deal, struct job *job)
{
	struct taker *taker;

	if (job->hooks != NULL)
		return; /* it will not run */
	taker = xcalloc(1, sizeof(*taker));
	if (deal->n == deal->cap) {
		deal->cap = deal->cap * 2 + 4;
		deal->takers = xreallocarray(
		    deal->takers, deal->cap, sizeof(struct taker *));
	}
	taker->deal = deal;
	taker->inlet = inlet_new(&deal->context->inlets, moved, taker);
	job->inlet = taker->inlet;
	job->hooks = &hooks;
	job->owner = taker;
	deal->takers[deal->n++] = taker;
	if (deal->rules->how == PIPE_ROBIN) {
		put(deal, taker, &deal->block);
		drop_block(deal);
		deal->turn = deal->n - 1;
	}
	run_soon(deal);
}

void
deal_settle(struct deal *deal)
{
	if (deal->rules->fills && deal->n > 0)
		deal_close(deal);
}

void
deal_close(struct deal *deal)
{
	deal->closed = true;
	run_soon(deal);
}

bool
deal_is_over(const struct deal *deal)
{
	return deal->over;
}

bool
deal_waits(const struct deal *deal)
{
	return deal->io.fd >= 0;
}

const char *
deal_error(const struct deal *deal)
{
	const char *error = NULL;

	if (deal->bad)
		error = blocks_error(deal->rules->blocks);
	if (deal->bad && error == NULL)
		error = keys_error(deal->rules->keys);
	return error;
}
