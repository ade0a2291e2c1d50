/*
 * Inputs to begin with for the fuzz targets of src/remote, a line each, as
 * printf(1) takes them by %b; to be put into tests/fuzz/NAME.seeds and, by
 * "dict", into tests/fuzz/link.dict.
 */
#include <ctype.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "remote/frame.h"
#include "remote/message.h"
#include "remote/pack.h"
#include "report/outcome.h"

#include "verbs.h"

static void
print_octal(const struct buf *b)
{
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if (isalnum(c) || c == '-' || c == '/' || c == '=')
			putchar(c);
		else
			printf("\\0%03o", c);
	}
	putchar('\n');
}

/* As libFuzzer reads a word of a dictionary. */
static void
print_hex(const struct buf *b)
{
	putchar('"');
	for (size_t i = 0; i < b->len; i++) {
		unsigned char c = (unsigned char)b->data[i];

		if (isalnum(c) || c == '-')
			putchar(c);
		else
			printf("\\x%02x", c);
	}
	puts("\"");
}

/* The messages: each function appends one to b, the n-th of its kind. */

static void
put_hello(struct buf *b, int n)
{
	message_put_hello(b,
	    &(struct remote_hello){ .host = (char *)"n1",
		.pid = 123,
		.cpus = 4,
		.step = n > 0 ? (char *)"12.3" : NULL });
}

static void
put_config(struct buf *b, int n)
{
	struct remote_config config = { .host = (char *)"n1",
		.directory = (char *)"/tmp",
		.umask = 022,
		.env = STRVEC_INIT,
		.shell = STRVEC_INIT,
		.direct = true,
		.orphans = 1,
		.signo = SIGTERM,
		.grace_ns = 5000000000,
		.dead_man_s = 120,
		.deadline_ns = UINT64_MAX };

	strvec_push(&config.shell, "sh");
	if (n > 0) {
		strvec_push(&config.env, "A=1");
		strvec_push(&config.env, "B=");
		config.limits[0] = 1 << 20;
		config.share = (struct remote_share){ 1, 1, 100, 2 };
		config.parallel =
		    (struct remote_parallel){ (char *)"ssh a", (char *)"a", 7 };
		config.file = (struct remote_file){ (char *)"F", true };
	}
	message_put_config(b, &config);
	strvec_release(&config.env);
	strvec_release(&config.shell);
}

static void
put_run(struct buf *b, int n)
{
	char *args[] = { (char *)"a b", (char *)"", NULL };
	struct remote_run run = { .seq = 1,
		.slot = 2,
		.attempt = 1,
		.text = (char *)"echo x",
		.len = 6 };

	if (n == 1) {
		run.name = (char *)"name";
		run.args.items = args;
		run.args.len = 2;
	} else if (n == 2) {
		run.input = true;
		run.directory = (char *)"/tmp";
		run.env = (char *)"A=1\0B=2";
		run.env_len = 8;
	}
	message_put_run(b, &run);
}

static void
put_ask(struct buf *b, int n)
{
	message_put_ask(
	    b, &(struct remote_ask){ SIGTERM, (uint64_t)n * 1000000000 });
}

static void
put_orphans(struct buf *b, int n)
{
	message_put_orphans(
	    b, &(struct remote_orphans){ 2, n > 0, (char *)"sleep[1], sh[2]" });
}

static void
put_exit(struct buf *b, int n)
{
	struct remote_exit end = { .kind = OUTCOME_SUCCEEDED,
		.started = true,
		.user_ns = 1000,
		.system_ns = 2000,
		.max_rss = 4096,
		.elapsed_ns = 5000 };

	if (n == 1) {
		end.kind = OUTCOME_EXITED;
		end.detail = 3;
	} else if (n == 2) {
		end.kind = OUTCOME_KILLED;
		end.detail = SIGKILL;
		end.killed = end.unread = true;
	} else if (n == 3) {
		end.kind = OUTCOME_NOT_FOUND;
		end.started = false;
		end.name = (char *)"bash";
	}
	message_put_exit(b, &end);
}

static void
put_spawn(struct buf *b, int n)
{
	message_put_spawn(b, &(struct remote_spawn){ 1, n > 0, "abc", 3 });
}

static void
put_answer(struct buf *b, int n)
{
	message_put_answer(b, &(struct remote_answer){ (uint8_t)n, -n });
}

