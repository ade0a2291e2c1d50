/*
 * The functions of src/record that need no running scope: one verb a call,
 * whose result is printed.
 */
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "record/json.h"
#include "record/writer.h"
#include "sys/loop.h"

#include "checked.h"
#include "verbs.h"

static int
print(struct buf *out)
{
	fwrite(out->data, 1, out->len, stdout);
	putchar('\n');
	buf_release(out);
	return 0;
}

/* The bytes of standard input as a string. */
static int
verb_json_string(char **args)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	(void)args;
	read_all(&in);
	json_bytes(&out, in.data, in.len);
	buf_release(&in);
	return print(&out);
}

/* The bytes of standard input as the only member of an object, named text. */
static int
verb_json_member(char **args)
{
	struct buf in = BUF_INIT, out = BUF_INIT;

	(void)args;
	read_all(&in);
	json_begin_object(&out);
	json_put_bytes(&out, "text", in.data, in.len);
	json_end_object(&out);
	buf_release(&in);
	return print(&out);
}

/* N: it as a number, and so many nanoseconds in seconds. */
static int
verb_json_number(char **args)
{
	int64_t n = strtoll(args[0], NULL, 10);
	struct buf out = BUF_INIT;

	json_int(&out, n);
	buf_puts(&out, "\n");
	json_seconds(&out, n);
	return print(&out);
}

/* One of each, with commas where they belong. */
static int
verb_json_all(char **args)
{
	struct buf out = BUF_INIT;

	(void)args;
	json_begin_object(&out);
	json_key(&out, "empty");
	json_begin_object(&out);
	json_end_object(&out);
	json_key(&out, "list");
	json_begin_array(&out);
	json_int(&out, 1);
	json_string(&out, "{");
	json_begin_array(&out);
	json_end_array(&out);
	json_null(&out);
	json_bool(&out, false);
	json_begin_object(&out);
	json_end_object(&out);
	json_end_array(&out);
	json_put_string(&out, "none", NULL);
	json_put_string(&out, "some", "a:");
	json_put_bool(&out, "yes", true);
	json_put_int(&out, "n", -2);
	json_put_seconds(&out, "t", 1500000000);
	json_end_object(&out);
	buf_puts(&out, "\n");
	json_begin_array(&out);
	json_end_array(&out);
	return print(&out);
}

static enum writer_kind
kind_of(const char *word)
{
	if (strcmp(word, "whole") == 0)
		return WRITER_WHOLE;
	return strcmp(word, "appended") == 0 ? WRITER_APPENDED : WRITER_LINES;
}

/*
 * FOLDER and then, for each file, lines, appended or whole, its path and how
 * many lines it gets: opens all, writes to all, finishes all.  FOLDER is for
 * what has no place of its own.  Says "open" when all are open, and goes on
 * when standard input ends.
 */
static int
verb_write(char **args)
{
	struct writers writers;
	struct writer *all[16];
	struct buf in = BUF_INIT;
	size_t n = 0;

	signal(SIGPIPE, SIG_IGN);
	writers_init(&writers, loop_new(), args[0]);
	for (char **at = args + 1; at[0] != NULL && n < 16; at += 3)
		all[n++] =
		    writer_open(&writers, "--report", at[1], kind_of(at[0]));
	puts("open");
	fflush(stdout);
	read_all(&in);
	buf_release(&in);
	for (size_t i = 0; i < n; i++)
		for (int line = 1; line <= atoi(args[3 + 3 * i]); line++) {
			char text[32];
			int len =
			    snprintf(text, sizeof(text), "line %d\n", line);

			writer_put(all[i], text, (size_t)len);
		}
	writers_flush(&writers);
	for (size_t i = 0; i < n; i++)
		writer_finish(all[i]);
	while (writers_are_behind(&writers))
		loop_turn(writers.loop, true);
	writers_give_up(&writers);
	loop_free(writers.loop);
	return writers.failed;
}

static const struct verb verbs[] = {
	{ "json-string", 0, 0, verb_json_string },
	{ "json-member", 0, 0, verb_json_member },
	{ "json-number", 1, 1, verb_json_number },
	{ "json-all", 0, 0, verb_json_all },
	{ "write", 4, VERB_ANY, verb_write },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
