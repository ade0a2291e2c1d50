#include "makers.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "filter.h"
#include "folder.h"
#include "perl.h"
#include "template.h"

/* What a word is for that is no command. */
enum word_use {
	WORD_LABEL,
	WORD_PATH,
	WORD_EXACT, /* its values are not changed in any way */
};

/* A word of which no command is made; NULL with *ret_error if it is bad. */
static struct template *
make_word(const struct makers *m, const char *word, enum word_use use,
    char **ret_error)
{
	struct template_syntax syntax = m->syntax;
	char *const words[] = { (char *)word };

	syntax.raw = true;
	syntax.quote = false;
	syntax.marks = use == WORD_LABEL && m->options->marks;
	syntax.host_mark = use == WORD_LABEL;
	syntax.exact = use == WORD_EXACT;
	/* the header, which is not read yet, may have a column of that name */
	if (m->options->arguments.header && m->names.len == 0)
		syntax.host = false;
	return template_new(
	    words, 1, &syntax, m->names.items, m->names.len, ret_error);
}

static int
make_own(struct makers *m, char **ret_error)
{
	for (size_t i = 0; i < N_SOURCE_OWN; i++) {
		if (m->options->own[i] == NULL)
			continue;
		m->own.makers[i] =
		    make_word(m, m->options->own[i], WORD_EXACT, ret_error);
		if (m->own.makers[i] == NULL)
			return -1;
		m->has_slots |= template_has_slot(m->own.makers[i]);
	}
	return 0;
}

static int
parse_files(struct makers *m, char **ret_error)
{
	const struct template_files *files = &m->options->files;

	m->files = xcalloc(files->n + 1, sizeof(struct template *));
	for (; m->n_files < files->n; m->n_files++) {
		struct template *file = make_word(
		    m, files->items[m->n_files], WORD_EXACT, ret_error);

		if (file == NULL)
			return -1;
		m->files[m->n_files] = file;
		m->has_slots |= template_has_slot(file);
	}
	return 0;
}

int
makers_parse(struct makers *m, struct perl *perl, char **ret_error)
{
	const struct templated_options *options = m->options;

	m->syntax.expressions.runner = perl;
	if (!options->argv) {
		m->tmpl = template_new(options->words, options->n_words,
		    &m->syntax, m->names.items, m->names.len, ret_error);
		if (m->tmpl == NULL)
			return -1;
		m->has_slots |= template_has_slot(m->tmpl);
	}
	if (options->tag != NULL) {
		m->tag = make_word(m, options->tag, WORD_LABEL, ret_error);
		if (m->tag == NULL)
			return -1;
		m->has_slots |= template_has_slot(m->tag);
	}
	if (options->results != NULL) {
		m->path = make_word(m, options->results, WORD_PATH, ret_error);
		if (m->path == NULL)
			return -1;
	}
	if (parse_files(m, ret_error) < 0)
		return -1;
	m->filter =
	    filter_new(&m->syntax, m->names.items, m->names.len, ret_error);
	if (*ret_error != NULL)
		return -1;
	return make_own(m, ret_error);
}

void
makers_drop(struct makers *m)
{
	template_free(m->tmpl);
	template_free(m->tag);
	template_free(m->path);
	m->tmpl = m->tag = m->path = NULL;
	while (m->n_files > 0)
		template_free(m->files[--m->n_files]);
	free(m->files);
	m->files = NULL;
	filter_free(m->filter);
	m->filter = NULL;
	for (size_t i = 0; i < N_SOURCE_OWN; i++) {
		template_free(m->own.makers[i]);
		m->own.makers[i] = NULL;
	}
}

/* The path for the results of the command of these arguments. */
static void
make_path(struct makers *m, const struct row *row)
{
	const char *given = m->options->results;
	struct buf *path = &m->making.path;

	if (path->len == strlen(given) &&
	    memcmp(path->data, given, path->len) == 0) {
		buf_puts(path, "/");
		folder_append(row, row->n / m->making.rows, m->names.items,
		    m->names.len, path);
	}
	strvec_take(&m->results, buf_detach(path));
}

static void
list_columns(struct makers *m, const struct row *row)
{
	size_t width = row->n / m->making.rows;

	for (size_t i = 0; i < row->n; i++) {
		const char *name = i < m->names.len && row->n == width
		    ? m->names.items[i]
		    : "";

		if (*name != '\0')
			strvec_push(&m->results, name);
		else
			strvec_pushf(&m->results, "V%zu", i + 1);
		strvec_take(
		    &m->results, xmemdup0(row->args[i].text, row->args[i].len));
	}
}

