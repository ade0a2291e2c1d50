/*
 * The functions of src/report that need no running scope, and of src/output
 * those that follow the cursor of a terminal: one verb a call.
 */
#include <locale.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "output/cursor.h"
#include "report/progress.h"
#include "report/rate.h"
#include "sys/loop.h"

#include "verbs.h"

#define JOBS_MAX 64

struct setting {
	const char *name;
	size_t offset;
};

/* NAME=NUMBER sets a member.  False if the words are something else. */
static bool
set_number(void *object, const struct setting *settings, const char *word)
{
	for (; settings->name != NULL; settings++) {
		size_t len = strlen(settings->name);

		if (strncmp(word, settings->name, len) != 0 || word[len] != '=')
			continue;
		*(uint64_t *)((char *)object + settings->offset) =
		    strtoull(word + len + 1, NULL, 10);
		return true;
	}
	return false;
}

static bool
set_progress(struct progress *progress, const char *word)
{
	static const struct setting settings[] = {
		{ "done", offsetof(struct progress, done) },
		{ "total", offsetof(struct progress, total) },
		{ "running", offsetof(struct progress, running) },
		{ "failed", offsetof(struct progress, failed) },
		{ "services", offsetof(struct progress, services) },
		{ "retrying", offsetof(struct progress, retrying) },
		{ "to_start", offsetof(struct progress, to_start) },
		{ "rate", offsetof(struct progress, per_1000s) },
		{ NULL, 0 },
	};

	if (strcmp(word, "open") == 0)
		progress->total_known = false;
	else if (strcmp(word, "stopping") == 0)
		progress->stopping = true;
	else if (strcmp(word, "hint") == 0)
		progress->hint_lines = true;
	else if (strncmp(word, "waits=", 6) == 0)
		progress->waits = word + 6;
	else
		return set_number(progress, settings, word);
	return true;
}

static bool
set_job(struct progress_job *job, const char *word)
{
	static struct report_job first = {
		.kind = "job", .seq = 1, .state = "running", .text = ""
	};
	static const struct setting settings[] = {
		{ "lines", offsetof(struct progress_job, lines) },
		{ "others", offsetof(struct progress_job, others) },
		{ "seq", offsetof(struct progress_job, job.seq) },
		{ "attempt", offsetof(struct progress_job, job.attempt) },
		{ "age", offsetof(struct progress_job, job.elapsed_ns) },
		{ NULL, 0 },
	};

	if (strcmp(word, "behind") == 0)
		job->behind = &first;
	else if (strcmp(word, "not_ready") == 0)
		job->not_ready = true;
	else if (strncmp(word, "state=", 6) == 0)
		job->job.state = word + 6;
	else if (strncmp(word, "kind=", 5) == 0)
		job->job.kind = word + 5;
	else
		return set_number(job, settings, word);
	return true;
}

/*
 * The words behind the first two: members of struct progress; then, for each
 * job, job=TEXT and its members.
 */
static void
read_progress(struct progress *progress, struct progress_job *jobs, char **args)
{
	struct progress_job *job = NULL;

	*progress =
	    (struct progress){ .total_known = true, .waits = "", .jobs = jobs };
	for (; *args != NULL; args++) {
		if (strncmp(*args, "job=", 4) == 0) {
			job = &jobs[progress->n_jobs++];
			job->job = (struct report_job){
				.kind = "job",
				.seq = progress->n_jobs,
				.text = *args + 4,
				.text_len = strlen(*args + 4),
				.state = "running",
				.attempt = 1,
			};
		} else if (job != NULL ? !set_job(job, *args)
				       : !set_progress(progress, *args)) {
			fprintf(stderr, "what is %s?\n", *args);
			exit(125);
		}
	}
	for (size_t i = 0; i < progress->n_jobs; i++)
		jobs[i].job.elapsed_ns *= NS_PER_S;
}

/* COLUMNS ROWS WORD...: the block, each line with its width before it. */
static int
verb_block(char **args)
{
	struct progress_job jobs[JOBS_MAX] = { 0 };
	struct progress progress;
	struct buf text = BUF_INIT;
	int columns = atoi(args[0]);

	setlocale(LC_CTYPE, "");
	read_progress(&progress, jobs, args + 2);
	progress_block(&progress, columns, progress_rows(atoi(args[1])), &text);
	fwrite(text.data, 1, text.len, stdout);
	for (char *line = text.data, *end; line < text.data + text.len;
	     line = end + 1) {
		end = memchr(line, '\n', (size_t)(text.data + text.len - line));
		if (progress_width(line, (size_t)(end - line)) >= columns) {
			puts("too wide");
			break;
		}
	}
	buf_release(&text);
	return 0;
}

/* WORD...: the line where there is no terminal. */
static int
verb_line(char **args)
{
	struct progress_job jobs[JOBS_MAX] = { 0 };
	struct progress progress;
	struct buf text = BUF_INIT;

	read_progress(&progress, jobs, args);
	progress_line(&progress, &text);
	printf("%.*s\n", (int)text.len, text.data);
	buf_release(&text);
	return 0;
}

/* MS:DONE...: jobs in a thousand seconds, after the last of these notes. */
static int
verb_rate(char **args)
{
	struct rate rate;
	int64_t ms = 0;
	uint64_t done = 0;

	rate_init(&rate, 0);
	for (; *args != NULL; args++) {
		ms = strtoll(*args, NULL, 10);
		done = strtoull(strchr(*args, ':') + 1, NULL, 10);
		rate_note(&rate, ms * NS_PER_MS, done);
	}
	return verb_number((int64_t)rate_get(&rate, ms * NS_PER_MS, done));
}

/* COLUMNS ROWS TEXT...: where the cursor is after these; "resize" narrows. */
static int
verb_cursor(char **args)
{
	static const char *const places[] = {
		[CURSOR_AT_START] = "start",
		[CURSOR_IN_LINE] = "line",
		[CURSOR_UNSAFE] = "unsafe",
	};
	struct cursor cursor;
	int columns = atoi(args[0]), rows = atoi(args[1]);

	setlocale(LC_CTYPE, "");
	cursor_init(&cursor, columns, rows);
	for (args += 2; *args != NULL; args++) {
		if (strcmp(*args, "resize") == 0)
			cursor_resize(&cursor, columns / 2, rows);
		else
			cursor_follow(&cursor, *args, strlen(*args));
	}
	puts(places[cursor_place(&cursor)]);
	return 0;
}

int
main(int argc, char **argv)
{
	static const struct verb verbs[] = {
		{ "block", 2, VERB_ANY, verb_block },
		{ "line", 0, VERB_ANY, verb_line },
		{ "rate", 1, VERB_ANY, verb_rate },
		{ "cursor", 2, VERB_ANY, verb_cursor },
	};

	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
