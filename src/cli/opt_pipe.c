/* Options for standard input that is split and given to jobs. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "setting.h"

/*
 * GNU parallel's units, in which small letters are powers of 1000, for a number
 * of bytes or, behind a minus, of blocks.  Of 3.1 bytes it takes 3.
 */
static int
parse_gnu_block(const char *value, int64_t *ret)
{
	int64_t thousandths;

	if (parse_scaled(value, 1000, &thousandths) < 0)
		return parse_multiple(value, ret) == 0
		    ? 0
		    : parse_size(value, ret); /* 1MB, as in our grammar */
	*ret = thousandths / 1000;
	return 0;
}

static int
set_block(struct reading *reading, const char *value)
{
	int64_t *block = &reading->options.template.pipe.block;
	bool gnu = reading->options.parallel, share = *value == '-';
	const char *number = value + share;
	int result;

	if (gnu)
		result = parse_gnu_block(number, block);
	else if (share)
		result = parse_count(number, 1, INT_MAX, block);
	else
		result = parse_size(number, block);
	if (result < 0 || *block == 0 || (share && *block > INT_MAX))
		return reading_bad(reading, value,
		    "not a size (try 1M, or -1 for one block for each job)");
	if (share)
		*block = -*block;
	return 0;
}

/*
 * A column, a number or a name, Perl code that changes it, or both.  What looks
 * like code where a column would be is code for all of the line.
 */
static int
set_column(struct reading *reading, const char *value, enum pipe_how how)
{
	static const char blanks[] = " \t\n", marks[] = "$@%&=/\\(){}[];\"'";
	struct pipe_options *pipe = &reading->options.template.pipe;
	size_t len = strcspn(value, blanks), rest;
	int64_t number;
	char *column;

	if (len == 0)
		return reading_bad(
		    reading, value, "no column (try 2, or its name)");
	rest = len + strspn(value + len, blanks);
	if (strcspn(value, marks) < len)
		len = rest = 0;
	column = len > 0 ? xmemdup0(value, len) : xstrdup("0");
	pipe->column = reading_keep(reading, column);
	free(column);
	if (pipe_is_number(pipe->column) &&
	    !pipe_column_number(pipe->column, &number))
		return reading_bad(reading, value,
		    "no column (try 2, -1 for the last one, or its name)");
	pipe->code.text =
	    value[rest] != '\0' ? reading_keep(reading, value + rest) : NULL;
	pipe->how = how;
	return 0;
}

static int
set_group_by(struct reading *reading, const char *value)
{
	return set_column(reading, value, PIPE_JOB);
}

static int
set_shard(struct reading *reading, const char *value)
{
	return set_column(reading, value, PIPE_SHARD);
}

static int
set_bin(struct reading *reading, const char *value)
{
	return set_column(reading, value, PIPE_BIN);
}

static int
set_file(struct reading *reading, const char *how)
{
	struct input_file *file = &reading->options.scope.job.wrapping.input;
	bool fifo = strcmp(how, "fifo") == 0;

	if (file->variable != NULL && file->fifo != fifo) {
		msg_warn("--fifo and --cat do not go together");
		return -1;
	}
	file->fifo = fifo;
	file->variable =
	    reading->options.parallel ? "PARALLEL_TMP" : "NURSERY_INPUT";
	reading->options.template.pipe.file =
	    reading->options.parallel ? "$PARALLEL_TMP" : "$NURSERY_INPUT";
	return 0;
}

#define PIPE(member) options.template.pipe.member
#define PIPED SET_TRUE(PIPE(given))
#define PIPE_PART SET_TRUE(PIPE(part))
#define BLOCK_TIMEOUT DURATION(PIPE(timeout_ns))
#define REGEXP SET_TRUE(PIPE(cut.regexp))
#define REMOVE SET_TRUE(PIPE(remove))
#define ROBIN SET_ENUM(PIPE(how), PIPE_ROBIN)

const struct setting opt_pipe_settings[] = {
	{ "pipe", '\0', BOTH, PIPED },
	{ "spreadstdin", '\0', PARALLEL, PIPED },
	{ "pipe-part", '\0', BOTH, PIPE_PART },
	{ "pipepart", '\0', PARALLEL, PIPE_PART },
	{ "block", '\0', BOTH, CALL(VALUE, set_block) },
	{ "block-size", '\0', PARALLEL, CALL(VALUE, set_block) },
	{ "blocksize", '\0', PARALLEL, CALL(VALUE, set_block) },
	{ "block-timeout", '\0', BOTH, BLOCK_TIMEOUT },
	{ "blocktimeout", '\0', PARALLEL, BLOCK_TIMEOUT },
	{ "bt", '\0', PARALLEL, BLOCK_TIMEOUT },
	{ "recstart", '\0', BOTH, STRING(PIPE(cut.start)) },
	{ "recend", '\0', BOTH, STRING(PIPE(cut.end)) },
	{ "regexp", '\0', BOTH, REGEXP },
	{ "regex", '\0', PARALLEL, REGEXP },
	{ "remove-rec-sep", '\0', BOTH, REMOVE },
	{ "removerecsep", '\0', PARALLEL, REMOVE },
	{ "rrs", '\0', PARALLEL, REMOVE },
	{ "round-robin", '\0', BOTH, ROBIN },
	{ "roundrobin", '\0', PARALLEL, ROBIN },
	{ "round", '\0', PARALLEL, ROBIN },
	{ "tee", '\0', BOTH, SET_ENUM(PIPE(how), PIPE_TEE) },
	{ "cat", '\0', BOTH, CALL_WITH(set_file, "cat") },
	{ "fifo", '\0', BOTH, CALL_WITH(set_file, "fifo") },
	{ "shard", '\0', BOTH, CALL(VALUE, set_shard) },
	{ "bin", '\0', BOTH, CALL(VALUE, set_bin) },
	{ "group-by", '\0', BOTH, CALL(VALUE, set_group_by) },
	{ "groupby", '\0', PARALLEL, CALL(VALUE, set_group_by) },
	SETTINGS_END,
};
