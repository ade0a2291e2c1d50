/*
 * sshlogin_add_list(): whatever is accepted can be written again and read as
 * the same machines, and becomes one word for the carrier that is no option.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/strvec.h"
#include "base/xalloc.h"
#include "remote/carrier.h"
#include "remote/host.h"
#include "remote/sshlogin.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The machine as it is written in a list. */
static void
put_host(struct buf *list, const struct host *host)
{
	if (host->cpus > 0)
		buf_printf(list, "%d/", (int)host->cpus);
	for (const char *s = host->carrier; s != NULL && *s != '\0'; s++)
		buf_puts(list, *s == ',' ? "\\," : (const char[]){ *s, '\0' });
	buf_printf(
	    list, "%s%s\n", host->carrier != NULL ? " " : "", host->name);
}

static void
check_again(const struct hosts *hosts)
{
	struct hosts again = { .items = NULL };
	struct buf list = BUF_INIT;

	for (size_t i = 0; i < hosts->len; i++)
		put_host(&list, &hosts->items[i]);
	buf_append(&list, "", 1);
	assert(sshlogin_add_list(&again, list.data) == NULL);
	assert(again.len == hosts->len);
	for (size_t i = 0; i < hosts->len; i++) {
		const struct host *a = &hosts->items[i], *b = &again.items[i];

		assert(strcmp(a->name, b->name) == 0 && a->cpus == b->cpus);
		assert(strcmp(a->shown, b->shown) == 0 && a->here == b->here);
		assert((a->carrier == NULL) == (b->carrier == NULL));
	}
	hosts_release(&again);
	buf_release(&list);
}

static void
check_command(struct hosts *hosts)
{
	struct machine_options options = { .carrier = CARRIER_SSH,
		.agent_path = "/n" };
	struct strvec argv = STRVEC_INIT;

	for (size_t i = 0; i < hosts->len; i++) {
		struct host *host = &hosts->items[i];

		assert(host->here || host->name[0] != '-');
		assert(strpbrk(host->name, " \t\n;$`'\"\\*?~|&<>()") == NULL);
		if (host->carrier != NULL)
			continue;
		carrier_command(&options, host, "0", &argv);
		assert(strcmp(argv.items[argv.len - 1], "--agent=0") == 0);
		assert(host->here || argv.items[argv.len - 4][0] != '-');
		strvec_clear(&argv);
	}
	strvec_release(&argv);
}

/* A dash alone and two dots would read files. */
static int
names_file(const char *list)
{
	return strchr(list, '-') != NULL || strstr(list, "..") != NULL;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *list = xmemdup0((const char *)data, size), *wrong;
	struct hosts hosts = { .items = NULL };

	if (!names_file(list)) {
		wrong = sshlogin_add_list(&hosts, list);
		if (wrong == NULL) {
			check_again(&hosts);
			check_command(&hosts);
		}
		free(wrong);
	}
	hosts_release(&hosts);
	free(list);
	return 0;
}
