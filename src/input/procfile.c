#include "procfile.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/strvec.h"
#include "base/xalloc.h"
#include "settings.h"

#define WHY_LINE "no 'name: command' (try web: npm start)"
#define WHY_TWICE "another line has that name (give each another one)"

/* Every other string is a name. */
static bool
is_taken(const struct strvec *all, const char *name)
{
	for (size_t i = 0; i < all->len; i += 2)
		if (strcmp(all->items[i], name) == 0)
			return true;
	return false;
}

/* Reads the line of a process.  Returns NULL, or why it is none. */
static const char *
read_process(struct settings *file, struct strvec *ret)
{
	const char *name = file->at;
	size_t len = 0, command_len;
	char *owned;

	while (file->at < file->end && settings_is_name(*file->at))
		file->at++;
	len = (size_t)(file->at - name);
	if (len == 0 || file->at == file->end || *file->at++ != ':')
		return WHY_LINE;
	settings_skip_blanks(file);
	command_len = settings_line_len(file);
	while (command_len > 0 && settings_is_blank(file->at[command_len - 1]))
		command_len--;
	if (command_len == 0)
		return WHY_LINE;
	owned = xmemdup0(name, len);
	if (is_taken(ret, owned)) {
		free(owned);
		return WHY_TWICE;
	}
	strvec_take(ret, owned);
	strvec_take(ret, xmemdup0(file->at, command_len));
	return NULL;
}

int
procfile_parse(const char *text, size_t len, struct strvec *ret,
    size_t *ret_line, const char **ret_why)
{
	struct settings file;

	*ret_why = settings_begin(&file, text, len);
	while (*ret_why == NULL && settings_next(&file))
		*ret_why = read_process(&file, ret);
	*ret_line = file.line;
	return *ret_why == NULL ? 0 : -1;
}
