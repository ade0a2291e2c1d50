#include "syntax.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "template.h"

/* What must follow the prefix of a replacement string. */
enum shape {
	SHAPE_FIXED,   /* nothing: the prefix is all of it */
	SHAPE_TEXT,    /* TEXT} */
	SHAPE_PREFIX,  /* TEXT} that does not begin with # */
	SHAPE_NUMBER,  /* N} */
	SHAPE_NUMBERS, /* N:M} */
	SHAPE_PAIR,    /* TEXT/TEXT} */
	SHAPE_WORDS,   /* TEXT/TEXT}, the first without # and % */
};

/* How a kind of replacement string is written. */
struct key {
	const char *prefix; /* how it begins */
	enum shape shape;   /* how it goes on */
	enum replacement_kind kind;
	size_t count;  /* how many extensions it is about, or 0 */
	size_t length; /* of its definition in GNU parallel, which looks for
			  the longest first */
	bool plus;     /* only with --plus */
};

static const struct key keys[] = {
	{ "{/", SHAPE_WORDS, REPLACEMENT_FIRST, 0, 24, true },
	{ "{/#", SHAPE_PAIR, REPLACEMENT_PREFIX, 0, 22, true },
	{ "{/%", SHAPE_PAIR, REPLACEMENT_SUFFIX, 0, 22, true },
	{ "{//", SHAPE_PAIR, REPLACEMENT_ALL, 0, 22, true },
	{ "{##", SHAPE_PREFIX, REPLACEMENT_LONG_PREFIX, 0, 17, true },
	{ "{#", SHAPE_PREFIX, REPLACEMENT_SHORT_PREFIX, 0, 16, true },
	{ "{:", SHAPE_NUMBERS, REPLACEMENT_SLICE, 0, 16, true },
	{ "{:-", SHAPE_TEXT, REPLACEMENT_DEFAULT, 0, 12, true },
	{ "{%%", SHAPE_TEXT, REPLACEMENT_LONG_SUFFIX, 0, 12, true },
	{ "{^^", SHAPE_TEXT, REPLACEMENT_UPPER_ALL, 0, 12, true },
	{ "{,,", SHAPE_TEXT, REPLACEMENT_LOWER_ALL, 0, 12, true },
	{ "{%", SHAPE_TEXT, REPLACEMENT_SHORT_SUFFIX, 0, 11, true },
	{ "{^", SHAPE_TEXT, REPLACEMENT_UPPER, 0, 11, true },
	{ "{,", SHAPE_TEXT, REPLACEMENT_LOWER, 0, 11, true },
	{ "{:", SHAPE_NUMBER, REPLACEMENT_FROM, 0, 9, true },
	{ "{+...}", SHAPE_FIXED, REPLACEMENT_EXTENSION, 3, 6, true },
	{ "{/...}", SHAPE_FIXED, REPLACEMENT_BASE, 3, 6, true },
	{ "{+..}", SHAPE_FIXED, REPLACEMENT_EXTENSION, 2, 5, true },
	{ "{/..}", SHAPE_FIXED, REPLACEMENT_BASE, 2, 5, true },
	{ "{...}", SHAPE_FIXED, REPLACEMENT_NO_EXTENSION, 3, 5, true },
	{ "{+/}", SHAPE_FIXED, REPLACEMENT_BEFORE_SLASH, 0, 4, true },
	{ "{+.}", SHAPE_FIXED, REPLACEMENT_EXTENSION, 1, 4, true },
	{ "{..}", SHAPE_FIXED, REPLACEMENT_NO_EXTENSION, 2, 4, true },
	{ "{##}", SHAPE_FIXED, REPLACEMENT_TOTAL, 0, 4, true },
	{ "{0#}", SHAPE_FIXED, REPLACEMENT_PADDED_SEQ, 0, 4, true },
	{ "{0%}", SHAPE_FIXED, REPLACEMENT_PADDED_SLOT, 0, 4, true },
	{ "{//}", SHAPE_FIXED, REPLACEMENT_DIRECTORY, 0, 4, false },
	{ "{/.}", SHAPE_FIXED, REPLACEMENT_BASE, 1, 4, false },
	{ "{/}", SHAPE_FIXED, REPLACEMENT_BASE, 0, 3, false },
	{ "{.}", SHAPE_FIXED, REPLACEMENT_NO_EXTENSION, 1, 3, false },
	{ "{#}", SHAPE_FIXED, REPLACEMENT_SEQ, 0, 3, false },
	{ "{%}", SHAPE_FIXED, REPLACEMENT_SLOT, 0, 3, false },
};

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

