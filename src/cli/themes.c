#include "themes.h"

#include <assert.h>
#include <string.h>

static const struct setting *const themes[] = {
	opt_run_settings,
	opt_template_settings,
	opt_end_settings,
	opt_output_settings,
	opt_parallel_settings,
	opt_service_settings,
	opt_retry_settings,
	opt_pace_settings,
	opt_limit_settings,
	opt_contain_settings,
	opt_record_settings,
	opt_machine_settings,
	opt_pipe_settings,
	opt_sem_settings,
	opt_parallel_template_settings,
	opt_shell_settings,
	opt_refused_settings,
};

size_t
themes_list(unsigned flags, const struct setting *ret[THEMES_MAX_ROWS])
{
	size_t n = 0;

	for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++) {
		for (const struct setting *s = themes[i]; s->flags != 0; s++) {
			if ((s->flags & flags) == 0)
				continue;
			assert(n < THEMES_MAX_ROWS);
			ret[n++] = s;
		}
	}
	return n;
}

const struct setting *
themes_find_name(unsigned flags, const char *name, size_t len)
{
	const struct setting *rows[THEMES_MAX_ROWS];
	size_t n = themes_list(flags, rows);

	for (size_t i = 0; i < n; i++)
		if (rows[i]->name != NULL &&
		    strncmp(rows[i]->name, name, len) == 0 &&
		    rows[i]->name[len] == '\0')
			return rows[i];
	return NULL;
}

const struct setting *
themes_find_letter(unsigned flags, char letter)
{
	const struct setting *rows[THEMES_MAX_ROWS];
	size_t n = themes_list(flags, rows);

	for (size_t i = 0; i < n; i++)
		if (rows[i]->letter != '\0' && rows[i]->letter == letter)
			return rows[i];
	return NULL;
}
