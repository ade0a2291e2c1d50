/*
 * --limit: how many jobs of a class may run at once in all nurseries of this
 * user on this machine.  Each running job holds one of each class.
 */
#ifndef SCOPE_CLASSES_H
#define SCOPE_CLASSES_H

#include <stdbool.h>
#include <stddef.h>

struct semaphore;

struct class_limit {
	const char *name;
	size_t most;
	struct semaphore *semaphore; /* opened before nursery forks, so that
					both processes hold it; owned by cli */
};

struct class_limits {
	struct class_limit *items;
	size_t n;
	const char *note; /* what nurseries are told that wait for us */
};

/*
 * Takes places of each class until they are enough for so many jobs; does not
 * wait.  Returns NULL; or the class that is full: then classes_settle() gives
 * back what was taken of the others in vain.
 */
const struct class_limit *classes_take(
    const struct class_limits *limits, size_t running);

/* True if one of each class is held for so many jobs. */
bool classes_suffice(const struct class_limits *limits, size_t running);

/* Gives back what none of the running jobs needs.  True if that was any. */
bool classes_settle(const struct class_limits *limits, size_t running);

/* True if other nurseries hold some of a class that is full. */
bool classes_has_others(const struct class_limit *class);

/* Puts who holds the class into buf, to follow "waiting for". */
void classes_describe(const struct class_limit *class, char *buf, size_t size);

#endif
