/* spec_parse(): a kind and a whole value, or one reason. */
#include <assert.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>

#include "base/xalloc.h"
#include "ready/spec.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Names are not looked up for real. */
int
getaddrinfo(const char *restrict host, const char *restrict service,
    const struct addrinfo *restrict hints, struct addrinfo **restrict ret)
{
	static struct sockaddr_in6 name = { .sin6_family = AF_INET6 };
	static struct addrinfo second = { .ai_family = AF_INET6,
		.ai_addr = (struct sockaddr *)&name,
		.ai_addrlen = sizeof(name) };
	static struct addrinfo first = { .ai_family = AF_INET6,
		.ai_addr = (struct sockaddr *)&name,
		.ai_addrlen = sizeof(name),
		.ai_next = &second };

	assert(host != NULL && service != NULL && strlen(service) <= 5);
	assert(*host != '\0' && hints->ai_socktype == SOCK_STREAM);
	*ret = host[0] % 2 ? &first : &second;
	return host[0] == 'x' ? EAI_NONAME : 0;
}

void
freeaddrinfo(struct addrinfo *list)
{
	(void)list;
}

static void
check(const char *text, const struct ready_spec *spec)
{
	size_t len = strlen(text);

	assert(spec->kind < READY_KINDS);
	assert((spec->kind == READY_NOTIFY) == (spec->value == NULL));
	if (spec->value != NULL)
		assert(*spec->value != '\0' && strlen(spec->value) < len &&
		    strcmp(text + len - strlen(spec->value), spec->value) == 0);
	assert((spec->kind == READY_FD) == (spec->number >= 3));
	assert((spec->kind == READY_LOG) == (spec->regex != NULL));
	assert((spec->kind == READY_TCP || spec->kind == READY_UNIX ||
		   spec->kind == READY_HTTP) == (spec->n_addresses > 0));
	assert((spec->kind == READY_HTTP) == (spec->request != NULL));
	if (spec->request != NULL) { /* nothing of the URL is a line of it */
		size_t lines = 0;

		for (const char *s = spec->request; *s != '\0'; s++)
			lines += *s == '\n';
		assert(lines == 6 && strcspn(spec->request, "\r") < len + 16);
	}
	for (size_t i = 0; i < spec->n_addresses; i++)
		assert(spec->addresses[i].len <= sizeof(spec->addresses->name));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xmemdup0(data, size), *why = NULL;
	struct ready_spec spec = { .number = -7 };

	/* What memory glibc wants for a{999}{999} or a+++++ is its affair. */
	if (strncmp(text, "log:", 4) == 0 &&
	    (strlen(text) > 20 || strchr(text, '{') != NULL)) {
		free(text);
		return 0;
	}
	if (spec_parse(text, &spec, &why) == 0) {
		assert(why == NULL);
		check(text, &spec);
		spec_release(&spec);
	} else {
		assert(why != NULL && *why != '\0' && spec.number == -7);
		free(why);
	}
	free(text);
	return 0;
}
