/* Command lines that messages advise to type. */
#ifndef CLI_ADVICE_H
#define CLI_ADVICE_H

#include <stdbool.h>
#include <stddef.h>

struct buf;

/* What to type for a Procfile. */
#define ADVICE_PROCFILE "nursery --procfile Procfile"

/* Appends each of the n words, with a blank before it, quoted as need be. */
void advice_add(struct buf *line, char *const *words, size_t n);

/* Appends all words, with blanks between them, as one quoted word. */
void advice_add_joined(struct buf *line, char *const *words, size_t n);

/*
 * Whether the words look like those of a single command that was not quoted,
 * as in "ls -l": there are several, and none is more than one word of a shell.
 */
bool advice_is_one_command(char *const *words, size_t n);

#endif
