#include "spec.h"

#include <limits.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/un.h>

#include "base/parse.h"
#include "base/regex.h"
#include "base/xalloc.h"

#define WHY_KIND                                                               \
	"no kind of readiness (try notify, fd:3, tcp:8080, unix:PATH, "        \
	"file:PATH, log:REGEX, exec:COMMAND or http://HOST:PORT/PATH)"

static void
add_address(struct ready_spec *spec, const void *name, socklen_t len)
{
	struct ready_address *address;

	spec->addresses = xreallocarray(
	    spec->addresses, spec->n_addresses + 1, sizeof(*spec->addresses));
	address = &spec->addresses[spec->n_addresses++];
	memset(&address->name, 0, sizeof(address->name));
	memcpy(&address->name, name, len);
	address->len = len;
}

/* The limit of open files is checked here: later only the child would fail. */
static char *
parse_fd(const char *value, struct ready_spec *spec)
{
	struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
	int64_t number;

	if (parse_count(value, 3, INT_MAX, &number) < 0)
		return xstrdup("not a descriptor for readiness (try fd:3; 0, 1 "
			       "and 2 are in use)");
	getrlimit(RLIMIT_NOFILE, &limit);
	if ((rlim_t)number >= limit.rlim_cur)
		return xasprintf("not a descriptor that a process can have "
				 "here (the limit of open files is %ju)",
		    (uintmax_t)limit.rlim_cur);
	spec->number = (int)number;
	return NULL;
}

static void
add_localhost(struct ready_spec *spec, in_port_t port)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET,
		.sin_port = port,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6,
		.sin6_port = port,
		.sin6_addr = IN6ADDR_LOOPBACK_INIT };

	add_address(spec, &v4, sizeof(v4));
	add_address(spec, &v6, sizeof(v6));
}

/* Adds the addresses of a host; with flags AI_NUMERICHOST it must be one. */
static char *
add_host(
    struct ready_spec *spec, const char *host, const char *service, int flags)
{
	struct addrinfo hints = { .ai_family = AF_UNSPEC,
		.ai_socktype = SOCK_STREAM,
		.ai_flags = flags | AI_NUMERICSERV };
	struct addrinfo *list;
	int error = getaddrinfo(host, service, &hints, &list);

	if (error != 0)
		return xasprintf(
		    "not a known address: %s: %s", host, gai_strerror(error));
	for (const struct addrinfo *ai = list; ai != NULL; ai = ai->ai_next)
		add_address(spec, ai->ai_addr, ai->ai_addrlen);
	freeaddrinfo(list);
	return NULL;
}

static char *
parse_tcp(const char *value, struct ready_spec *spec)
{
	const char *colon = strrchr(value, ':');
	const char *digits = colon != NULL ? colon + 1 : value;
	char service[sizeof("65535")];
	char *host, *why;
	size_t len;
	int64_t port;

	if (parse_count(digits, 1, 65535, &port) < 0)
		return xstrdup("not [HOST:]PORT with a port from 1 to 65535");
	if (colon == NULL) {
		add_localhost(spec, htons((in_port_t)port));
		return NULL;
	}
	snprintf(service, sizeof(service), "%d", (int)port);
	len = (size_t)(colon - value);
	if (len > 2 && value[0] == '[' && value[len - 1] == ']') {
		host = xmemdup0(value + 1, len - 2);
		why = add_host(spec, host, service, AI_NUMERICHOST);
	} else if (len == 0) {
		return xstrdup("not [HOST:]PORT: nothing precedes the colon");
	} else if (memchr(value, ':', len) != NULL) {
		return xstrdup("not [HOST:]PORT: an IPv6 address needs "
			       "brackets (try tcp:[::1]:8080)");
	} else {
		host = xmemdup0(value, len);
		why = add_host(spec, host, service, 0);
	}
	free(host);
	return why;
}

/* What is asked for; host as it is in the URL. */
static char *
make_request(const char *host, size_t len, const char *path)
{
	return xasprintf("GET %s%.*s HTTP/1.1\r\n"
			 "Host: %.*s\r\n"
			 "User-Agent: nursery\r\n"
			 "Accept: */*\r\n"
			 "Connection: close\r\n\r\n",
	    *path == '/' ? "" : "/", (int)strcspn(path, "#"), path, (int)len,
	    host);
}

