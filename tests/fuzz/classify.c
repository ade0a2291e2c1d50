/* command_init(): a direct command's words are the text but for the blanks. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "job/command.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_direct(const struct command *cmd)
{
	static const char meta[] = "!\"#$&'()*;<>?[\\]^`{|}~\n\r\177";
	const char *text = cmd->text;

	assert(strlen(text) == cmd->len && strpbrk(text, meta) == NULL);
	assert(cmd->argv[0] != NULL && strchr(cmd->argv[0], '=') == NULL);
	for (char **arg = cmd->argv; *arg != NULL; arg++) {
		size_t len = strlen(*arg);

		assert(len > 0 && strpbrk(*arg, " \t") == NULL);
		assert(arg == cmd->argv || *text == ' ' || *text == '\t');
		text += strspn(text, " \t");
		assert(strncmp(text, *arg, len) == 0);
		text += len;
	}
	assert(text[strspn(text, " \t")] == '\0');
}

static void
check_shell(const struct command *cmd, const char *shell)
{
	char **arg = cmd->argv;

	assert(strcmp(*arg++, shell) == 0);
	assert(strcmp(*arg++, "-c") == 0);
	if (cmd->text[0] == '-' || cmd->text[0] == '+')
		assert(strcmp(*arg++, "--") == 0);
	assert(*arg++ == cmd->text && *arg == NULL);
}

static char *const shell[] = { (char *)"/bin/sh", NULL };

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	struct command cmd;

	for (int may = 0; may < 2; may++) {
		command_init(&cmd, text, size, shell, may);
		assert(cmd.len == size);
		assert(memcmp(cmd.text, text, size) == 0);
		assert(cmd.text[size] == '\0');
		assert(may || !cmd.direct);
		if (cmd.direct)
			check_direct(&cmd);
		else
			check_shell(&cmd, "/bin/sh");
		command_release(&cmd);
	}
	return 0;
}
