/*
 * Options for arguments and templates that only the name parallel has; see
 * parallel(1).
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/slurp.h"
#include "base/xalloc.h"
#include "setting.h"

/* A longer template is surely a mistake. */
#define TEMPLATE_FILE_MAX ((size_t)16 * 1024 * 1024)

/* --rpl 'TAG CODE': a tag that is given again has the later code. */
static int
set_rpl(struct reading *reading, const char *value)
{
	struct perl_expression_syntax *perl =
	    &reading->options.template.syntax.expressions;
	size_t len = strcspn(value, " \t\n\r\v\f"), i = 0;
	char *tag;

	if (len == 0)
		return reading_bad(reading, value,
		    "not a tag and Perl code (try '{x} s/a/b/')");
	tag = reading_keep(reading, value);
	tag[len] = '\0';
	while (i < perl->n_tags && strcmp(perl->tags[i].tag, tag) != 0)
		i++;
	if (i == perl->n_tags)
		perl->tags = xreallocarray(
		    perl->tags, ++perl->n_tags, sizeof(*perl->tags));
	perl->tags[i] = (struct perl_expression_tag){ tag,
		value[len] != '\0' ? reading_keep(reading, value + len + 1)
				   : "" };
	return 0;
}

/* Half of it is the left parenthesis. */
static int
set_parens(struct reading *reading, const char *value)
{
	struct perl_expression_syntax *perl =
	    &reading->options.template.syntax.expressions;
	size_t len = strlen(value);
	char *left;

	if (len < 2 || len % 2 != 0)
		return reading_bad(reading, value,
		    "not two parentheses of one length (try ,,,, for ,, and "
		    ",,)");
	left = reading_keep(reading, value);
	left[len / 2] = '\0';
	perl->left = left;
	perl->right = reading_keep(reading, value + len / 2);
	return 0;
}

static int
add_filter(struct reading *reading, const char *value)
{
	struct perl_expression_syntax *perl =
	    &reading->options.template.syntax.expressions;

	perl->filters = xreallocarray(
	    perl->filters, perl->n_filters + 1, sizeof(*perl->filters));
	perl->filters[perl->n_filters++] = reading_keep(reading, value);
	return 0;
}

/* The first half of a --template is no file that can be read; see errno. */
static int
unreadable(const struct reading *reading, const char *value, size_t len)
{
	const char *why = strerror(errno);
	char *shown = msg_short(value, len);

	msg_warn("%s: cannot read '%s': %s", reading->name, shown, why);
	free(shown);
	return -1;
}

/* --template FILE=NAME: the file's content is a template, too. */
static int
add_file(struct reading *reading, const char *value)
{
	struct template_files *files = &reading->options.template.files;
	const char *name = strchr(value, '=');
	struct buf text = BUF_INIT;
	FILE *file;
	int result = 0;

	if (name == NULL || name == value || name[1] == '\0')
		return reading_bad(reading, value,
		    "not a file and a name for what is made of it (try "
		    "my.conf={#}.conf)");
	for (const char *c = value; c < name; c++)
		buf_append(&text, c, 1);
	files->items =
	    xreallocarray(files->items, files->n + 2, sizeof(*files->items));
	files->items[files->n] = reading_keep(reading, name + 1);
	buf_append(&text, "", 1);
	file = slurp_open(text.data);
	text.len = 0;
	if (file == NULL || slurp(file, TEMPLATE_FILE_MAX, &text) < 0)
		result = unreadable(reading, value, (size_t)(name - value));
	else if (text.len > 0 && memchr(text.data, '\0', text.len) != NULL)
		result = reading_bad(reading, value, "not text: it has a NUL");
	if (file != NULL)
		fclose(file);
	if (result == 0) {
		buf_append(&text, "", 1);
		files->items[files->n + 1] = reading_keep(reading, text.data);
		files->n += 2;
	}
	buf_release(&text);
	return result;
}

static int
set_csv(struct reading *reading, const char *value)
{
	struct arguments_options *arguments =
	    &reading->options.template.arguments;

	(void)value;
	arguments->csv = true;
	arguments->values.csv = true;
	return 0;
}

const struct setting opt_parallel_template_settings[] = {
	{ "rpl", '\0', PARALLEL, CALL(VALUE, set_rpl) },
	{ "parens", '\0', PARALLEL, CALL(VALUE, set_parens) },
	{ "filter", '\0', PARALLEL, CALL(VALUE, add_filter) },
	{ "template", '\0', PARALLEL, CALL(VALUE, add_file) },
	{ "tmpl", '\0', PARALLEL, CALL(VALUE, add_file) },
	{ "cleanup", '\0', PARALLEL, SET_TRUE(options.scope.job.cleanup) },
	{ "csv", '\0', PARALLEL, CALL(FLAG, set_csv) },
	SETTINGS_END,
};
