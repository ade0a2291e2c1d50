#include "syntax.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "perl_expression.h"
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
	const char *variable; /* what it becomes; NULL: it depends on the kind
			       */
	enum template_renamed renamed; /* which option names it instead */
	size_t rank; /* of those of one length, who comes first */
	const struct perl_expression_tag
	    *tag; /* it is a tag of --rpl; NULL: it is not */
};

#define KEY(how, form, what, n, size)                                          \
	.prefix = (how), .shape = (form), .kind = (what), .count = (n),        \
	.length = (size)

static const struct key keys[] = {
	{ KEY("{/", SHAPE_WORDS, REPLACEMENT_FIRST, 0, 24), .plus = true },
	{ KEY("{/#", SHAPE_PAIR, REPLACEMENT_PREFIX, 0, 22), .plus = true },
	{ KEY("{/%", SHAPE_PAIR, REPLACEMENT_SUFFIX, 0, 22), .plus = true },
	{ KEY("{//", SHAPE_PAIR, REPLACEMENT_ALL, 0, 22), .plus = true },
	{ KEY("{##", SHAPE_PREFIX, REPLACEMENT_LONG_PREFIX, 0, 17),
	    .plus = true },
	{ KEY("{#", SHAPE_PREFIX, REPLACEMENT_SHORT_PREFIX, 0, 16),
	    .plus = true },
	{ KEY("{:", SHAPE_NUMBERS, REPLACEMENT_SLICE, 0, 16), .plus = true },
	{ KEY("{:-", SHAPE_TEXT, REPLACEMENT_DEFAULT, 0, 12), .plus = true },
	{ KEY("{%%", SHAPE_TEXT, REPLACEMENT_LONG_SUFFIX, 0, 12),
	    .plus = true },
	{ KEY("{^^", SHAPE_TEXT, REPLACEMENT_UPPER_ALL, 0, 12), .plus = true },
	{ KEY("{,,", SHAPE_TEXT, REPLACEMENT_LOWER_ALL, 0, 12), .plus = true },
	{ KEY("{%", SHAPE_TEXT, REPLACEMENT_SHORT_SUFFIX, 0, 11),
	    .plus = true },
	{ KEY("{^", SHAPE_TEXT, REPLACEMENT_UPPER, 0, 11), .plus = true },
	{ KEY("{,", SHAPE_TEXT, REPLACEMENT_LOWER, 0, 11), .plus = true },
	{ KEY("{:", SHAPE_NUMBER, REPLACEMENT_FROM, 0, 9), .plus = true },
	{ KEY("{+...}", SHAPE_FIXED, REPLACEMENT_EXTENSION, 3, 6),
	    .plus = true },
	{ KEY("{/...}", SHAPE_FIXED, REPLACEMENT_BASE, 3, 6), .plus = true },
	{ KEY("{sshlogin}", SHAPE_FIXED, REPLACEMENT_VARIABLE, 0, 10),
	    .plus = true, .variable = "${PARALLEL_SSHLOGIN}" },
	{ KEY("{choose_k}", SHAPE_FIXED, REPLACEMENT_CHOSEN, 0, 10),
	    .plus = true },
	{ KEY("{host}", SHAPE_FIXED, REPLACEMENT_HOST, 0, 6), .plus = true },
	{ KEY("{host}", SHAPE_FIXED, REPLACEMENT_VARIABLE, 0, 6), .plus = true,
	    .variable = "${PARALLEL_SSHHOST}" },
	{ KEY("{slot}", SHAPE_FIXED, REPLACEMENT_VARIABLE, 0, 6), .plus = true,
	    .variable = "${PARALLEL_JOBSLOT}" },
	{ KEY("{slot}", SHAPE_FIXED, REPLACEMENT_VARIABLE, 1, 6), .plus = true,
	    .variable = "${NURSERY_SLOT}" },
	{ KEY("{hgrp}", SHAPE_FIXED, REPLACEMENT_VARIABLE, 0, 6), .plus = true,
	    .variable = "${PARALLEL_HOSTGROUPS}" },
	{ KEY("{agrp}", SHAPE_FIXED, REPLACEMENT_VARIABLE, 0, 6), .plus = true,
	    .variable = "${PARALLEL_ARGHOSTGROUPS}" },
	{ KEY("{uniq}", SHAPE_FIXED, REPLACEMENT_UNIQUE, 0, 6), .plus = true },
	{ KEY("{+..}", SHAPE_FIXED, REPLACEMENT_EXTENSION, 2, 5),
	    .plus = true },
	{ KEY("{/..}", SHAPE_FIXED, REPLACEMENT_BASE, 2, 5), .plus = true },
	{ KEY("{...}", SHAPE_FIXED, REPLACEMENT_NO_EXTENSION, 3, 5),
	    .plus = true },
	{ KEY("{+/}", SHAPE_FIXED, REPLACEMENT_BEFORE_SLASH, 0, 4),
	    .plus = true },
	{ KEY("{+.}", SHAPE_FIXED, REPLACEMENT_EXTENSION, 1, 4), .plus = true },
	{ KEY("{..}", SHAPE_FIXED, REPLACEMENT_NO_EXTENSION, 2, 4),
	    .plus = true },
	{ KEY("{##}", SHAPE_FIXED, REPLACEMENT_TOTAL, 0, 4), .plus = true },
	{ KEY("{0#}", SHAPE_FIXED, REPLACEMENT_PADDED_SEQ, 0, 4),
	    .plus = true },
	{ KEY("{0%}", SHAPE_FIXED, REPLACEMENT_PADDED_SLOT, 0, 4),
	    .plus = true },
	{ KEY("{//}", SHAPE_FIXED, REPLACEMENT_DIRECTORY, 0, 4),
	    .renamed = TEMPLATE_DIRECTORY },
	{ KEY("{/.}", SHAPE_FIXED, REPLACEMENT_BASE, 1, 4),
	    .renamed = TEMPLATE_BASE_NO_EXTENSION },
	{ KEY("{/}", SHAPE_FIXED, REPLACEMENT_BASE, 0, 3),
	    .renamed = TEMPLATE_BASE },
	{ KEY("{.}", SHAPE_FIXED, REPLACEMENT_NO_EXTENSION, 1, 3),
	    .renamed = TEMPLATE_NO_EXTENSION },
	{ KEY("{#}", SHAPE_FIXED, REPLACEMENT_SEQ, 0, 3),
	    .renamed = TEMPLATE_SEQ },
	{ KEY("{%}", SHAPE_FIXED, REPLACEMENT_SLOT, 0, 3),
	    .renamed = TEMPLATE_SLOT },
};

