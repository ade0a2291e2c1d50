/*
 * oracle: writes output that can be proved complete, and proves it.
 *
 *	oracle write [-l] [-1] [-n] [-b | -t] [-x STATUS] SEED SIZE
 *	oracle check [-l] [-a] [-s out|err|both] FILE SEED:SIZE...
 *
 * "write" writes about SIZE bytes on standard output and as many on standard
 * error, in writes of random sizes, by turns of random length.  All of it
 * follows from SEED: "check" computes it again and compares byte by byte.
 *
 *	write -l  lines of text instead of binary records; -1: one write a line
 *	      -n  the last line of each stream lacks its newline
 *	      -b  a background child writes the second half, after the leader
 *	          has exited; -t: and only once it got SIGTERM
 *	      -x  the leader's exit status
 *	check -s  which stream FILE holds (default out); both: the job had one
 *	          pipe for the two, so their interleaving is known as well
 *	      -a  the jobs may be in any order, each in one piece
 *	      -l  the jobs' lines may be mixed, each line whole, each job's in
 *	          its order (for output written with -l)
 *
 * A record is "REC!", then seed, stream and number in 4 bytes each, the length
 * in 4, and that many random bytes.  A line is "SEED STREAM NUMBER LENGTH:" and
 * that many random letters.  SEED:SIZE:ln1 tells check that the job was written
 * with the options l, n and 1.
 *
 * Exit status of check: 0, or 1 with one line that says what is lost or doubled
 * or out of order.
 */
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checked.h"

enum {
	OUT = 0,
	ERR = 1,
	BOTH = 2,
	HEADER = 20,
};

struct stream {
	char *bytes;
	size_t len;
	size_t room;
};

/* All that one job writes: its streams, and the turns they are written in. */
struct job {
	uint32_t seed;
	size_t size;
	bool lines;
	bool whole_lines; /* each line has a write of its own */
	bool no_newline;
	struct stream streams[3]; /* OUT, ERR and their interleaving */
	size_t seen;              /* bytes that check has found */
	bool used;
};

/* What is done with one write of the job. */
typedef void turn_fn(void *arg, int stream, const char *bytes, size_t len);

/* splitmix64: a small generator, good enough, the same on each machine. */
static uint64_t
next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

/* A random length: mostly short, sometimes far more than a pipe holds. */
static size_t
random_length(uint64_t *state)
{
	uint64_t r = next_random(state);

	switch (r & 15) {
	case 0:
		return 1 + (r >> 8) % 100000;
	case 1:
	case 2:
	case 3:
		return 1 + (r >> 8) % 9000;
	default:
		return 1 + (r >> 8) % 200;
	}
}

static void
append(struct stream *s, const void *bytes, size_t len)
{
	if (s->len + len > s->room) {
		s->room = (s->len + len) * 2;
		s->bytes = realloc(s->bytes, s->room);
		if (s->bytes == NULL)
			err(2, NULL);
	}
	memcpy(s->bytes + s->len, bytes, len);
	s->len += len;
}

static void
append_record(
    struct stream *s, const uint32_t head[3], size_t len, uint64_t *state)
{
	uint32_t rest[2] = { head[2], (uint32_t)len };

	append(s, "REC!", 4);
	append(s, head, 8);
	append(s, rest, 8);
	for (size_t i = 0; i < len; i += 8) {
		uint64_t r = next_random(state);

		append(s, &r, len - i < 8 ? len - i : 8);
	}
}

static void
append_line(
    struct stream *s, const uint32_t head[3], size_t len, uint64_t *state)
{
	char start[64];
	uint64_t r = 0;
	int n = snprintf(start, sizeof(start), "%u %u %u %zu:", head[0],
	    head[1], head[2], len);

	append(s, start, (size_t)n);
	for (size_t i = 0; i < len; i++) {
		char letter;

		if (i % 8 == 0)
			r = next_random(state);
		letter = (char)('a' + (r >> (i % 8 * 8) & 255) % 26);
		append(s, &letter, 1);
	}
	append(s, "\n", 1);
}

