#include "perl.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/socket.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "sys/signals.h"
#include "template.h"

/* How long it may take to compile code, or to begin at all. */
#define PATIENCE_MS 10000

#define PERL_HAS_ENDED                                                         \
	"the perl that runs the code that was given has ended (does the code " \
	"call exit()?)"

/* The bytes that say how long something is. */
#define LENGTH 4

/* A job that was asked about, and by whom. */
struct asked {
	const void *who;
	uint64_t seq;
	int64_t slot;
	size_t before, n_args;
};

struct perl {
	int fd;
	struct strvec defined;  /* the code, by its number */
	struct buf out;         /* the message to send; empty: it was sent */
	struct buf in;          /* what came of the answer */
	struct argument *parts; /* the answer, as it lies in in */
	size_t n_parts, cap_parts;
	struct asked asked; /* the question under way or answered */
	bool begun;         /* there is one */
	bool outstanding;   /* an answer has still to come */
	bool stale;         /* it is not to the question of asked */
	bool awaited;       /* somebody was told to wait for it */
	bool of_values;     /* it is about values, not about a template */
	char *error;
};

struct perl *
perl_new(int fd)
{
	struct perl *p = xcalloc(1, sizeof(*p));

	p->fd = fd;
	return p;
}

void
perl_free(struct perl *p)
{
	if (p == NULL)
		return;
	close(p->fd);
	strvec_release(&p->defined);
	buf_release(&p->out);
	buf_release(&p->in);
	free(p->parts);
	free(p->error);
	free(p);
}

static void
put_length(char *to, size_t len)
{
	for (int i = 0; i < LENGTH; i++)
		to[i] = (char)(unsigned char)(len >> (8 * (LENGTH - 1 - i)));
}

static size_t
get_length(const char *from)
{
	size_t len = 0;

	for (int i = 0; i < LENGTH; i++)
		len = len << 8 | (unsigned char)from[i];
	return len;
}

static void
put_bytes(struct perl *p, const char *bytes, size_t len)
{
	char length[LENGTH];

	put_length(length, len);
	buf_append(&p->out, length, LENGTH);
	buf_append(&p->out, bytes, len);
}

static void
put_string(struct perl *p, const char *s)
{
	put_bytes(p, s, strlen(s));
}

static void
put_number(struct perl *p, uint64_t n)
{
	char digits[24];

	snprintf(digits, sizeof(digits), "%" PRIu64, n);
	put_string(p, digits);
}

/* Begins a message; its own length is put in when it is sent. */
static void
begin_message(struct perl *p, const char *what)
{
	p->out.len = 0;
	buf_append(&p->out, "\0\0\0", LENGTH);
	put_string(p, what);
}

static int
fail(struct perl *p, const char *why)
{
	if (p->error == NULL)
		p->error = xstrdup(why);
	return -1;
}

/* It waits for messages, so that it takes all of one. */
static int
send_message(struct perl *p)
{
	size_t at = 0;

	if (p->out.len - LENGTH > UINT32_MAX)
		return fail(p, "too long for perl");
	put_length(p->out.data, p->out.len - LENGTH);
	while (at < p->out.len) {
		ssize_t n = send(
		    p->fd, p->out.data + at, p->out.len - at, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return fail(p, PERL_HAS_ENDED);
		at += (size_t)n;
	}
	p->out.len = 0;
	p->in.len = 0;
	p->outstanding = true;
	return 0;
}

/* Divides the answer.  False if it is none. */
static bool
divide(struct perl *p)
{
	const char *s = p->in.data + LENGTH, *end = p->in.data + p->in.len;

	p->n_parts = 0;
	while (
	    end - s >= LENGTH && get_length(s) <= (size_t)(end - s) - LENGTH) {
		if (p->n_parts == p->cap_parts) {
			p->cap_parts = p->cap_parts * 2 + 16;
			p->parts = xreallocarray(
			    p->parts, p->cap_parts, sizeof(*p->parts));
		}
		p->parts[p->n_parts++] =
		    (struct argument){ s + LENGTH, get_length(s) };
		s += LENGTH + get_length(s);
	}
	return s == end && p->n_parts > 0;
}

/* How many bytes of the answer have still to come, as far as is known. */
static size_t
missing(const struct perl *p)
{
	size_t want = LENGTH;

	if (p->in.len >= LENGTH)
		want += get_length(p->in.data);
	return want - p->in.len;
}

/*
 * Reads what has come.  Returns 1 when the answer is there, 0 if not yet, or -1
 * with p->error.
 */
static int
receive(struct perl *p)
{
	while (missing(p) > 0) {
		ssize_t n;

		buf_reserve(&p->in, missing(p));
		n = recv(
		    p->fd, p->in.data + p->in.len, missing(p), MSG_DONTWAIT);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0 && errno == EAGAIN)
			return 0;
		if (n <= 0)
			return fail(p, PERL_HAS_ENDED);
		p->in.len += (size_t)n;
	}
	p->outstanding = false;
	return divide(p) ? 1 : fail(p, "what perl answers makes no sense");
}