/* In the order of the kinds of tests/fuzz/message.c. */
static const struct {
	void (*put)(struct buf *b, int n);
	int count;
	uint8_t type; /* of the frame */
} messages[] = {
	{ put_hello, 2, FRAME_HELLO },
	{ put_config, 2, FRAME_CONFIG },
	{ put_run, 3, FRAME_RUN },
	{ put_ask, 2, FRAME_ASK },
	{ put_orphans, 2, FRAME_ORPHANS },
	{ put_exit, 4, FRAME_EXIT },
	{ put_spawn, 2, FRAME_SPAWN },
	{ put_answer, 2, FRAME_ANSWER },
};
#define MESSAGES (sizeof(messages) / sizeof(messages[0]))

static int
verb_message(char **args)
{
	(void)args;
	for (uint8_t i = 0; i < MESSAGES; i++)
		for (int n = 0; n < messages[i].count; n++) {
			struct buf b = BUF_INIT;

			pack_u8(&b, i);
			messages[i].put(&b, n);
			print_octal(&b);
			buf_release(&b);
		}
	return 0;
}

/* Appends the frame of the n-th message of that type. */
static void
frame_message(struct buf *out, uint8_t type, uint32_t job, int n)
{
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < MESSAGES; i++)
		if (messages[i].type == type)
			messages[i].put(&b, n);
	frame_put(out, type, 0, job, b.data, b.len);
	buf_release(&b);
}

static void
frame_number(struct buf *out, uint8_t type, uint32_t job, uint32_t n)
{
	struct buf b = BUF_INIT;

	pack_u32(&b, n);
	frame_put(out, type, 0, job, b.data, b.len);
	buf_release(&b);
}

/* Prints what was put together, and empties it. */
static void
flush(struct buf *b)
{
	print_octal(b);
	b->len = 0;
}

static int
verb_frame(char **args)
{
	static const uint8_t empty[] = { FRAME_KILL, FRAME_READY, FRAME_CLIENT,
		FRAME_HEARD, 0 };
	struct buf b = BUF_INIT;

	(void)args;
	for (size_t i = 0; i < MESSAGES; i++) {
		frame_message(&b, messages[i].type, 1, 0);
		flush(&b);
	}
	for (size_t i = 0; i < sizeof(empty); i++)
		frame_put(&b, empty[i], 2, 7, NULL, 0);
	flush(&b);
	for (int i = 0; i < 3; i++) {
		frame_number(&b, FRAME_CREDIT, 1, 65536);
		frame_put(&b, FRAME_OUT, 1, 1, "hello", 5);
	}
	flush(&b);
	frame_put(&b, FRAME_OUT, 1 | FRAME_MORE, 1, "short", 5);
	flush(&b);
	buf_puts(&b, "hello world\n");
	flush(&b);
	buf_release(&b);
	return 0;
}

/* What an agent says from its greeting on; its jobs are 1 to 3. */
static void
put_life(struct buf *b)
{
	for (uint32_t job = 1; job <= 3; job++) {
		frame_number(b, FRAME_STARTED, job, 9 + job);
		frame_put(b, FRAME_OUT, 1, job, "out", 3);
		frame_put(b, FRAME_OUT, 2, job, "err", 3);
		frame_number(b, FRAME_TAKEN, job, 0);
		frame_message(b, FRAME_ORPHANS, job, 0);
		frame_message(b, FRAME_EXIT, job, (int)job);
	}
	frame_number(b, FRAME_PONG, 0, 1);
	frame_put(b, FRAME_LOG, 0, 0, "a line", 6);
	frame_number(b, FRAME_BYE, 0, 3);
}

static void
put_greeting(struct buf *b, const char *build)
{
	buf_printf(b, "%s %d %s 0123456789abcdef\n", REMOTE_GREETING,
	    REMOTE_PROTOCOL, build);
}

