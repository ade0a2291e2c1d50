#include "classes.h"

#include <stdio.h>

#include "sys/semaphore.h"

const struct class_limit *
classes_take(const struct class_limits *limits, size_t running)
{
	for (size_t i = 0; i < limits->n; i++) {
		const struct class_limit *class = &limits->items[i];

		while (semaphore_held(class->semaphore) < running)
			if (!semaphore_take(
				class->semaphore, class->most, limits->note))
				return class;
	}
	return NULL;
}

bool
classes_suffice(const struct class_limits *limits, size_t running)
{
	for (size_t i = 0; i < limits->n; i++)
		if (semaphore_held(limits->items[i].semaphore) < running)
			return false;
	return true;
}

bool
classes_settle(const struct class_limits *limits, size_t running)
{
	bool any = false;

	for (size_t i = 0; i < limits->n; i++)
		any |= semaphore_give_back(limits->items[i].semaphore, running);
	return any;
}

bool
classes_has_others(const struct class_limit *class)
{
	return semaphore_held(class->semaphore) < class->most;
}

void
classes_describe(const struct class_limit *class, char *buf, size_t size)
{
	char holders[SEMAPHORE_HOLDERS_MAX];

	if (semaphore_is_stalled(class->semaphore)) {
		snprintf(buf, size,
		    "--limit %s=%zu: a process that may be stopped has %s for "
		    "itself",
		    class->name, class->most, semaphore_path(class->semaphore));
		return;
	}
	semaphore_holders(class->semaphore, holders);
	snprintf(buf, size, "one of --limit %s=%zu: held by %s", class->name,
	    class->most, holders[0] != '\0' ? holders : "jobs of this nursery");
}
