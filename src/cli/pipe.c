#include "pipe.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/xalloc.h"
#include "reading.h"
#include "remote/host.h"
#include "sys/cpu.h"

#define BLOCK_DEFAULT (1024 * 1024)
/* --pipe-part: blocks for each job that can run. */
#define PARTS_DEFAULT (-10)

static int
refuse(const char *why)
{
	msg_warn("%s", why);
	return -1;
}

/* What is given in some other way than standard input as it is. */
static const char *
needs_pipe(const struct pipe_options *pipe)
{
	static const char *const names[] = {
		[PIPE_ROBIN] = "--round-robin",
		[PIPE_TEE] = "--tee",
		[PIPE_SHARD] = "--shard",
		[PIPE_BIN] = "--bin",
	};

	if (pipe->how != PIPE_JOB)
		return names[pipe->how];
	if (pipe->block != 0)
		return "--block";
	if (pipe->timeout_ns != 0)
		return "--block-timeout";
	if (pipe->cut.start != NULL || pipe->cut.end != NULL)
		return "--recstart and --recend";
	return pipe->remove ? "--remove-rec-sep" : NULL;
}

/* Nothing is given to jobs. */
static int
begin_without(struct reading *reading)
{
	struct templated_options *template = &reading->options.template;
	struct pipe_options *pipe = &template->pipe;
	const char *option = needs_pipe(pipe);

	if (pipe->header != NULL && !template->arguments.header) {
		msg_warn("--header: '%s' is not supported without --pipe (try "
			 "':', the first value names a column)",
		    pipe->header);
		return -1;
	}
	pipe->how = PIPE_JOB;
	if (option == NULL || reading->options.parallel)
		return 0;
	msg_warn("%s is for standard input that is split for jobs (add --pipe)",
	    option);
	return -1;
}

/* Lines in a header: so many, or as many as the expression says. */
static void
settle_header(struct reading *reading)
{
	struct pipe_options *pipe = &reading->options.template.pipe;
	struct buf lines = BUF_INIT;
	int64_t n = 1;

	if (strcmp(pipe->header, ":") != 0 &&
	    parse_count(pipe->header, 0, 10000, &n) < 0)
		return;
	for (int64_t i = 0; i < n; i++)
		buf_puts(
		    &lines, pipe->cut.csv ? "([^\"\n]|\"[^\"]*\")*\n" : ".*\n");
	buf_append(&lines, "", 1);
	pipe->header = n > 0 ? reading_keep(reading, lines.data) : NULL;
	buf_release(&lines);
}

/*
 * A column that is no number is called so in the header.  GNU parallel reads
 * that line for the name only, and gives it to no job that shares its input by
 * a column.
 */
static void
settle_column(struct pipe_options *pipe, const char *colsep, bool parallel)
{
	pipe->cut.colsep = colsep;
	if (colsep == NULL)
		pipe->cut.colsep =
		    pipe->how == PIPE_JOB && !pipe->cut.csv ? "\t" : ",";
	pipe->drop_header = parallel && pipe->how != PIPE_JOB;
	if (pipe->drop_header)
		pipe->header = NULL;
	if (pipe->header == NULL && !pipe_is_number(pipe->column))
		pipe->header = ":";
}

static int
check_group(const struct pipe_options *pipe)
{
	int64_t number;

	if (pipe->part && pipe->code.text != NULL)
		return refuse("--pipe-part does not look at each line: "
			      "--group-by with Perl does not go together with "
			      "it (try --pipe < FILE)");
	if (pipe->part && pipe_column_number(pipe->column, &number) &&
	    number == 0)
		return refuse("--pipe-part does not look at whole lines: "
			      "--group-by 0 does not go together with it (try "
			      "--pipe < FILE)");
	if (pipe->how == PIPE_JOB &&
	    (pipe->cut.start != NULL || pipe->cut.end != NULL || pipe->remove))
		return refuse("--group-by says itself where records end: it "
			      "does not go together with --recstart, --recend "
			      "and --remove-rec-sep");
	return 0;
}

