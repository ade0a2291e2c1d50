/*
 * What src/record writes as XML and Markdown, what src/base leaves out of
 * output before, and excerpts of it: one verb a call.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "record/excerpt.h"
#include "record/markdown.h"
#include "record/xml.h"
#include "store/store.h"

#include "verbs.h"

static int
print(struct buf *out)
{
	printf("%.*s\n", (int)out->len, out->data);
	buf_release(out);
	return 0;
}

/* NAME VALUE: an attribute. */
static int
verb_xml_attribute(char **args)
{
	struct buf out = BUF_INIT;

	xml_attribute_string(&out, args[0], args[1]);
	return print(&out);
}

/* TEXT: text. */
static int
verb_xml_text(char **args)
{
	struct buf out = BUF_INIT;

	xml_text(&out, args[0], strlen(args[0]));
	return print(&out);
}

/* TEXT...: pieces of output without escape sequences. */
static int
verb_strip(char **args)
{
	struct escape escape = { 0 };
	struct buf out = BUF_INIT;

	for (; *args != NULL; args++) {
		size_t n = escape_strip(&escape, *args, *args, strlen(*args));

		buf_append(&out, *args, n);
	}
	return print(&out);
}

static int
verb_markdown_text(char **args)
{
	struct buf out = BUF_INIT;

	markdown_text(&out, args[0], strlen(args[0]));
	return print(&out);
}

static int
verb_markdown_block(char **args)
{
	struct buf out = BUF_INIT;

	markdown_block(&out, args[0], strlen(args[0]));
	out.len--;
	return print(&out);
}

/*
 * FIRST LAST MEMORY TIMES PIECE...: the first bytes, how many are left out, and
 * the last ones, of these pieces so many times; so many bytes wait in memory.
 */
static int
verb_excerpt(char **args)
{
	struct excerpt excerpt;
	struct store store;
	struct buf out = BUF_INIT, last = BUF_INIT;
	uint64_t left_out = 0;

	store_init(&store, atoi(args[2]), "/tmp");
	excerpt_init(&excerpt, (size_t)atoi(args[0]), (size_t)atoi(args[1]));
	for (int i = 0; i < atoi(args[3]); i++)
		for (char **piece = args + 4; *piece != NULL; piece++)
			excerpt_add(&excerpt, &store, *piece, strlen(*piece));
	if (excerpt_take_first(&excerpt, &store, &out) < 0 ||
	    excerpt_take_last(&excerpt, &store, &last, &left_out) < 0)
		return verb_refused("cannot read");
	buf_printf(&out, "|%" PRIu64 "|", left_out);
	buf_append(&out, last.data, last.len);
	buf_release(&last);
	excerpt_release(&excerpt, &store);
	store_release(&store);
	return print(&out);
}

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "xml-attribute", 2, 2, verb_xml_attribute },
		{ "xml-text", 1, 1, verb_xml_text },
		{ "markdown-text", 1, 1, verb_markdown_text },
		{ "markdown-block", 1, 1, verb_markdown_block },
		{ "excerpt", 5, VERB_ANY, verb_excerpt },
		{ "strip", 1, VERB_ANY, verb_strip },
	};

	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
