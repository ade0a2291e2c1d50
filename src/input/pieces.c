#include "pieces.h"

#include <stdlib.h>

#include "base/xalloc.h"

void
pieces_release(struct pieces *p)
{
	for (size_t i = 0; i < p->n; i++) {
		free(p->items[i].text);
		replacement_release(&p->items[i].replacement);
	}
	free(p->items);
	*p = (struct pieces){ .items = NULL };
}

void
pieces_add(struct pieces *p, struct piece piece)
{
	if (p->n == p->cap) {
		p->cap = p->cap * 2 + 4;
		p->items = xreallocarray(p->items, p->cap, sizeof(*p->items));
	}
	p->items[p->n++] = piece;
}

void
pieces_add_text(struct pieces *p, const char *text, size_t len)
{
	if (len > 0)
		pieces_add(p,
		    (struct piece){ .text = xmemdup0(text, len), .len = len });
}