static int
check_csv(const struct pipe_options *pipe)
{
	if (!pipe->cut.csv)
		return 0;
	if (pipe->part && pipe->how != PIPE_TEE)
		return refuse("--pipe-part cannot know in the middle of a file "
			      "whether it is among quotes: it does not go "
			      "together with --csv (try --pipe < FILE)");
	if (pipe->cut.lines > 0 || pipe->cut.start != NULL ||
	    pipe->cut.end != NULL || pipe->remove)
		return refuse("--csv says itself where records end: it does "
			      "not go together with -L, --recstart, --recend "
			      "and --remove-rec-sep");
	return 0;
}

static int
check_block(const struct pipe_options *pipe, bool parallel)
{
	if (pipe->block < 0 && !pipe->part)
		return refuse(
		    "--block -N makes N blocks for each job of a file "
		    "whose size is known: it needs --pipe-part (try "
		    "--block 10M)");
	if (pipe->part && (pipe->cut.records > 0 || pipe->cut.lines > 0))
		return refuse("--pipe-part does not count records: -n, -N and "
			      "-L do not go together with it (try --pipe < "
			      "FILE)");
	if (pipe->part && pipe->timeout_ns != 0 && !parallel)
		return refuse("--block-timeout is for input that comes slowly, "
			      "and --pipe-part reads a file");
	if (pipe->part && pipe->how != PIPE_JOB && pipe->how != PIPE_TEE &&
	    pipe->how != PIPE_ROBIN)
		return refuse(
		    "--shard and --bin look at each line: they do not "
		    "go together with --pipe-part (try --pipe < "
		    "FILE)");
	return 0;
}

/*
 * --tee: each job gets all, so no record needs to be whole in memory, unless
 * records are changed.
 */
static void
cut_anywhere(struct pipe_options *pipe)
{
	if (pipe->how != PIPE_TEE || pipe->part || pipe->remove ||
	    pipe->no_empty)
		return;
	pipe->cut = (struct cut_options){ .start = "", .end = "" };
}

int
pipe_begin(struct reading *reading)
{
	struct templated_options *template = &reading->options.template;
	struct pipe_options *pipe = &template->pipe;

	pipe->given |= pipe->part || pipe->file != NULL ||
	    (pipe->column != NULL && pipe->how == PIPE_JOB);
	if (!pipe->given)
		return begin_without(reading);
	pipe->cut.csv = template->arguments.csv;
	if (check_block(pipe, reading->options.parallel) < 0 ||
	    check_csv(pipe) < 0 ||
	    (pipe->column != NULL && check_group(pipe) < 0))
		return -1;
	if (pipe->column != NULL)
		settle_column(pipe, template->arguments.colsep,
		    reading->options.parallel);
	if (pipe->header != NULL)
		settle_header(reading);
	template->arguments.header = false;
	template->max_args = pipe->cut.records > 0 ? pipe->cut.records : -1;
	pipe->no_empty = template->arguments.values.no_empty;
	pipe->skip_first = template->arguments.skip_first;
	template->arguments.skip_first = false;
	cut_anywhere(pipe);
	if (pipe->part && pipe->how == PIPE_ROBIN) {
		pipe->block = -1;
		pipe->how = PIPE_JOB;
	} else if (pipe->block == 0) {
		pipe->block = pipe->part ? PARTS_DEFAULT : BLOCK_DEFAULT;
	}
	return 0;
}

static bool
reads_arguments_from_stdin(const struct templated_options *template)
{
	for (size_t i = 0; i < template->arguments.n_sources; i++) {
		const char *path = template->arguments.sources[i].path;

		if (path != NULL && strcmp(path, "-") == 0)
			return true;
	}
	return false;
}

