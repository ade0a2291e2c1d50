#include "xml.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

/* What stands for a character of ASCII; NULL: itself. */
static const char *
reference(char c, bool attribute)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;"; /* "]]>" must not stand in a text */
	case '"':
		return attribute ? "&quot;" : NULL;
	case '\r':
		return "&#13;"; /* readers make a newline of a bare one */
	case '\n':
		return attribute ? "&#10;" : NULL;
	case '\t':
		return attribute ? "&#9;" : NULL;
	default:
		return (unsigned char)c < ' ' ? UTF8_REPLACEMENT : NULL;
	}
}

/*
 * Looks at the first character: returns how many bytes it has, and in *ret what
 * stands for it, NULL if it may stand for itself.
 */
static size_t
look(const char *text, size_t len, bool attribute, const char **ret)
{
	uint32_t c;
	size_t n;

	if ((unsigned char)*text < 0x80) {
		*ret = reference(*text, attribute);
		return 1;
	}
	n = utf8_read(text, len, &c);
	*ret = n == 0 || c == 0xfffe || c == 0xffff ? UTF8_REPLACEMENT : NULL;
	return n > 0 ? n : 1;
}

static void
escape(struct buf *out, const char *text, size_t len, bool attribute)
{
	size_t plain = 0; /* bytes that stand for themselves, not appended */

	for (size_t at = 0; at < len;) {
		const char *other;
		size_t n = look(text + at, len - at, attribute, &other);

		if (other != NULL) {
			buf_append(out, text + plain, at - plain);
			buf_puts(out, other);
			plain = at + n;
		}
		at += n;
	}
	buf_append(out, text + plain, len - plain);
}

void
xml_attribute(struct buf *out, const char *name, const char *value, size_t len)
{
	buf_puts(out, " ");
	buf_puts(out, name);
	buf_puts(out, "=\"");
	if (len > 0)
		escape(out, value, len, true);
	buf_puts(out, "\"");
}

void
xml_attribute_string(struct buf *out, const char *name, const char *value)
{
	xml_attribute(out, name, value, strlen(value));
}

void
xml_text(struct buf *out, const char *text, size_t len)
{
	if (len > 0)
		escape(out, text, len, false);
}
