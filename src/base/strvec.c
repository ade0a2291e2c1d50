#include "strvec.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "msg.h"
#include "xalloc.h"

/* Makes room for one more string and the NULL behind it. */
static void
reserve_one(struct strvec *v)
{
	if (v->len + 1 < v->cap)
		return;
	v->cap = v->cap > 0 ? v->cap * 2 : 8;
	v->items = xreallocarray(v->items, v->cap, sizeof(*v->items));
}

void
strvec_take(struct strvec *v, char *s)
{
	reserve_one(v);
	v->items[v->len++] = s;
	v->items[v->len] = NULL;
}

void
strvec_push(struct strvec *v, const char *s)
{
	strvec_take(v, xstrdup(s));
}

void
strvec_pushf(struct strvec *v, const char *fmt, ...)
{
	char *s;
	va_list ap;

	va_start(ap, fmt);
	if (vasprintf(&s, fmt, ap) < 0)
		msg_fatal("out of memory");
	va_end(ap);
	strvec_take(v, s);
}

void
strvec_push_all(struct strvec *v, char *const *strings)
{
	for (; *strings != NULL; strings++)
		strvec_push(v, *strings);
}

void
strvec_pop(struct strvec *v)
{
	assert(v->len > 0);
	free(v->items[--v->len]);
	v->items[v->len] = NULL;
}

void
strvec_clear(struct strvec *v)
{
	while (v->len > 0) {
		free(v->items[--v->len]);
		v->items[v->len] = NULL;
	}
}

void
strvec_release(struct strvec *v)
{
	strvec_clear(v);
	free(v->items);
	*v = (struct strvec)STRVEC_INIT;
}

char **
strvec_detach(struct strvec *v)
{
	char **items;

	reserve_one(v);
	v->items[v->len] = NULL;
	items = v->items;
	*v = (struct strvec)STRVEC_INIT;
	return items;
}