/* Refuses what does not go together with --pipe. */
static int
check_others(const struct reading *reading)
{
	const struct options *options = &reading->options;
	const struct templated_options *template = &options->template;
	const struct pipe_options *pipe = &template->pipe;

	if (options->scope.machines.everywhere)
		return refuse("--pipe gives each block to one job: it does not "
			      "go together with --onall and --nonall (try "
			      "--nonall --stdin each)");
	if (options->scope.job.input != JOB_INPUT_DEFAULT)
		return refuse("--pipe says itself what jobs read: it does not "
			      "go together with --stdin");
	if (!pipe->part && reads_arguments_from_stdin(template))
		return refuse("--pipe gives standard input to the jobs: "
			      "arguments cannot come from it, too (try -a "
			      "FILE)");
	if (options->scope.job.retries > 0 && pipe->how != PIPE_JOB)
		return refuse(
		    "--retries needs the input of a job once more: it "
		    "does not go together with --round-robin, --tee, "
		    "--shard and --bin");
	if ((options->resume.resume || options->resume.resume_failed) &&
	    pipe->how != PIPE_JOB && pipe->how != PIPE_TEE)
		return refuse("--resume cannot tell what a job has got that "
			      "shares its input with others: it does not go "
			      "together with --round-robin, --shard and --bin");
	if (template->shuffle || options->resume.longest)
		return refuse("--pipe takes its input as it comes: it does not "
			      "go together with --shuf and --order=longest");
	if (options->resume.retry_failed)
		return refuse("--retry-failed has no input for the jobs: it "
			      "does not go together with --pipe (try "
			      "--resume-failed with the same input)");
	return 0;
}

/* --cat, --fifo: what the shell does before the command. */
static void
settle_file(struct reading *reading)
{
	struct options *options = &reading->options;
	struct input_file *file = &options->scope.job.wrapping.input;
	char *lead;

	if (file->fifo)
		/* what the command does not read is nobody's */
		lead = xasprintf("exec 3<&0 </dev/null; cat <&3 >\"$%s\" & "
				 "exec 3<&-; trap \"{ kill $!; wait $!; } "
				 "2>/dev/null\" EXIT; ",
		    file->variable);
	else
		lead = xasprintf("cat >\"$%s\"; ", file->variable);
	file->lead = reading_keep(reading, lead);
	free(lead);
}

/*
 * How many jobs run at once; 0: there is no limit.  Of a machine that has not
 * said yet how many CPUs it has, as many as here.
 */
static int64_t
count_jobs(const struct scope_options *scope)
{
	const struct machine_options *machines = &scope->machines;
	int64_t all = 0;

	if (machines->carrier == CARRIER_NONE)
		return scope->jobs;
	for (size_t i = 0; i < machines->hosts.len; i++) {
		int64_t jobs = host_slots(
		    machines, &machines->hosts.items[i], cpu_count());

		if (jobs == 0)
			return 0;
		all += jobs;
	}
	return all;
}

/* --tee: all of the jobs run at once, however many there are. */
static void
settle_tee(struct scope_options *scope)
{
	scope->jobs = 0;
	if (scope->machines.serves == JOBSERVER_NONE)
		scope->machines.jobs = (struct jobs_limit){ JOBS_NUMBER, 0 };
}

/*
 * How many jobs take part where input is dealt out.  Machines will say it; but
 * --dry-run, for which nothing is dealt out, has to come to an end.
 */
static void
settle_number(struct options *options)
{
	struct pipe_options *pipe = &options->template.pipe;

	pipe->at_most = pipe->jobs;
	if (options->scope.machines.carrier != CARRIER_NONE)
		pipe->at_most = 0;
	if (options->action == OPTIONS_DRY_RUN && pipe->at_most == 0)
		pipe->at_most = pipe->jobs > 0 ? pipe->jobs : 1;
}

int
pipe_conclude(struct reading *reading)
{
	struct options *options = &reading->options;
	struct pipe_options *pipe = &options->template.pipe;

	if (!pipe->given)
		return 0;
	if (check_others(reading) < 0)
		return -1;
	if (pipe->how == PIPE_TEE && !reading->have_jobs)
		settle_tee(&options->scope);
	pipe->jobs = count_jobs(&options->scope);
	if (pipe->jobs == 0 && pipe->part)
		pipe->jobs = cpu_count();
	if (pipe->jobs == 0 &&
	    (pipe->how == PIPE_SHARD || pipe->how == PIPE_BIN))
		return refuse("--shard and --bin deal lines out among so many "
			      "jobs: they need --jobs N");
	settle_number(options);
	pipe->partly = !options->parallel;
	pipe->in_turn = options->parallel && reading->parallel.keep_order;
	pipe->cut.blind_start = options->parallel;
	if (pipe->file != NULL)
		settle_file(reading);
	return 0;
}