/* Computes one stream.  A binary one has exactly the size that is asked for. */
static void
build_stream(struct job *job, int which)
{
	struct stream *s = &job->streams[which];
	uint64_t state = (uint64_t)job->seed * 2 + (uint64_t)which;
	uint32_t head[3] = { job->seed, (uint32_t)which, 0 };

	for (; s->len < job->size; head[2]++) {
		size_t len = random_length(&state);

		if (!job->lines)
			append_record(s, head, len, &state);
		else if (job->whole_lines && len > 4000)
			append_line(s, head, 4000, &state);
		else
			append_line(s, head, len, &state);
	}
	if (!job->lines && s->len > job->size)
		s->len = job->size;
	if (job->no_newline && s->len > 0)
		s->len--;
}

static size_t
turn_length(
    const struct job *job, const struct stream *s, size_t from, uint64_t *state)
{
	size_t len = random_length(state);
	const char *newline;

	if (job->whole_lines) {
		newline = memchr(s->bytes + from, '\n', s->len - from);
		if (newline != NULL)
			return (size_t)(newline + 1 - (s->bytes + from));
	}
	return len < s->len - from ? len : s->len - from;
}

/* Calls fn for each write of the job, in order. */
static void
each_turn(const struct job *job, turn_fn *fn, void *arg)
{
	uint64_t state = (uint64_t)job->seed ^ 0x7475726e73;
	size_t from[2] = { 0, 0 };

	while (from[OUT] < job->streams[OUT].len ||
	    from[ERR] < job->streams[ERR].len) {
		int which = (int)(next_random(&state) & 1);
		const struct stream *s = &job->streams[which];
		size_t len;

		if (from[which] == s->len)
			continue;
		len = turn_length(job, s, from[which], &state);
		fn(arg, which, s->bytes + from[which], len);
		from[which] += len;
	}
}

static void
turn_append(void *arg, int which, const char *bytes, size_t len)
{
	(void)which;
	append(arg, bytes, len);
}

static void
job_build(struct job *job)
{
	build_stream(job, OUT);
	build_stream(job, ERR);
	each_turn(job, turn_append, &job->streams[BOTH]);
}

/* The command "write". */

struct writing {
	size_t done;  /* bytes of the interleaving */
	size_t half;  /* offset at which a child takes over, if split */
	bool split;   /* a child writes the second half */
	bool on_term; /* the child waits for SIGTERM before it writes */
	int status;   /* exit status of the leader */
};

/* Returns in a child, after the leader's exit; the leader does not return. */
static void
take_over(struct writing *w)
{
	sigset_t term;
	int gone[2], sig;
	char byte;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL);
	if (pipe(gone) != 0)
		err(2, "pipe");
	switch (fork()) {
	case -1:
		err(2, "fork");
	case 0:
		close(gone[1]);
		while (read(gone[0], &byte, 1) < 0 && errno == EINTR)
			;
		if (w->on_term)
			sigwait(&term, &sig);
		w->split = false;
		return;
	default:
		_exit(w->status);
	}
}

static void
turn_write(void *arg, int which, const char *bytes, size_t len)
{
	struct writing *w = arg;

	if (w->split && w->done >= w->half)
		take_over(w);
	write_all(which == OUT ? STDOUT_FILENO : STDERR_FILENO, bytes, len);
	w->done += len;
}

static size_t
size_arg(const char *arg)
{
	char *end;
	unsigned long long n = strtoull(arg, &end, 10);

	if (*end == 'K')
		n <<= 10;
	else if (*end == 'M')
		n <<= 20;
	else if (*end != '\0')
		errx(2, "'%s' is not a size", arg);
	return n;
}