/* What the code has died of, in one line: Perl adds where, and a newline. */
static char *
message_of(const struct argument *part)
{
	char *text = xmemdup0(part->text, part->len);

	text[strcspn(text, "\n")] = '\0';
	return text;
}

/* Waits for the answer; but not if we are to end.  Returns as receive(). */
static int
await_answer(struct perl *p)
{
	struct pollfd fds[] = { { .fd = p->fd, .events = POLLIN },
		{ .fd = signals_open_fatal(), .events = POLLIN } };
	int came = receive(p);

	while (came == 0) {
		int ready = poll(fds, 2, PATIENCE_MS);

		if (ready == 0)
			came = fail(p, "perl does not answer");
		else if (ready > 0 && fds[1].revents != 0)
			came = fail(p, "a signal has come meanwhile");
		else
			came = receive(p);
	}
	if (fds[1].fd >= 0)
		close(fds[1].fd);
	return came;
}

/* Sends the message and waits for its answer.  Returns 0; or -1 as find. */
static int
exchange(struct perl *p, char **ret_error)
{
	int came = p->error == NULL ? send_message(p) : -1;

	if (came == 0)
		came = await_answer(p);
	if (came < 0) {
		*ret_error = xstrdup(p->error);
		return -1;
	}
	if (p->parts[0].len == 1 && p->parts[0].text[0] == 'A')
		return 0;
	*ret_error = p->n_parts > 1 ? message_of(&p->parts[1])
				    : xstrdup("it cannot be compiled");
	return -1;
}

int
perl_define(
    struct perl *p, const char *code, size_t *ret_number, char **ret_error)
{
	struct strvec *defined = &p->defined;
	char *why;

	for (size_t i = 0; i < defined->len; i++)
		if (strcmp(defined->items[i], code) == 0) {
			*ret_number = i;
			return 0;
		}
	begin_message(p, "D");
	put_string(p, code);
	if (exchange(p, &why) < 0) {
		*ret_error =
		    xasprintf("cannot use the Perl code '%s': %s", code, why);
		free(why);
		return -1;
	}
	*ret_number = defined->len;
	strvec_push(defined, code);
	return 0;
}

/* The number in a part of the answer. */
static size_t
number_in(const struct argument *part)
{
	size_t n = 0;

	for (size_t i = 0; i < part->len; i++)
		if (part->text[i] >= '0' && part->text[i] <= '9')
			n = n * 10 + (size_t)(part->text[i] - '0');
	return n;
}

int
perl_find(struct perl *p, const struct perl_tag *tag, const char *text,
    struct perl_match *ret, char **ret_error)
{
	begin_message(p, "F");
	put_string(p, tag->prefix);
	put_string(p, tag->groups);
	put_string(p, tag->postfix);
	put_string(p, tag->positioned ? "1" : "");
	put_string(p, text);
	if (exchange(p, ret_error) < 0)
		return -1;
	if (p->n_parts < 5)
		return 0;
	*ret = (struct perl_match){ .start = number_in(&p->parts[1]),
		.len = number_in(&p->parts[2]) };
	if (ret->len == 0 || ret->start + ret->len > strlen(text))
		return 0;
	ret->position = xmemdup0(p->parts[3].text, p->parts[3].len);
	ret->groups = xmemdup0(p->parts[4].text, p->parts[4].len);
	return 1;
}

bool
perl_is_asked(
    const struct perl *p, const void *who, const struct template_job *job)
{
	const struct asked *asked = &p->asked;

	return p->begun && asked->who == who && asked->seq == job->seq &&
	    asked->slot == job->slot && asked->before == job->before &&
	    asked->n_args == job->n_args;
}

