#include "bash.h"

#include <stdlib.h>
#include <string.h>

#include "xalloc.h"

/* Those with which people begin commands. */
static const char *const words[] = { "[[", "declare", "function", "let",
	"mapfile", "popd", "pushd", "readarray", "shopt", "source", "typeset" };

/* What is a mistake for a plain POSIX shell. */
static const char *const syntax[] = { "<(", ">(", "<<<", "=(", "function " };

bool
bash_is_word(const char *word)
{
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

bool
bash_is_function(const char *word)
{
	char *name = xasprintf("BASH_FUNC_%s%%%%", word);
	bool found = getenv(name) != NULL;

	free(name);
	return found;
}

bool
bash_has_syntax(const char *command)
{
	for (size_t i = 0; i < sizeof(syntax) / sizeof(syntax[0]); i++)
		if (strstr(command, syntax[i]) != NULL)
			return true;
	return false;
}