static int
write_main(int argc, char **argv)
{
	struct writing w = { .split = false };
	static struct job job;
	int opt;

	while ((opt = getopt(argc, argv, "+l1nbtx:")) != -1) {
		switch (opt) {
		case 'l':
			job.lines = true;
			break;
		case '1':
			job.whole_lines = true;
			break;
		case 'n':
			job.no_newline = true;
			break;
		case 't':
			w.on_term = true;
			/* FALLTHROUGH */
		case 'b':
			w.split = true;
			break;
		case 'x':
			w.status = atoi(optarg);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2)
		errx(2, "write SEED SIZE");
	job.seed = (uint32_t)atoi(argv[optind]);
	job.size = size_arg(argv[optind + 1]);
	job_build(&job);
	w.half = job.streams[BOTH].len / 2;
	each_turn(&job, turn_write, &w);
	return w.status;
}

/* The command "check". */

struct check {
	struct job *jobs;
	int count;
	int which; /* OUT, ERR or BOTH */
	struct stream file;
};

static void
read_file(struct stream *s, const char *path)
{
	char block[65536];
	FILE *f = fopen(path, "r");
	size_t n;

	if (f == NULL)
		err(2, "%s", path);
	while ((n = fread(block, 1, sizeof(block), f)) > 0)
		append(s, block, n);
	fclose(f);
}

/* Says what record or line, of whom, stands at or after the offset. */
static void
describe(const struct check *c, size_t offset)
{
	for (size_t i = offset; i + HEADER <= c->file.len; i++) {
		uint32_t head[4];

		if (memcmp(c->file.bytes + i, "REC!", 4) != 0)
			continue;
		memcpy(head, c->file.bytes + i + 4, sizeof(head));
		printf("oracle: next comes record %u of stream %u of job %u at "
		       "byte %zu\n",
		    head[2], head[1], head[0], i);
		return;
	}
	printf("oracle: no record begins after that\n");
}

/* Compares one job's whole stream with the file at the offset. */
static bool
check_piece(const struct check *c, struct job *job, size_t *offset)
{
	const struct stream *want = &job->streams[c->which];
	size_t left = c->file.len - *offset;
	size_t i = 0;

	while (i < want->len && i < left &&
	    want->bytes[i] == c->file.bytes[*offset + i])
		i++;
	job->used = true;
	*offset += i;
	if (i == want->len)
		return true;
	printf("oracle: job %u: byte %zu of %zu %s (file: byte %zu of %zu)\n",
	    job->seed, i, want->len, i == left ? "is lost" : "differs", *offset,
	    c->file.len);
	describe(c, *offset);
	return false;
}

/*
 * The unused job whose stream begins at the offset; NULL if there is none.  A
 * stream shorter than a header may look like the start of another: the longest
 * that fits is meant.
 */
static struct job *
job_at(const struct check *c, size_t offset)
{
	struct job *found = NULL;
	size_t longest = 0;

	for (int i = 0; i < c->count; i++) {
		struct job *job = &c->jobs[i];
		const struct stream *s = &job->streams[c->which];
		size_t len = s->len < HEADER ? s->len : HEADER;

		if (!job->used && len > longest &&
		    len <= c->file.len - offset &&
		    memcmp(s->bytes, c->file.bytes + offset, len) == 0) {
			found = job;
			longest = len;
		}
	}
	return found;
}

static bool
check_pieces(const struct check *c, bool any_order)
{
	size_t offset = 0;

	for (int i = 0; i < c->count; i++) {
		struct job *job = &c->jobs[i];

		if (any_order && offset == c->file.len)
			break; /* what is left must be empty: see below */
		if (any_order && (job = job_at(c, offset)) == NULL)
			break;
		if (!check_piece(c, job, &offset))
			return false;
	}
	for (int i = 0; i < c->count; i++) {
		if (c->jobs[i].used || c->jobs[i].streams[c->which].len == 0)
			continue;
		printf("oracle: job %u is lost\n", c->jobs[i].seed);
		return false;
	}
	if (offset == c->file.len)
		return true;
	printf("oracle: %zu bytes too many at byte %zu\n", c->file.len - offset,
	    offset);
	describe(c, offset);
	return false;
}

static struct job *
job_of_seed(const struct check *c, unsigned seed)
{
	for (int i = 0; i < c->count; i++)
		if (c->jobs[i].seed == seed)
			return &c->jobs[i];
	return NULL;
}

/* One line of the mixed file: it must be the next one of its job. */
static bool
check_line(const struct check *c, const char *line, size_t len, int number)
{
	struct job *job;
	const struct stream *want;
	unsigned seed;

	if (len == 0 || sscanf(line, "%u ", &seed) != 1 ||
	    (job = job_of_seed(c, seed)) == NULL) {
		printf("oracle: line %d is nobody's: %.*s\n", number,
		    len < 60 ? (int)len : 60, line);
		return false;
	}
	want = &job->streams[c->which];
	if (want->len - job->seen < len ||
	    memcmp(want->bytes + job->seen, line, len) != 0) {
		printf("oracle: line %d is not the next one of job %u: %.*s\n",
		    number, seed, len < 60 ? (int)len : 60, line);
		return false;
	}
	job->seen += len;
	return true;
}

static bool
check_lines(const struct check *c)
{
	size_t offset = 0;

	for (int number = 1; offset < c->file.len; number++) {
		const char *line = c->file.bytes + offset;
		const char *end = memchr(line, '\n', c->file.len - offset);
		size_t len = end != NULL ? (size_t)(end + 1 - line)
					 : c->file.len - offset;

		if (!check_line(c, line, len, number))
			return false;
		offset += len;
	}
	for (int i = 0; i < c->count; i++) {
		struct job *job = &c->jobs[i];

		if (job->seen == job->streams[c->which].len)
			continue;
		printf("oracle: job %u: %zu of %zu bytes are lost\n", job->seed,
		    job->streams[c->which].len - job->seen,
		    job->streams[c->which].len);
		return false;
	}
	return true;
}

/* SEED:SIZE, then letters as the options of write: l, 1, n. */
static struct job
job_arg(char *arg, bool lines)
{
	struct job job = { .lines = lines };
	char *size = strchr(arg, ':'), *flags;

	if (size == NULL)
		errx(2, "'%s' is not SEED:SIZE", arg);
	*size++ = '\0';
	flags = strchr(size, ':');
	if (flags != NULL)
		*flags++ = '\0';
	for (; flags != NULL && *flags != '\0'; flags++) {
		job.lines |= *flags == 'l';
		job.whole_lines |= *flags == '1';
		job.no_newline |= *flags == 'n';
	}
	job.seed = (uint32_t)atoi(arg);
	job.size = size_arg(size);
	job_build(&job);
	return job;
}

static int
check_main(int argc, char **argv)
{
	bool any_order = false, lines = false;
	static struct check c;
	int opt;

	while ((opt = getopt(argc, argv, "+als:")) != -1) {
		switch (opt) {
		case 'a':
			any_order = true;
			break;
		case 'l':
			lines = true;
			break;
		case 's':
			c.which = optarg[0] == 'o' ? OUT
			    : optarg[0] == 'e'     ? ERR
						   : BOTH;
			break;
		default:
			return 2;
		}
	}
	if (argc - optind < 1)
		errx(2, "check FILE SEED:SIZE...");
	read_file(&c.file, argv[optind++]);
	c.count = argc - optind;
	c.jobs = calloc((size_t)c.count + 1, sizeof(*c.jobs));
	if (c.jobs == NULL)
		err(2, NULL);
	for (int i = 0; i < c.count; i++)
		c.jobs[i] = job_arg(argv[optind + i], lines);
	return (lines ? check_lines(&c) : check_pieces(&c, any_order)) ? 0 : 1;
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "write") == 0)
		return write_main(argc - 1, argv + 1);
	if (argc > 1 && strcmp(argv[1], "check") == 0)
		return check_main(argc - 1, argv + 1);
	errx(2, "write or check");
}
