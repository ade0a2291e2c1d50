/*
 * Asking a web server for a page, to see whether it answers: as much of HTTP
 * as that needs.  Nothing here ever waits.
 */
#ifndef READY_HTTP_H
#define READY_HTTP_H

#include <stddef.h>

#include "dial.h"

struct http;
struct loop;

/* As many bytes of an answer have its status and what ends that. */
#define HTTP_STATUS_LEN (sizeof("HTTP/1.1 200 ") - 1)

/*
 * The status in the first HTTP_STATUS_LEN bytes of an answer, from 100 to 599;
 * -1: it is no answer of HTTP.
 */
int http_status(const char bytes[HTTP_STATUS_LEN]);

/*
 * Returns what sends the request, a string, to the first of the n addresses
 * that accepts a connection and says that all is well; the request and the
 * addresses are borrowed.  ended() is told as dial_answered() has it: 0 for a
 * status from 200 to 399.
 */
struct http *http_new(struct loop *loop, const char *request,
    const struct ready_address *addresses, size_t n, dial_ended *ended,
    void *arg);

/* Frees it; of a try under way nobody hears.  NULL is harmless. */
void http_free(struct http *http);

/*
 * Asks; not while it is asking.  ended() is called once, perhaps before this
 * returns, and may free the http.
 */
void http_try(struct http *http);

/* How the last try ended for each address, see dial_describe(). */
char *http_describe(const struct http *http);

#endif
