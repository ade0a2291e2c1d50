/* What commands for bash have in them and other shells may not know. */
#ifndef BASE_BASH_H
#define BASE_BASH_H

#include <stdbool.h>

/*
 * What ends a word of a command, in bash and in other shells.  Quotes do, too:
 * words with quotes in them are not understood here.
 */
#define BASH_WORD_ENDS " \t\n;&|()<>'\"$`"

/* True if the word is a builtin or a keyword of bash, such as "source". */
bool bash_is_word(const char *word);

/* True if the word is a function that bash has exported to us. */
bool bash_is_function(const char *word);

/* True if there is something in the command that looks like syntax of bash. */
bool bash_has_syntax(const char *command);

#endif
