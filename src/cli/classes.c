#include "classes.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "reading.h"
#include "sem.h"
#include "sys/semaphore.h"

/* A longer name would not fit that of a file, where a byte may take three. */
#define NAME_LEN_MAX 80

int
classes_set(struct reading *reading, const char *value)
{
	struct class_limits *classes = &reading->options.scope.pace.classes;
	const char *equals = strrchr(value, '=');
	size_t len = equals != NULL ? (size_t)(equals - value) : 0;
	struct class_limit *class;
	int64_t most;
	char *name;

	if (len == 0 || len > NAME_LEN_MAX ||
	    parse_count(equals + 1, 1, INT32_MAX, &most) < 0)
		return reading_bad(reading, value,
		    "not a class and how many of its jobs run at once (try "
		    "gpu=2)");
	name = xmemdup0(value, len);
	for (size_t i = 0; i < classes->n; i++)
		if (strcmp(classes->items[i].name, name) == 0) {
			free(name);
			return reading_bad(
			    reading, value, "a second limit for this class");
		}
	classes->items = xreallocarray(
	    classes->items, classes->n + 1, sizeof(*classes->items));
	class = &classes->items[classes->n++];
	*class = (struct class_limit){ .name = reading_keep(reading, name),
		.most = (size_t)most };
	free(name);
	return 0;
}

int
classes_open(struct reading *reading)
{
	struct options *options = &reading->options;
	struct class_limits *classes = &options->scope.pace.classes;
	const struct strvec *words = &options->words;
	char *note;

	if (options->action != OPTIONS_RUN || classes->n == 0)
		return 0;
	note = xasprintf("nursery %d%s%s%s", (int)getpid(),
	    words->len > 0 ? " (" : "", words->len > 0 ? words->items[0] : "",
	    words->len > 0 ? ")" : "");
	classes->note = reading_keep(reading, note);
	free(note);
	for (size_t i = 0; i < classes->n; i++) {
		struct class_limit *class = &classes->items[i];

		class->semaphore = semaphore_open(class->name, sem_say_stalled);
		if (class->semaphore == NULL) {
			char *shown =
			    msg_short(class->name, strlen(class->name));

			msg_warn("--limit %s: cannot open its lock in "
				 "/tmp: %s",
			    shown, semaphore_why(errno));
			free(shown);
			return -1;
		}
	}
	return 0;
}

void
classes_close(const struct class_limits *classes)
{
	for (size_t i = 0; i < classes->n; i++)
		semaphore_close(classes->items[i].semaphore);
}
