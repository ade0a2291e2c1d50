/*
 * The templates of one command: of itself, its tag, the path of its results and
 * what else options say of it; and what was made of them last.
 */
#ifndef INPUT_MAKERS_H
#define INPUT_MAKERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "templated.h"

struct filter;

/* To count what is left, so many commands are made in advance, at most. */
#define LOOK_AHEAD 65536
#define LOOK_AHEAD_BUDGET                                                      \
	((struct budget){ 16 * LOOK_AHEAD, (size_t)64 * 1024 * 1024 })

struct own {
	struct template *makers[N_SOURCE_OWN]; /* NULL: not asked for */
	struct strvec words; /* of the command made last; may be empty */
};

/* The command that is being made, which may have to wait for perl. */
struct making {
	bool begun;  /* its arguments were taken; they are borrowed */
	size_t rows; /* how many rows of arguments it has */
	struct template_job job;
	unsigned step;   /* what is made next: enum step */
	bool skips;      /* the job is to be skipped */
	struct buf path; /* of its results */
};

/* Without templates all is zero but for options, syntax and names. */
struct makers {
	const struct templated_options *options;
	struct template_syntax syntax; /* the options', with its context */
	struct strvec names;           /* --header: of the columns */
	struct template *tmpl;         /* NULL with --argv */
	struct template *tag;          /* makes the tag; NULL: there is none */
	struct template *path; /* makes that of results; NULL: none is wanted */
	struct own own;        /* what source_own() gives */
	struct template **files; /* names and contents of files, in turn */
	size_t n_files;
	struct filter *filter; /* NULL: there is none */
	bool has_slots;        /* {%} is in the command or its tag */
	struct making making;
	struct buf text;       /* the command made last */
	struct buf tag_text;   /* its tag */
	struct strvec results; /* what they are called */
};

/*
 * Parses the templates; perl is what runs the code in them, or NULL.  Returns
 * 0; or -1 with a message in *ret_error, which the caller frees.
 */
int makers_parse(struct makers *m, struct perl *perl, char **ret_error);

/* Frees the templates, which may be parsed again. */
void makers_drop(struct makers *m);

/* Frees all that it holds. */
void makers_release(struct makers *m);

/* Whether {##} or {0#} occur. */
bool makers_need_total(const struct makers *m);

/* Begins with a command: job and its arguments are borrowed until it is made.
 */
void makers_begin(
    struct makers *m, const struct template_job *job, size_t rows);

/*
 * The command that was begun gets other numbers: what was made so far is thrown
 * away if they are in it.
 */
void makers_renumber(struct makers *m, uint64_t seq, int64_t slot);

/* Goes on making it, until it says SOURCE_RECORD: perl may have to be waited
 * for. */
enum source_state makers_make(struct makers *m);

#endif
