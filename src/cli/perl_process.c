#include "perl_process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/strvec.h"
#include "contain/coprocess.h"
#include "input/perl.h"
#include "options.h"
#include "sys/process.h"

/* True if there is code in what has replacement strings. */
static bool
has_code(const struct templated_options *template)
{
	const struct perl_expression_syntax *perl =
	    &template->syntax.expressions;
	struct buf all = BUF_INIT;
	char *text;
	bool found;

	if (template->pipe.given && template->pipe.code.text != NULL)
		return true;
	if (perl->left == NULL)
		return false;
	if (perl->n_tags > 0 || perl->n_filters > 0)
		return true;
	for (size_t i = 0; i < template->n_words; i++)
		buf_printf(&all, "%s ", template->words[i]);
	if (template->tag != NULL)
		buf_puts(&all, template->tag);
	if (template->results != NULL)
		buf_puts(&all, template->results);
	for (size_t i = 0; i < template->files.n; i++)
		buf_puts(&all, template->files.items[i]);
	for (size_t i = 0; i < N_SOURCE_OWN; i++)
		if (template->own[i] != NULL)
			buf_puts(&all, template->own[i]);
	text = buf_detach(&all);
	found = perl_expression_is_in(perl, text);
	free(text);
	return found;
}

/* Returns our end of the socket to it, or -1 after a message. */
static int
start(const struct signals *sig, pid_t *ret_pid)
{
	static char perl[] = "perl", e[] = "-e";
	struct strvec argv = STRVEC_INIT;
	int fd;

	if (!process_finds(perl)) {
		msg_warn("{= =}, --rpl, --filter and what follows a column are "
			 "Perl code, and there is no perl in PATH to run it "
			 "(Debian: apt-get install perl)");
		return -1;
	}
	strvec_push(&argv, perl);
	for (size_t i = 0; perl_program[i] != NULL; i++) {
		strvec_push(&argv, e);
		strvec_push(&argv, perl_program[i]);
	}
	fd = coprocess_start(argv.items, sig, ret_pid);
	if (fd < 0)
		msg_warn("cannot start perl: %s", strerror(errno));
	strvec_release(&argv);
	return fd;
}

int
perl_process_begin(
    struct options *options, const struct signals *sig, pid_t *ret_pid)
{
	struct templated_options *template = &options->template;
	int fd;

	*ret_pid = 0;
	if (!has_code(template))
		return 0;
	fd = start(sig, ret_pid);
	if (fd < 0)
		return -1;
	template->syntax.expressions.runner = perl_new(fd);
	template->pipe.code.perl = template->syntax.expressions.runner;
	return 0;
}

void
perl_process_end(struct options *options, pid_t pid)
{
	perl_free(options->template.syntax.expressions.runner);
	options->template.syntax.expressions.runner = NULL;
	options->template.pipe.code.perl = NULL;
	if (pid != 0)
		coprocess_end(pid);
}