bool
perl_is_asked_values(const struct perl *p, const void *who, uint64_t n)
{
	return perl_is_asked(p, who, &(struct template_job){ .seq = n });
}

/* False as perl_begin(). */
static bool
begin(struct perl *p, const struct asked *asked, const char *what)
{
	p->begun = false;
	if (p->outstanding) {
		p->stale = true;
		return false;
	}
	p->begun = true;
	p->asked = *asked;
	begin_message(p, what);
	return true;
}

bool
perl_begin_values(struct perl *p, const void *who, uint64_t n, size_t number)
{
	if (!begin(p, &(struct asked){ .who = who, .seq = n }, "V"))
		return false;
	p->of_values = true;
	put_number(p, number);
	return true;
}

void
perl_add_value(struct perl *p, const struct argument *value)
{
	put_bytes(p, value->text, value->len);
}

struct argument
perl_changed(const struct perl *p, size_t i)
{
	return i + 1 < p->n_parts ? p->parts[i + 1]
				  : (struct argument){ "", 0 };
}

bool
perl_begin(struct perl *p, const void *who, const struct template_job *job)
{
	const struct asked asked = { who, job->seq, job->slot, job->before,
		job->n_args };

	if (!begin(p, &asked, "Q"))
		return false;
	p->of_values = false;
	put_number(p, job->seq);
	put_number(p, (uint64_t)job->slot);
	put_number(p, job->total);
	put_number(p, (uint64_t)job->slots);
	put_number(p, job->n_args);
	for (size_t i = 0; i < job->n_args; i++)
		put_bytes(p, job->args[i].text, job->args[i].len);
	return true;
}

void
perl_add(
    struct perl *p, size_t number, const struct argument *arg, size_t index)
{
	put_number(p, number);
	put_number(p, index);
	put_bytes(p, arg->text, arg->len);
}

void
perl_add_test(struct perl *p, const char *text, size_t len)
{
	put_string(p, "test");
	put_string(p, "");
	put_bytes(p, text, len);
}

/* True if there is a NUL in a value, which no word of a command can have. */
static bool
has_nul(const struct perl *p)
{
	for (size_t i = 3; i < p->n_parts; i += 2)
		if (memchr(p->parts[i].text, '\0', p->parts[i].len) != NULL)
			return true;
	return false;
}

/* The answer is there: is it one? */
static enum source_state
judge(struct perl *p)
{
	char *why;

	if (p->parts[0].len == 1 && p->parts[0].text[0] == 'A' &&
	    (p->n_parts >= 2 || p->of_values)) {
		if (p->of_values || !has_nul(p))
			return SOURCE_RECORD;
		fail(p, "what Perl code in the template makes has a NUL");
		return SOURCE_ERROR;
	}
	why = p->n_parts > 1 ? message_of(&p->parts[1]) : xstrdup("");
	p->error = xasprintf("Perl code %s has died: %s",
	    p->of_values ? "for a column" : "in the template", why);
	free(why);
	return SOURCE_ERROR;
}

enum source_state
perl_answer(struct perl *p)
{
	int came = 1;

	if (p->error != NULL)
		return SOURCE_ERROR;
	if (!p->stale && p->out.len > 0 && send_message(p) < 0)
		return SOURCE_ERROR;
	if (p->outstanding)
		came = receive(p);
	if (came < 0)
		return SOURCE_ERROR;
	if (came == 0) {
		p->awaited = true;
		return SOURCE_WAIT;
	}
	if (p->stale) {
		p->stale = false;
		return SOURCE_AGAIN;
	}
	return judge(p);
}

struct argument
perl_value(const struct perl *p, size_t n, bool *ret_unquoted)
{
	const size_t at = 2 + 2 * n;

	*ret_unquoted = false;
	if (at + 1 >= p->n_parts)
		return (struct argument){ "", 0 };
	*ret_unquoted = p->parts[at].len == 1 && p->parts[at].text[0] == '1';
	return p->parts[at + 1];
}

bool
perl_skips(const struct perl *p)
{
	return p->n_parts > 1 && p->parts[1].len == 1 &&
	    p->parts[1].text[0] == '1';
}

void
perl_forget(struct perl *p)
{
	p->begun = false;
}

int
perl_fd(const struct perl *p)
{
	return p->awaited ? p->fd : -1;
}

void
perl_expect_nothing(struct perl *p)
{
	p->awaited = false;
}

const char *
perl_error(const struct perl *p)
{
	return p->error;
}
