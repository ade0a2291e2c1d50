/* An argument and a row of them: values on their way into a template. */
#ifndef INPUT_ARGUMENT_H
#define INPUT_ARGUMENT_H

#include <stddef.h>

/* Bytes that belong to someone else; not terminated, without a NUL. */
struct argument {
	const char *text;
	size_t len;
};

/* What the input sources give at once: an argument of each, or its columns. */
struct row {
	const struct argument *args;
	size_t n;
};

#endif