static void
add_piece(struct pieces *p, struct piece piece)
{
	if (p->n == p->cap) {
		p->cap = p->cap * 2 + 4;
		p->items = xreallocarray(p->items, p->cap, sizeof(*p->items));
	}
	p->items[p->n++] = piece;
}

static void
add_text(struct pieces *p, const char *text, size_t len)
{
	if (len > 0)
		add_piece(p,
		    (struct piece){ .text = xmemdup0(text, len), .len = len });
}

/*
 * Reads digits and returns where they end.  A number that is too large for any
 * value becomes some other that is too large.
 */
static const char *
read_number(const char *s, size_t *ret)
{
	size_t n = 0;

	for (; *s >= '0' && *s <= '9'; s++)
		n = n > 1000000000 ? n : n * 10 + (size_t)(*s - '0');
	*ret = n;
	return s;
}

/* Matches N} or, if there are to be two, N:M}.  NULL, or where it ends. */
static const char *
match_numbers(const char *s, bool two, struct replacement *r)
{
	const char *end = read_number(s, &r->from);

	r->count = (size_t)-1;
	if (end == s)
		return NULL;
	if (two) {
		if (*end != ':')
			return NULL;
		s = end + 1;
		end = read_number(s, &r->count);
		if (end == s)
			return NULL;
	}
	return *end == '}' ? end + 1 : NULL;
}

/* Matches TEXT/TEXT}; words: as SHAPE_WORDS.  NULL, or where it ends. */
static const char *
match_pair(const char *s, bool words, struct replacement *r)
{
	size_t first = 1;
	const char *end = strchr(s, '}');

	if (end == NULL || end == s || (words && strchr("#%/", *s) != NULL))
		return NULL;
	while (s + first < end && s[first] != '/')
		if (words && strchr("#%", s[first]) != NULL)
			return NULL;
		else
			first++;
	if (s + first == end)
		return NULL;
	r->first = xmemdup0(s, first);
	r->second = xmemdup0(s + first + 1, (size_t)(end - s) - first - 1);
	return end + 1;
}

/* Matches TEXT}; prefix: as SHAPE_PREFIX.  NULL, or where it ends. */
static const char *
match_text(const char *s, bool prefix, struct replacement *r)
{
	const char *end = strchr(s, '}');

	if (end == NULL || end == s || (prefix && *s == '#'))
		return NULL;
	r->first = xmemdup0(s, (size_t)(end - s));
	return end + 1;
}

/*
 * Matches what follows the key's prefix, and fills r.  NULL if it is not of the
 * key's shape, else where it ends.
 */
static const char *
match_shape(const struct key *key, const char *s, struct replacement *r)
{
	*r = (struct replacement){ .kind = key->kind, .count = key->count };
	switch (key->shape) {
	case SHAPE_FIXED:
		return s;
	case SHAPE_TEXT:
	case SHAPE_PREFIX:
		return match_text(s, key->shape == SHAPE_PREFIX, r);
	case SHAPE_NUMBER:
	case SHAPE_NUMBERS:
		return match_numbers(s, key->shape == SHAPE_NUMBERS, r);
	case SHAPE_PAIR:
	case SHAPE_WORDS:
		return match_pair(s, key->shape == SHAPE_WORDS, r);
	}
	return NULL;
}

/*
 * The digits in front of a replacement string say which argument it is of.  GNU
 * parallel puts them in front of its own definition, and those of {#}, {%} and
 * such begin with a 1: so {2#} is of argument 21.
 */
static void
set_position(struct replacement *r, const char *digits, size_t len)
{
	bool negative = len > 0 && *digits == '-';
	bool numbered =
	    r->kind >= REPLACEMENT_SEQ && r->kind <= REPLACEMENT_TIME;
	size_t n;

	read_number(digits + negative, &n);
	if (numbered)
		n = n * 10 + 1;
	r->positional = numbered || (len > 0 && (n > 0 || len > 1));
	r->position = negative ? -(long)n : (long)n;
}

