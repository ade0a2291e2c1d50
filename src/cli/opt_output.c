/* Options for the output: in which order, with which labels, what is told. */
#include <string.h>

#include "options.h"
#include "setting.h"

static int
set_keep_order(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.output.mode = OUTPUT_KEEP_ORDER;
	return 0;
}

static int
set_group(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.output.mode = OUTPUT_GROUP;
	return 0;
}

static int
set_line_buffer(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.output.mode = OUTPUT_LINE;
	return 0;
}

static int
set_ungroup(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.output.mode = OUTPUT_UNGROUP;
	return 0;
}

static int
set_tag(struct reading *reading, const char *value)
{
	(void)value;
	reading->tag = true;
	return 0;
}

/* What \t, \n, \r, \N and \NNN (octal) stand for in --tagstring. */
static void
unescape(char *s)
{
	static const char letters[] = "tnr", bytes[] = "\t\n\r";
	char *to = s;

	while (*s != '\0') {
		const char *letter = strchr(letters, s[1]);
		size_t digits = strspn(s + 1, "01234567");

		if (*s != '\\' || s[1] == '\0' ||
		    (letter == NULL && digits == 0)) {
			*to++ = *s++;
		} else if (letter != NULL) {
			*to++ = bytes[letter - letters];
			s += 2;
		} else {
			unsigned byte = 0;

			digits = digits >= 3 ? 3 : 1;
			for (size_t i = 1; i <= digits; i++)
				byte = byte * 8 + (unsigned)(s[i] - '0');
			if (byte != 0)
				*to++ = (char)byte;
			s += 1 + digits;
		}
	}
	*to = '\0';
}

static int
set_tagstring(struct reading *reading, const char *value)
{
	char *tag = NULL;

	reading->tagstring = true;
	if (value[0] != '\0') {
		tag = setting_keep(reading, value);
		unescape(tag);
	}
	reading->options->template.tag = tag;
	return 0;
}

static int
set_buffer(struct reading *reading, const char *value)
{
	if (parse_size(value, &reading->options->scope.output.buffer) < 0)
		return setting_bad(reading, value, PARSE_SIZE_WHY);
	return 0;
}

static int
set_verbose(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.report.verbose = true;
	return 0;
}

static int
set_quiet(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->scope.report.quiet = true;
	return 0;
}

static int
set_dry_run(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->action = OPTIONS_DRY_RUN;
	return 0;
}

static int
set_help(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->action = OPTIONS_HELP;
	return 0;
}

static int
set_version(struct reading *reading, const char *value)
{
	(void)value;
	reading->options->action = OPTIONS_VERSION;
	return 0;
}

const struct setting printing_settings[] = {
	{ "keep-order", 'k', FLAG, NURSERY, set_keep_order },
	{ "group", '\0', FLAG, BOTH, set_group },
	{ "line-buffer", '\0', FLAG, BOTH, set_line_buffer },
	{ "line-buffered", '\0', FLAG, PARALLEL, set_line_buffer },
	{ "linebuffer", '\0', FLAG, PARALLEL, set_line_buffer },
	{ "linebuffered", '\0', FLAG, PARALLEL, set_line_buffer },
	{ "lb", '\0', FLAG, BOTH, set_line_buffer },
	{ "ungroup", 'u', FLAG, BOTH, set_ungroup },
	{ "tag", '\0', FLAG, BOTH, set_tag },
	{ "tagstring", '\0', VALUE, BOTH, set_tagstring },
	{ "tag-string", '\0', VALUE, PARALLEL, set_tagstring },
	{ "buffer", '\0', VALUE, NURSERY, set_buffer },
	{ "verbose", 'v', FLAG, NURSERY, set_verbose },
	{ "quiet", '\0', FLAG, NURSERY, set_quiet },
	{ "dry-run", '\0', FLAG, BOTH | SPAWNING, set_dry_run },
	{ "dryrun", '\0', FLAG, PARALLEL, set_dry_run },
	{ "dr", '\0', FLAG, PARALLEL, set_dry_run },
	{ "help", '\0', FLAG, NURSERY | SPAWNING, set_help },
	{ "help", 'h', FLAG, PARALLEL, set_help },
	{ "version", '\0', FLAG, NURSERY | SPAWNING, set_version },
	{ "version", 'V', FLAG, PARALLEL, set_version },
	SETTINGS_END,
};
