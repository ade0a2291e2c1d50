/*
 * Writing text into Markdown, as GitHub and GitLab read it.  The text may be
 * any bytes: none of them has a meaning in Markdown then.  Control characters,
 * and what is not UTF-8, become U+FFFD.
 */
#ifndef RECORD_MARKDOWN_H
#define RECORD_MARKDOWN_H

#include <stddef.h>

struct buf;

/* Appends text to a line or a cell of a table; newlines become blanks. */
void markdown_text(struct buf *out, const char *text, size_t len);

/* The same, shown as code. */
void markdown_code(struct buf *out, const char *text, size_t len);

/* Appends lines as a block of code, which nothing in them can end. */
void markdown_block(struct buf *out, const char *text, size_t len);

#endif
