#include "filter.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "perl.h"
#include "perl_expression.h"
#include "template.h"

struct filter {
	struct perl *perl;
	struct template **templates; /* of the code; owned */
	struct buf *texts;           /* the code for the job at hand */
	size_t n;
	size_t made; /* how many of texts are that */
};

struct filter *
filter_new(const struct template_syntax *syntax, char *const *names,
    size_t n_names, char **ret_error)
{
	const struct perl_expression_syntax *perl = &syntax->expressions;
	struct template_syntax exact = *syntax;
	struct filter *f;

	*ret_error = NULL;
	if (perl->n_filters == 0)
		return NULL;
	exact.raw = exact.exact = true;
	exact.quote = exact.context = false;
	f = xcalloc(1, sizeof(*f));
	f->perl = perl->runner;
	f->templates = xcalloc(perl->n_filters, sizeof(struct template *));
	f->texts = xcalloc(perl->n_filters, sizeof(*f->texts));
	for (; f->n < perl->n_filters; f->n++) {
		f->templates[f->n] = template_new(
		    &perl->filters[f->n], 1, &exact, names, n_names, ret_error);
		if (f->templates[f->n] == NULL) {
			filter_free(f);
			return NULL;
		}
	}
	return f;
}

void
filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	for (size_t i = 0; i < f->n; i++) {
		template_free(f->templates[i]);
		buf_release(&f->texts[i]);
	}
	free(f->templates);
	free(f->texts);
	free(f);
}

enum source_state
filter_ask(struct filter *f, const struct template_job *job, bool *ret_skips)
{
	enum source_state state;

	*ret_skips = false;
	for (; f->made < f->n; f->made++) {
		struct buf *text = &f->texts[f->made];

		state = template_ask(f->templates[f->made], job, ret_skips);
		if (state != SOURCE_RECORD)
			return state;
		text->len = 0;
		template_expand(f->templates[f->made], job, text);
	}
	if (!perl_is_asked(f->perl, f, job) && perl_begin(f->perl, f, job))
		for (size_t i = 0; i < f->n; i++)
			perl_add_test(
			    f->perl, f->texts[i].data, f->texts[i].len);
	state = perl_answer(f->perl);
	if (state != SOURCE_RECORD)
		return state;
	*ret_skips = perl_skips(f->perl);
	f->made = 0;
	return state;
}
