#include "host.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "sys/machine.h"

struct host_parts
host_cut(const char *name)
{
	const char *at = strrchr(name, '@'), *colon;
	struct host_parts parts = { .host = at != NULL ? at + 1 : name };

	parts.user_len = (size_t)(parts.host - name);
	parts.host_len = strlen(parts.host);
	colon = strrchr(parts.host, ':');
	/* with two colons it is an IPv6 address, which brackets may end */
	if (colon != NULL && colon > parts.host && colon[1] != '\0' &&
	    colon[1 + strspn(colon + 1, "0123456789")] == '\0' &&
	    (strchr(parts.host, ':') == colon || colon[-1] == ']')) {
		parts.port = colon + 1;
		parts.host_len = (size_t)(colon - parts.host);
	}
	if (parts.host_len > 2 && parts.host[0] == '[' &&
	    parts.host[parts.host_len - 1] == ']') {
		parts.host++;
		parts.host_len -= 2;
	}
	return parts;
}

static bool
same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* The name without user and port, from malloc(3). */
static char *
bare_name(const char *name)
{
	const struct host_parts parts = host_cut(name);

	return xmemdup0(parts.host, parts.host_len);
}

static bool
is_taken(const struct hosts *hosts, const char *shown)
{
	for (size_t i = 0; i < hosts->len; i++)
		if (strcmp(hosts->items[i].shown, shown) == 0)
			return true;
	return false;
}

static struct host *
append(struct hosts *hosts, struct host host)
{
	if (hosts->len == hosts->cap) {
		hosts->cap = hosts->cap * 2 + 8;
		hosts->items = xreallocarray(
		    hosts->items, hosts->cap, sizeof(*hosts->items));
	}
	hosts->items[hosts->len] = host;
	return &hosts->items[hosts->len++];
}

struct host *
hosts_add(struct hosts *hosts, const char *name, const char *carrier)
{
	struct host host = { .name = NULL };

	for (size_t i = 0; i < hosts->len; i++)
		if (!hosts->items[i].here &&
		    strcmp(hosts->items[i].name, name) == 0 &&
		    same(hosts->items[i].carrier, carrier))
			return &hosts->items[i];
	host.name = xstrdup(name);
	host.shown = bare_name(name);
	if (is_taken(hosts, host.shown)) {
		free(host.shown);
		host.shown = xstrdup(name);
	}
	host.carrier = carrier != NULL ? xstrdup(carrier) : NULL;
	return append(hosts, host);
}

struct host *
hosts_add_here(struct hosts *hosts)
{
	char name[MACHINE_NAME_MAX];

	for (size_t i = 0; i < hosts->len; i++)
		if (hosts->items[i].here)
			return &hosts->items[i];
	return append(hosts,
	    (struct host){ .name = xstrdup(":"),
		.shown = xstrdup(machine_name(name)),
		.here = true });
}

void
hosts_release(struct hosts *hosts)
{
	for (size_t i = 0; i < hosts->len; i++) {
		free(hosts->items[i].name);
		free(hosts->items[i].shown);
		free(hosts->items[i].carrier);
	}
	free(hosts->items);
	*hosts = (struct hosts){ .items = NULL };
}

char *
host_login(const struct host *host)
{
	return host->carrier != NULL
	    ? xasprintf("%s %s", host->carrier, host->name)
	    : xstrdup(host->name);
}

char *
host_bare(const struct host *host)
{
	return host->here ? xstrdup(host->name) : bare_name(host->name);
}

int64_t
host_slots(
    const struct machine_options *options, const struct host *host, int cpus)
{
	return jobs_limit_resolve(
	    &options->jobs, host->cpus > 0 ? (int)host->cpus : cpus);
}
