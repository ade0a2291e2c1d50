/*
 * The name sem, and parallel --semaphore: one command that waits for its place
 * among those of the same name, by sys/semaphore.h, and then runs in the
 * background.  See sem(1).
 */
#ifndef CLI_SEM_H
#define CLI_SEM_H

#include <stdbool.h>

struct options;
struct reading;
struct semaphore;

/* True if the last part of path is "sem"; path may be NULL. */
bool sem_is_name(const char *path);

/*
 * Says that the lock of that path is used by nobody for long, as somebody may
 * be stopped who has it for himself.
 */
void sem_say_stalled(const char *path);

/*
 * When all options are known, before the operands are: sets what follows from
 * the options of sem, if that is asked for.  Returns 0, or -1 after a message.
 */
int sem_conclude(struct reading *reading);

/*
 * Waits for the place, if one is asked for, and goes into the background if
 * need be.  In the process that is to run the command it returns -1 and in *ret
 * the place, which is to be closed when no job is left, or NULL if none was
 * asked for.  Else it returns the exit status to end with at once: after a
 * message, or in the process that leaves the command to another one.
 */
int sem_enter(const struct options *options, struct semaphore **ret);

#endif