static char *
parse_http(const char *value, struct ready_spec *spec)
{
	const char *host, *port;
	char *address, *why;
	size_t len, name_len;

	if (strncmp(value, "//", 2) != 0)
		return xstrdup("no URL (try http://localhost:8080/)");
	host = value + 2;
	len = strcspn(host, "/?#");
	for (const char *s = value; *s != '\0'; s++)
		if ((unsigned char)*s <= ' ' || *s == '\177')
			return xstrdup("no URL: it has a blank or a control "
				       "character (write %20)");
	if (memchr(host, '@', len) != NULL)
		return xstrdup("no URL that is asked: there is a user in it "
			       "(try exec:'curl -fsS URL')");
	port = memrchr(host, ':', len);
	if (port != NULL && memchr(port, ']', len - (size_t)(port - host)))
		port = NULL; /* a colon of an IPv6 address */
	name_len = port != NULL ? (size_t)(port - host) : len;
	if (memchr(host, ':', name_len) != NULL &&
	    (host[0] != '[' || host[name_len - 1] != ']'))
		return xstrdup("no URL: an IPv6 address needs brackets (try "
			       "http://[::1]:8080/)");
	address =
	    xasprintf("%.*s%s", (int)len, host, port == NULL ? ":80" : "");
	why = parse_tcp(address, spec);
	free(address);
	if (why == NULL)
		spec->request = make_request(host, len, host + len);
	return why;
}

static char *
parse_unix(const char *value, struct ready_spec *spec)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(value) >= sizeof(addr.sun_path))
		return xasprintf("no path for a socket: more than %zu bytes",
		    sizeof(addr.sun_path) - 1);
	memcpy(addr.sun_path, value, strlen(value) + 1);
	add_address(spec, &addr, sizeof(addr));
	return NULL;
}

static char *
parse_log(const char *value, struct ready_spec *spec)
{
	char *why, *text = regex_spell_out(value);
	int result;

	spec->regex = xmalloc(sizeof(*spec->regex));
	result = regex_compile(spec->regex, text, REG_NOSUB, &why);
	free(text);
	if (result == 0)
		return NULL;
	free(spec->regex);
	spec->regex = NULL;
	return why;
}

static const struct {
	const char *name; /* with the colon if a value belongs to it */
	/* returns NULL, or what is wrong; NULL takes any value */
	char *(*parse)(const char *value, struct ready_spec *spec);
} kinds[READY_KINDS] = {
	[READY_NOTIFY] = { "notify", NULL },
	[READY_FD] = { "fd:", parse_fd },
	[READY_TCP] = { "tcp:", parse_tcp },
	[READY_UNIX] = { "unix:", parse_unix },
	[READY_FILE] = { "file:", NULL },
	[READY_LOG] = { "log:", parse_log },
	[READY_EXEC] = { "exec:", NULL },
	[READY_HTTP] = { "http:", parse_http },
};

/* How long the name of the kind is in text; 0 if text is of another kind. */
static size_t
match_kind(int kind, const char *text)
{
	size_t len = strlen(kinds[kind].name);

	if (strncmp(text, kinds[kind].name, len) != 0 ||
	    (kinds[kind].name[len - 1] != ':' && text[len] != '\0'))
		return 0;
	return len;
}

/* What to say of a text that begins like none of the kinds. */
static char *
why_no_kind(const char *text)
{
	if (strncmp(text, "https:", 6) == 0)
		return xasprintf("no kind of readiness (try 'exec:curl -fsS "
				 "%s')",
		    text);
	if (*text != '\0' && text[strspn(text, "0123456789")] == '\0')
		return xasprintf("no kind of readiness (try tcp:%s)", text);
	return xstrdup(WHY_KIND);
}

int
spec_parse(const char *text, struct ready_spec *ret, char **ret_why)
{
	struct ready_spec spec = { 0 };
	char *why = NULL;
	size_t len = 0;
	int kind;

	for (kind = 0; kind < READY_KINDS; kind++)
		if ((len = match_kind(kind, text)) > 0)
			break;
	if (kind == READY_KINDS) {
		*ret_why = why_no_kind(text);
		return -1;
	}
	spec.kind = (enum ready_kind)kind;
	if (text[len] == '\0' && kind != READY_NOTIFY)
		why = xstrdup("not complete: nothing follows the colon");
	else if (kinds[kind].parse != NULL)
		why = kinds[kind].parse(text + len, &spec);
	if (why != NULL) {
		spec_release(&spec);
		*ret_why = why;
		return -1;
	}
	spec.text = xstrdup(text);
	spec.value = kind != READY_NOTIFY ? xstrdup(text + len) : NULL;
	*ret = spec;
	return 0;
}

void
spec_release(struct ready_spec *spec)
{
	if (spec->regex != NULL)
		regfree(spec->regex);
	free(spec->regex);
	free(spec->addresses);
	free(spec->request);
	free(spec->value);
	free(spec->text);
	*spec = (struct ready_spec){ 0 };
}
