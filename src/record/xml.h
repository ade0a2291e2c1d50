/*
 * Writing XML 1.0: what stands in an attribute and between tags.
 *
 * Any bytes may be given.  XML has no way to write most control characters, nor
 * what is no UTF-8: each such byte, and U+FFFE and U+FFFF, become U+FFFD, the
 * replacement character.  Escape sequences are to be taken out before, see
 * escape_strip(); only ESC is replaced here.
 */
#ifndef RECORD_XML_H
#define RECORD_XML_H

#include <stddef.h>

struct buf;

/* What must begin the document. */
#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"

/* Appends ' name="value"'; value has len bytes, which are escaped as needed. */
void xml_attribute(
    struct buf *out, const char *name, const char *value, size_t len);

/* The same for a value that is a string. */
void xml_attribute_string(struct buf *out, const char *name, const char *value);

/* Appends text for between two tags. */
void xml_text(struct buf *out, const char *text, size_t len);

#endif
