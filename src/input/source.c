#include "source.h"

#include "sys/loop.h"

void
source_free(struct source *src)
{
	if (src != NULL)
		src->ops->free(src);
}

enum source_state
source_next(struct source *src, uint64_t seq, int64_t slot,
    const char **ret_text, size_t *ret_len)
{
	return src->ops->next(src, seq, slot, ret_text, ret_len);
}

enum source_state
source_prepare(struct source *src)
{
	return src->ops->prepare != NULL ? src->ops->prepare(src)
					 : SOURCE_RECORD;
}

uint64_t
source_number(const struct source *src)
{
	return src->ops->number != NULL ? src->ops->number(src) : 0;
}

uint64_t
source_reserved(const struct source *src)
{
	return src->ops->reserved != NULL ? src->ops->reserved(src) : 0;
}

bool
source_has_slots(const struct source *src)
{
	return src->ops->has_slots != NULL && src->ops->has_slots(src);
}

char *const *
source_args(const struct source *src)
{
	return src->ops->args != NULL ? src->ops->args(src) : NULL;
}

const char *
source_tag(const struct source *src, size_t *ret_len)
{
	return src->ops->tag != NULL ? src->ops->tag(src, ret_len) : NULL;
}

const struct strvec *
source_results(const struct source *src)
{
	return src->ops->results != NULL ? src->ops->results(src) : NULL;
}

const struct strvec *
source_own(const struct source *src)
{
	return src->ops->own != NULL ? src->ops->own(src) : NULL;
}

const struct slice *
source_input(const struct source *src, size_t *ret_n)
{
	return src->ops->input != NULL ? src->ops->input(src, ret_n) : NULL;
}

const struct dealing *
source_dealing(const struct source *src)
{
	return src->ops->dealing != NULL ? src->ops->dealing(src) : NULL;
}

const char *
source_awaits(const struct source *src)
{
	const char *what =
	    src->ops->awaits != NULL ? src->ops->awaits(src) : NULL;

	return what != NULL ? what : "more input: commands or arguments";
}

int
source_fd(const struct source *src, int64_t *ret_due_ns)
{
	int64_t due_ns = NS_NEVER;
	int fd = src->ops->fd != NULL ? src->ops->fd(src, &due_ns) : -1;

	if (ret_due_ns != NULL)
		*ret_due_ns = due_ns;
	return fd;
}

bool
source_reads_terminal(const struct source *src)
{
	return src->ops->reads_terminal != NULL &&
	    src->ops->reads_terminal(src);
}

const char *
source_error(const struct source *src)
{
	return src->ops->error != NULL ? src->ops->error(src) : NULL;
}

bool
source_ended(const struct source *src)
{
	return src->ops->ended == NULL || src->ops->ended(src);
}

uint64_t
source_known(const struct source *src)
{
	return src->ops->known != NULL ? src->ops->known(src) : 0;
}

uint64_t
source_ahead(struct source *src, bool *ret_all)
{
	if (src->ops->ahead != NULL)
		return src->ops->ahead(src, ret_all);
	*ret_all = source_ended(src);
	return source_known(src);
}

uint64_t
source_left(struct source *src)
{
	return src->ops->left(src);
}