/* The first byte is that of tests/fuzz/link.c. */
static int
verb_link(char **args)
{
	static const uint8_t hows[] = { 1, 3, 5, 7, 9, 17, 33, 65 };
	static const char much[500];
	struct buf b = BUF_INIT;

	(void)args;
	for (size_t i = 0; i < sizeof(hows); i++) {
		pack_u8(&b, hows[i]);
		put_life(&b);
		flush(&b);
	}
	pack_u8(&b, 0);
	buf_puts(&b, "noise\n");
	put_greeting(&b, REMOTE_BUILD);
	frame_message(&b, FRAME_HELLO, 0, 1);
	frame_put(&b, FRAME_READY, 0, 0, NULL, 0);
	put_life(&b);
	flush(&b);
	pack_u8(&b, 0);
	put_greeting(&b, "0.0.9");
	flush(&b);
	pack_u8(&b, 0);
	put_greeting(&b, REMOTE_BUILD);
	frame_put(&b, FRAME_ERROR, 0, 0, "no directory", 12);
	flush(&b);
	pack_u8(&b, 1);
	frame_number(&b, FRAME_STARTED, 1, 9);
	frame_put(&b, FRAME_ERROR, 0, 0, "I go", 4);
	frame_message(&b, FRAME_EXIT, 1, 0);
	flush(&b);
	pack_u8(&b, 1);
	frame_put(&b, 200, 0, 7, "?", 1);
	for (int i = 0; i < 8; i++)
		frame_put(&b, FRAME_OUT, 1, 1, much, sizeof(much));
	frame_message(&b, FRAME_EXIT, 1, 2);
	flush(&b);
	pack_u8(&b, 1);
	frame_message(&b, FRAME_SPAWN, 5, 1);
	frame_put(&b, FRAME_CLIENT, REMOTE_ASKS_NO_MORE, 5, NULL, 0);
	frame_put(&b, FRAME_CLIENT, REMOTE_GONE, 5, NULL, 0);
	flush(&b);
	buf_release(&b);
	return 0;
}

/* What a controller says; the first byte is that of tests/fuzz/agent.c. */
static int
verb_agent(char **args)
{
	struct buf b = BUF_INIT, ping = BUF_INIT;

	(void)args;
	pack_u64(&ping, UINT64_C(0x100000078));
	for (uint8_t how = 0; how < 16; how++) {
		pack_u8(&b, how);
		for (uint32_t job = 1; job <= 3; job++)
			frame_message(&b, FRAME_RUN, job, (int)job - 1);
		frame_number(&b, FRAME_CREDIT, 1, 65536);
		frame_put(&b, FRAME_SIGNAL, SIGTSTP, 2, NULL, 0);
		frame_message(&b, FRAME_ASK, 2, 1);
		frame_put(&b, FRAME_KILL, 0, 3, NULL, 0);
		frame_put(&b, FRAME_STDIN, 0, 1, "in", 2);
		frame_put(&b, FRAME_STDIN, 1, 1, NULL, 0);
		frame_put(&b, FRAME_HEARD, 0, 0, NULL, 0);
		frame_message(&b, FRAME_ANSWER, 5, 1);
		frame_put(&b, FRAME_PING, 0, 0, ping.data, ping.len);
		frame_put(&b, FRAME_QUIT, 0, 0, ping.data, ping.len);
		flush(&b);
	}
	buf_release(&ping);
	buf_release(&b);
	return 0;
}

static void
word(struct buf *b)
{
	print_hex(b);
	b->len = 0;
}

static int
verb_dict(char **args)
{
	struct buf b = BUF_INIT;

	(void)args;
	puts("\"NURSERY-AGENT \"\n\" 0123456789abcdef\\x0a\"");
	frame_message(&b, FRAME_HELLO, 0, 1);
	word(&b);
	frame_put(&b, FRAME_READY, 0, 0, NULL, 0);
	word(&b);
	for (uint32_t job = 1; job <= 3; job++) {
		frame_number(&b, FRAME_STARTED, job, 9);
		word(&b);
		frame_put(&b, FRAME_OUT, (uint8_t)(job % 2 + 1), job, "ab", 2);
		word(&b);
		frame_message(&b, FRAME_EXIT, job, (int)job);
		word(&b);
		frame_put(&b, FRAME_TAKEN, 1, job, "\0\0\1", 4);
		word(&b);
	}
	frame_message(&b, FRAME_ORPHANS, 1, 0);
	word(&b);
	frame_message(&b, FRAME_SPAWN, 5, 1);
	word(&b);
	frame_put(&b, FRAME_CLIENT, REMOTE_GONE, 5, NULL, 0);
	word(&b);
	frame_put(&b, FRAME_LOG, 0, 0, "l", 1);
	word(&b);
	frame_put(&b, FRAME_ERROR, 0, 0, "e", 1);
	word(&b);
	frame_number(&b, FRAME_BYE, 0, 3);
	word(&b);
	frame_number(&b, FRAME_PONG, 0, 1);
	word(&b);
	puts("\"\\x00\\x01\\x00\\x00\"\n\"\\xff\\xff\\xff\\xff\"\n\"\\x80\"");
	buf_release(&b);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "agent", 0, 0, verb_agent },
		{ "dict", 0, 0, verb_dict },
		{ "frame", 0, 0, verb_frame },
		{ "link", 0, 0, verb_link },
		{ "message", 0, 0, verb_message },
	};

	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
