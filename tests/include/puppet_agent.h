/*
 * What an agent says, for test programs that play one: a command for each
 * frame, see puppet_says().
 */
#ifndef TESTS_PUPPET_AGENT_H
#define TESTS_PUPPET_AGENT_H

#include <err.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "remote/frame.h"
#include "remote/message.h"
#include "remote/pack.h"

#define PUPPET_NONCE "0123456789abcdef"

/* The program defines it: writes these bytes to the controller. */
void puppet_write(const char *data, size_t len);

static inline void
puppet_put(
    uint8_t type, uint8_t aux, uint32_t job, const void *data, size_t len)
{
	struct buf b = BUF_INIT;

	frame_put(&b, type, aux, job, data, len);
	puppet_write(b.data, b.len);
	buf_release(&b);
}

/* Puts what b holds, and releases it. */
static inline void
puppet_put_buf(uint8_t type, uint32_t job, struct buf *b)
{
	puppet_put(type, 0, job, b->data, b->len);
	buf_release(b);
}

static inline uint32_t
next_number(char **at)
{
	char *end;
	unsigned long n = strtoul(*at, &end, 0);

	if (end == *at)
		errx(2, "a number is missing: %s", *at);
	*at = end + strspn(end, " ");
	return (uint32_t)n;
}

/* The byte that two hexadecimal digits name. */
static inline char
puppet_hex(const char *digits)
{
	char hex[3] = { digits[0], digits[1], '\0' };

	return (char)strtoul(hex, NULL, 16);
}

static inline size_t
puppet_decode(char *text)
{
	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		if (at[0] == '\\' && at[1] == 'n') {
			*to++ = '\n';
			at++;
		} else if (at[0] == '\\' && at[1] == 'x') {
			*to++ = puppet_hex(at + 2);
			at += 3;
		} else {
			*to++ = *at;
		}
	}
	return (size_t)(to - text);
}

static inline void
puppet_greet(void)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s %d %s %s\n", REMOTE_GREETING, REMOTE_PROTOCOL,
	    REMOTE_BUILD, PUPPET_NONCE);
	puppet_write(b.data, b.len);
	buf_release(&b);
}

static inline void
puppet_hello(void)
{
	struct remote_hello hello = { (char *)"host", 7, 8, NULL };
	struct buf b = BUF_INIT;

	message_put_hello(&b, &hello);
	puppet_put_buf(FRAME_HELLO, 0, &b);
}

static inline void
puppet_exit(char *at)
{
	uint32_t job = next_number(&at);
	struct remote_exit end = { .started = true };
	struct buf b = BUF_INIT;

	end.kind = (uint8_t)next_number(&at);
	end.detail = next_number(&at);
	message_put_exit(&b, &end);
	puppet_put_buf(FRAME_EXIT, job, &b);
}

static inline void
puppet_orphans(char *at)
{
	struct remote_orphans orphans = { 2, false, (char *)"a, b" };
	struct buf b = BUF_INIT;

	message_put_orphans(&b, &orphans);
	puppet_put_buf(FRAME_ORPHANS, next_number(&at), &b);
}

/* A frame with the number as payload. */
static inline void
puppet_number(uint8_t type, uint32_t job, uint32_t value)
{
	struct buf b = BUF_INIT;

	pack_u32(&b, value);
	puppet_put_buf(type, job, &b);
}

static inline void
puppet_frame(char *at)
{
	uint32_t type = next_number(&at), aux = next_number(&at);
	uint32_t job = next_number(&at);
	struct buf b = BUF_INIT;

	for (; at[0] != '\0' && at[1] != '\0'; at += 2)
		pack_u8(&b, (uint8_t)puppet_hex(at));
	puppet_put((uint8_t)type, (uint8_t)aux, job, b.data, b.len);
	buf_release(&b);
}

static inline void
puppet_out(char *at)
{
	uint32_t job = next_number(&at), fd = next_number(&at);

	puppet_put(FRAME_OUT, (uint8_t)fd, job, at, puppet_decode(at));
}

static inline void
puppet_noise(char *at)
{
	for (uint32_t left = next_number(&at); left > 0; left--)
		puppet_write("x", 1);
}

/* A line for a frame of the controller: its numbers, and the first bytes. */
static inline void
puppet_show(struct buf *b, const struct frame *frame)
{
	buf_printf(b, "%u %u %u %zu:", frame->type, frame->aux, frame->job,
	    frame->len);
	for (size_t i = 0; i < frame->len && i < 64; i++)
		buf_printf(b, "%s%02x", i % 4 == 0 ? " " : "",
		    (unsigned char)frame->data[i]);
	buf_puts(b, "\n");
}

/*
 * Writes what the word and what follows it say; false if the word is none:
 *	greet | write TEXT | noise N	the greeting; bytes, \n and \xHH are
 *					known; N times "x"
 *	hello | ready | bye | pong	frames
 *	error TEXT | log TEXT
 *	started JOB | orphans JOB | exit JOB KIND DETAIL
 *	out JOB FD TEXT
 *	frame TYPE AUX JOB [HEX]	any frame
 */
static inline bool
puppet_says(const char *word, char *at)
{
	if (strcmp(word, "greet") == 0)
		puppet_greet();
	else if (strcmp(word, "write") == 0)
		puppet_write(at, puppet_decode(at));
	else if (strcmp(word, "noise") == 0)
		puppet_noise(at);
	else if (strcmp(word, "hello") == 0)
		puppet_hello();
	else if (strcmp(word, "ready") == 0)
		puppet_put(FRAME_READY, 0, 0, NULL, 0);
	else if (strcmp(word, "bye") == 0)
		puppet_number(FRAME_BYE, 0, 1);
	else if (strcmp(word, "pong") == 0)
		puppet_number(FRAME_PONG, 0, 1);
	else if (strcmp(word, "started") == 0)
		puppet_number(FRAME_STARTED, next_number(&at), 4711);
	else if (strcmp(word, "error") == 0)
		puppet_put(FRAME_ERROR, 0, 0, at, puppet_decode(at));
	else if (strcmp(word, "log") == 0)
		puppet_put(FRAME_LOG, 0, 0, at, puppet_decode(at));
	else if (strcmp(word, "out") == 0)
		puppet_out(at);
	else if (strcmp(word, "exit") == 0)
		puppet_exit(at);
	else if (strcmp(word, "orphans") == 0)
		puppet_orphans(at);
	else if (strcmp(word, "frame") == 0)
		puppet_frame(at);
	else
		return false;
	return true;
}

#endif