/* Replacement strings that only the name parallel has, and not left as text. */
static const char *const parallels[] = { "uniq}", "choose_k}", "sshlogin}",
	"hgrp}", "agrp}" };

/*
 * Returns the first of them in the text as it stands there, perhaps with a
 * position as in {-1uniq}; or NULL.  The caller frees it.
 */
static char *
find_foreign(const char *text)
{
	for (const char *s = text; (s = strchr(s, '{')) != NULL; s++) {
		const char *name = s + 1;

		name += *name == '-';
		name += strspn(name, "0123456789");
		for (size_t i = 0; i < sizeof(parallels) / sizeof(*parallels);
		     i++) {
			size_t len = strlen(parallels[i]);

			if (strncmp(name, parallels[i], len) == 0)
				return xmemdup0(s, (size_t)(name - s) + len);
		}
	}
	return NULL;
}

int
syntax_check(char *const *words, size_t n, const struct template_syntax *syntax,
    char **ret_error)
{
	static const struct perl_expression_syntax foreign = { .left = "{=",
		.right = "=}" };
	struct buf all = BUF_INIT;
	char *joined, *other = NULL;

	for (size_t i = 0; i < n; i++)
		buf_printf(&all, "%s ", words[i]);
	joined = buf_detach(&all);
	if (syntax->expressions.left == NULL &&
	    perl_expression_is_in(&foreign, joined))
		*ret_error =
		    xstrdup("{= =} is Perl, which nursery runs only by the "
			    "name parallel: --plus has replacement strings for "
			    "most uses, and sh -c '...' sh {} can do the rest");
	if (syntax->plus && !syntax->parallel)
		other = find_foreign(joined);
	if (*ret_error == NULL && other != NULL)
		*ret_error = xasprintf("%s is GNU parallel's; nursery has it "
				       "only when called by that name",
		    other);
	free(other);
	if (*ret_error == NULL && syntax->replace != NULL &&
	    *syntax->replace == '\0')
		*ret_error = xstrdup("-I: the replacement string is empty");
	free(joined);
	return *ret_error == NULL ? 0 : -1;
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
		if (key->variable != NULL)
			r->first = xstrdup(key->variable);
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
	    r->kind >= REPLACEMENT_SEQ && r->kind <= REPLACEMENT_HOST;
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
			pieces_add(&out, *piece);
			continue;
		}
		while (*s != '\0') {
			struct piece found = { .replaced = true };
			const char *end = match(key, s, &found.replacement);

			if (end == NULL) {
				s++;
				continue;
			}
			pieces_add_text(&out, from, (size_t)(s - from));
			result =
			    replacement_init(&found.replacement, ret_error);
			pieces_add(&out, found);
			from = s = end;
			if (result < 0)
				break;
		}
		pieces_add_text(&out, from, strlen(from));
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