/* Matches the key at s without a position.  NULL, or where it ends. */
static const char *
match_plain(const struct key *key, const char *s, struct replacement *r)
{
	size_t len = strlen(key->prefix);

	if (strncmp(s, key->prefix, len) != 0)
		return NULL;
	s = match_shape(key, s + len, r);
	if (s != NULL)
		set_position(r, "", 0);
	return s;
}

/* Matches the key at s with a position behind the brace: {2.}. */
static const char *
match_position(const struct key *key, const char *s, struct replacement *r)
{
	const char *digits = s + 1;
	size_t len, n;

	if (*key->prefix != '{' || *s != '{')
		return NULL;
	n = *digits == '-' ? 1 : 0;
	n += strspn(digits + n, "0123456789");
	if (n == (size_t)(*digits == '-'))
		return NULL;
	s = digits + n;
	s += strspn(s, " \t\n\r\v\f");
	len = strlen(key->prefix) - 1;
	if (strncmp(s, key->prefix + 1, len) != 0)
		return NULL;
	s = match_shape(key, s + len, r);
	if (s != NULL)
		set_position(r, digits, n);
	return s;
}

typedef const char *match_function(
    const struct key *key, const char *s, struct replacement *r);

/*
 * Cuts the texts among the pieces wherever the key is found in them.  Returns
 * 0; or -1 with the reason in *ret_error if what was found is not right.
 */
static int
cut(struct pieces *pieces, const struct key *key, match_function *match,
    char **ret_error)
{
	struct pieces out = { .items = NULL };
	int result = 0;

	for (size_t i = 0; i < pieces->n; i++) {
		struct piece *piece = &pieces->items[i];
		const char *from = piece->text, *s = from;

		if (piece->replaced || result < 0) {
			add_piece(&out, *piece);
			continue;
		}
		while (*s != '\0') {
			struct piece found = { .replaced = true };
			const char *end = match(key, s, &found.replacement);

			if (end == NULL) {
				s++;
				continue;
			}
			add_text(&out, from, (size_t)(s - from));
			result =
			    replacement_init(&found.replacement, ret_error);
			add_piece(&out, found);
			from = s = end;
			if (result < 0)
				break;
		}
		add_text(&out, from, strlen(from));
		free(piece->text);
	}
	free(pieces->items);
	*pieces = out;
	return result;
}

/* Cuts where the key is, with or without a position. */
static int
cut_both(struct pieces *pieces, const struct key *key, char **ret_error)
{
	char *why = NULL;

	if (cut(pieces, key, match_plain, &why) == 0 &&
	    cut(pieces, key, match_position, &why) == 0)
		return 0;
	*ret_error = xasprintf("%s...}: %s", key->prefix, why);
	free(why);
	return -1;
}

static void
cut_marks(struct pieces *pieces)
{
	static const struct key marks[] = {
		{ .prefix = "{name}", .kind = REPLACEMENT_NAME },
		{ .prefix = "{time}", .kind = REPLACEMENT_TIME },
	};
	char *why = NULL; /* they have no pattern that could be bad */

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		cut(pieces, &marks[i], match_plain, &why);
}

int
syntax_parse(const char *word, const struct template_syntax *syntax,
    struct pieces *ret, char **ret_error)
{
	struct key whole = { .prefix = syntax->replace,
		.shape = SHAPE_FIXED,
		.kind = REPLACEMENT_WHOLE };
	size_t n = sizeof(keys) / sizeof(*keys), i = 0;

	if (whole.prefix == NULL)
		whole.prefix = "{}";
	whole.length = strlen(whole.prefix);
	add_text(ret, word, strlen(word));
	if (syntax->marks)
		cut_marks(ret);
	for (; i < n && keys[i].length >= whole.length; i++)
		if ((syntax->plus || !keys[i].plus) &&
		    cut_both(ret, &keys[i], ret_error) < 0)
			return -1;
	if (cut_both(ret, &whole, ret_error) < 0)
		return -1;
	for (; i < n; i++)
		if ((syntax->plus || !keys[i].plus) &&
		    cut_both(ret, &keys[i], ret_error) < 0)
			return -1;
	return 0;
}
