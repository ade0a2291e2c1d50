/*
 * Options for the output: the order and the labels of what jobs write, what
 * nursery says itself, and what it prints instead of running jobs.
 */
#include <string.h>

#include "output/stamp.h"
#include "sections.h"
#include "setting.h"

/* Replaces the escapes \t, \n, \r, \N and \NNN (octal digits) in s. */
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
			if (byte % 256 != 0)
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
		tag = reading_keep(reading, value);
		unescape(tag);
	}
	reading->options.template.tag = tag;
	return 0;
}

/* GNU parallel colours them wherever its output goes. */
static int
set_ctag(struct reading *reading, const char *value)
{
	(void)value;
	reading->tag = true;
	reading->options.scope.output.colour = COLOUR_ALWAYS;
	return 0;
}

static int
set_ctagstring(struct reading *reading, const char *value)
{
	reading->options.scope.output.colour = COLOUR_ALWAYS;
	return set_tagstring(reading, value);
}

static int
set_timestamps(struct reading *reading, const char *value)
{
	struct output_options *output = &reading->options.scope.output;
	struct stamp stamp = { .format = value };
	char text[STAMP_MAX] = "";

	output->stamped = true;
	output->time_format = NULL;
	if (value == NULL || value[0] == '\0')
		return 0;
	if (strlen(value) < STAMP_MAX / 2)
		stamp_write(&stamp, text);
	if (text[0] == '\0' || strchr(text, '\n') != NULL)
		return reading_bad(reading, value,
		    "not a format of times (try %H:%M:%S, see strftime(3))");
	output->time_format = reading_keep(reading, value);
	return 0;
}

/* Which of auto, always and never the value is, counted from 0; -1: none. */
static int
take_when(struct reading *reading, const char *value)
{
	static const char *const names[] = { "auto", "always", "never" };

	return READING_CHOOSE(reading, value, names);
}

static int
set_color(struct reading *reading, const char *value)
{
	int when = take_when(reading, value);

	if (when < 0)
		return -1;
	reading->options.scope.output.colour = (enum colour_when)when;
	return 0;
}

static int
set_progress(struct reading *reading, const char *value)
{
	int when = take_when(reading, value);

	if (when < 0)
		return -1;
	reading->options.scope.progress.when = (enum progress_when)when;
	return 0;
}

#define MODE(mode_) SET_ENUM(options.scope.output.mode, mode_)

const struct setting opt_output_settings[] = {
	{ "keep-order", 'k', NURSERY, MODE(OUTPUT_KEEP_ORDER) },
	{ "group", '\0', BOTH, MODE(OUTPUT_GROUP) },
	{ "line-buffer", '\0', BOTH, MODE(OUTPUT_LINE) },
	{ "line-buffered", '\0', PARALLEL, MODE(OUTPUT_LINE) },
	{ "linebuffer", '\0', PARALLEL, MODE(OUTPUT_LINE) },
	{ "linebuffered", '\0', PARALLEL, MODE(OUTPUT_LINE) },
	{ "lb", '\0', BOTH, MODE(OUTPUT_LINE) },
	{ "ungroup", 'u', BOTH, MODE(OUTPUT_UNGROUP) },
	{ "tag", '\0', BOTH, SET_TRUE(tag) },
	{ "tagstring", '\0', BOTH, CALL(VALUE, set_tagstring) },
	{ "tag-string", '\0', PARALLEL, CALL(VALUE, set_tagstring) },
	{ "ctag", '\0', PARALLEL, CALL(FLAG, set_ctag) },
	{ "ctagstring", '\0', PARALLEL, CALL(VALUE, set_ctagstring) },
	{ "ctag-string", '\0', PARALLEL, CALL(VALUE, set_ctagstring) },
	{ "timestamps", '\0', NURSERY, CALL(ATTACHED, set_timestamps) },
	{ "color", '\0', NURSERY, CALL(VALUE, set_color) },
	{ "show", '\0', NURSERY, CALL(VALUE, sections_set_show) },
	{ "sections", '\0', NURSERY, CALL(VALUE, sections_set) },
	{ "pty", '\0', NURSERY, SET_TRUE(options.scope.output.terminals) },
	{ "buffer", '\0', NURSERY, SIZE(options.scope.output.buffer) },
	{ "verbose", 'v', NURSERY, SET_TRUE(options.scope.report.verbose) },
	{ "progress", '\0', NURSERY, CALL(VALUE, set_progress) },
	{ "quiet", '\0', NURSERY, SET_TRUE(options.scope.report.quiet) },
	{ "dry-run", '\0', BOTH | SPAWNING, SET_ACTION(OPTIONS_DRY_RUN) },
	{ "dryrun", '\0', PARALLEL, SET_ACTION(OPTIONS_DRY_RUN) },
	{ "dr", '\0', PARALLEL, SET_ACTION(OPTIONS_DRY_RUN) },
	{ "help", 'h', NURSERY | SPAWNING, SET_ACTION(OPTIONS_HELP) },
	{ "help", 'h', PARALLEL, SET_ACTION(OPTIONS_HELP) },
	{ "version", '\0', NURSERY | SPAWNING, SET_ACTION(OPTIONS_VERSION) },
	{ "version", 'V', PARALLEL, SET_ACTION(OPTIONS_VERSION) },
	SETTINGS_END,
};
