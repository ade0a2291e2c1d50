/* A string in memory that is shared with a process which may read any time. */
#ifndef BASE_PUBLISH_H
#define BASE_PUBLISH_H

#include <stddef.h>

/*
 * Copies text, which is not empty and fits, to shared, which has size bytes.
 * Whoever looks sees the empty string or the whole text, never a part, even if
 * we die meanwhile: a part of a path would be another path.
 */
void publish(char *shared, size_t size, const char *text);

#endif