/*
 * Variables have other names for GNU parallel, whose {host} is one of them; but
 * in labels it is the machine.
 */
static bool
is_known(const struct key *key, const struct template_syntax *syntax)
{
	if (key->kind == REPLACEMENT_VARIABLE)
		return syntax->plus && syntax->parallel == (key->count == 0) &&
		    !(syntax->raw && syntax->host);
	if (key->kind == REPLACEMENT_HOST)
		return syntax->host && (syntax->raw || !syntax->parallel);
	return syntax->plus || !key->plus;
}

/* A label or a path is no shell, which would know what {host} is. */
static int
settle_host(struct pieces *pieces, bool mark, char **ret_error)
{
	for (size_t i = 0; i < pieces->n; i++) {
		struct replacement *r = &pieces->items[i].replacement;

		if (!pieces->items[i].replaced || r->kind != REPLACEMENT_HOST)
			continue;
		if (!mark) {
			*ret_error = xstrdup(
			    "{host} is known in commands and labels only: "
			    "paths are made before the machine is chosen");
			return -1;
		}
		r->kind = REPLACEMENT_MACHINE;
	}
	return 0;
}

#define N_KEYS (sizeof(keys) / sizeof(*keys) + 1)

static int
compare_keys(const void *a, const void *b)
{
	const struct key *left = a, *right = b;

	if (left->length != right->length)
		return left->length < right->length ? 1 : -1;
	return (left->rank > right->rank) - (left->rank < right->rank);
}

/* True if a tag of --rpl takes the place of the key. */
static bool
is_replaced(const struct key *key, const struct perl_expression_syntax *perl)
{
	for (size_t i = 0; i < perl->n_tags; i++)
		if (key->shape == SHAPE_FIXED &&
		    strcmp(perl->tags[i].tag, key->prefix) == 0)
			return true;
	return false;
}

/* Adds the keys under the names that the options give them. */
static size_t
name_keys(const struct template_syntax *syntax, struct key *ret)
{
	size_t n = 0;

	ret[0] = (struct key){ .prefix = syntax->replace,
		.kind = REPLACEMENT_WHOLE };
	if (syntax->replace == NULL)
		ret[0].prefix = "{}";
	ret[0].length = strlen(ret[0].prefix);
	memcpy(ret + 1, keys, sizeof(keys));
	for (size_t i = 0; i < N_KEYS; i++) {
		struct key key = ret[i];
		const char *name = syntax->renamed[key.renamed];

		key.rank = i;
		if (key.renamed != TEMPLATE_NOT_RENAMED && name != NULL) {
			key.prefix = name;
			key.length = strlen(name);
		}
		if (!is_replaced(&key, &syntax->expressions))
			ret[n++] = key;
	}
	return n;
}

/* All keys and tags of --rpl, the longest first; for free(3). */
static struct key *
list_keys(const struct template_syntax *syntax, size_t *ret_n)
{
	const struct perl_expression_syntax *perl = &syntax->expressions;
	size_t n_tags = perl->n_tags, n;
	struct key *named = xcalloc(N_KEYS + n_tags, sizeof(*named));

	n = name_keys(syntax, named);
	for (size_t i = 0; i < n_tags; i++, n++)
		named[n] = (struct key){ .prefix = perl->tags[i].tag,
			.tag = &perl->tags[i],
			.length = strlen(perl->tags[i].tag),
			.rank = n };
	qsort(named, n, sizeof(*named), compare_keys);
	*ret_n = n;
	return named;
}

int
syntax_parse(const char *word, const struct template_syntax *syntax,
    struct pieces *ret, char **ret_error)
{
	size_t n;
	struct key *named = list_keys(syntax, &n);
	int result = 0;

	pieces_add_text(ret, word, strlen(word));
	if (syntax->marks)
		cut_marks(ret);
	if (syntax->expressions.left != NULL)
		result =
		    perl_expression_cut(&syntax->expressions, ret, ret_error);
	for (size_t i = 0; result == 0 && i < n; i++)
		if (named[i].tag != NULL)
			result = perl_expression_cut_tag(
			    &syntax->expressions, named[i].tag, ret, ret_error);
		else if (is_known(&named[i], syntax))
			result = cut_both(ret, &named[i], ret_error);
	free(named);
	if (result == 0 && syntax->raw)
		result = settle_host(ret, syntax->host_mark, ret_error);
	return result;
}