/* Asks the template, if there is one, and has it make what it is for. */
static enum source_state
make_of(struct makers *m, struct template *maker, struct buf *out)
{
	enum source_state state = SOURCE_RECORD;
	bool skips;

	out->len = 0;
	if (maker == NULL)
		return state;
	state = template_ask(maker, &m->making.job, &skips);
	if (state != SOURCE_RECORD)
		return state;
	m->making.skips |= skips || template_skips(maker, &m->making.job);
	template_expand(maker, &m->making.job, out);
	return state;
}

/* Makes the next of source_own(). */
static enum source_state
make_own_word(struct makers *m, size_t which)
{
	struct template *maker = which < N_SOURCE_OWN
	    ? m->own.makers[which]
	    : m->files[which - N_SOURCE_OWN];
	struct buf word = BUF_INIT;
	enum source_state state = make_of(m, maker, &word);

	if (state == SOURCE_RECORD && which == SOURCE_SKIPPED &&
	    m->making.skips)
		buf_puts(&word, "1");
	if (state == SOURCE_RECORD)
		strvec_take(&m->own.words, buf_detach(&word));
	else
		buf_release(&word);
	return state;
}

static enum source_state
make_results(struct makers *m)
{
	const struct row row = { m->making.job.args, m->making.job.n_args };
	enum source_state state = make_of(m, m->path, &m->making.path);

	if (state != SOURCE_RECORD)
		return state;
	strvec_clear(&m->results);
	if (m->path != NULL)
		make_path(m, &row);
	else if (m->options->result_columns)
		list_columns(m, &row);
	return state;
}

/* The steps in which a command is made: each may have to wait for perl. */
enum step {
	STEP_TEXT,
	STEP_TAG,
	STEP_RESULTS,
	STEP_FILTER,
	STEP_OWN, /* and one for each more of source_own(), and of the files */
	N_STEPS = STEP_OWN + N_SOURCE_OWN,
};

static enum source_state
make_step(struct makers *m, unsigned step)
{
	enum source_state state = SOURCE_RECORD;
	bool skips = false;

	switch (step) {
	case STEP_TEXT:
		return m->tmpl != NULL ? make_of(m, m->tmpl, &m->text) : state;
	case STEP_TAG:
		return make_of(m, m->tag, &m->tag_text);
	case STEP_RESULTS:
		return make_results(m);
	case STEP_FILTER:
		strvec_clear(&m->own.words);
		if (m->filter != NULL)
			state = filter_ask(m->filter, &m->making.job, &skips);
		m->making.skips |= skips;
		return state;
	default:
		return make_own_word(m, step - STEP_OWN);
	}
}

enum source_state
makers_make(struct makers *m)
{
	bool any = m->n_files > 0;

	for (; m->making.step < N_STEPS + m->n_files; m->making.step++) {
		enum source_state state = make_step(m, m->making.step);

		if (state != SOURCE_RECORD)
			return state;
	}
	for (size_t i = 0; i < N_SOURCE_OWN; i++)
		any |= *m->own.words.items[i] != '\0';
	if (!any)
		strvec_clear(&m->own.words);
	if (m->syntax.expressions.runner != NULL)
		perl_forget(m->syntax.expressions.runner);
	m->making.step = STEP_TEXT;
	m->making.begun = false;
	return SOURCE_RECORD;
}

void
makers_renumber(struct makers *m, uint64_t seq, int64_t slot)
{
	struct template_job *job = &m->making.job;

	if (job->seq == seq && (job->slot == slot || !m->has_slots))
		return;
	job->seq = seq;
	job->slot = slot;
	m->making.step = STEP_TEXT;
	m->making.skips = false;
}

void
makers_begin(struct makers *m, const struct template_job *job, size_t rows)
{
	m->making.begun = true;
	m->making.step = STEP_TEXT;
	m->making.skips = false;
	m->making.job = *job;
	m->making.rows = rows;
}

bool
makers_need_total(const struct makers *m)
{
	return (m->tmpl != NULL && template_needs_total(m->tmpl)) ||
	    (m->tag != NULL && template_needs_total(m->tag)) ||
	    (m->path != NULL && template_needs_total(m->path));
}

void
makers_release(struct makers *m)
{
	makers_drop(m);
	strvec_release(&m->names);
	buf_release(&m->text);
	buf_release(&m->tag_text);
	buf_release(&m->making.path);
	strvec_release(&m->results);
	strvec_release(&m->own.words);
}
