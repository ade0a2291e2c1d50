/* Commands that are operands of the command line. */
#ifndef INPUT_WORDS_H
#define INPUT_WORDS_H

#include <stddef.h>

struct source;

/* Returns a source whose commands are the n words, which are not copied. */
struct source *words_new(char *const *words, size_t n);

#endif
