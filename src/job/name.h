/*
 * Names of jobs: what the user calls a job, or what it is called by its command
 * because nobody has chosen a name.
 */
#ifndef JOB_NAME_H
#define JOB_NAME_H

#include <stddef.h>

/* Bytes of a name at most, with the NUL behind it. */
#define NAME_SIZE 101

/*
 * The program that a command runs, without its folder: what comes before it is
 * skipped, as assignments, env, exec, "cd DIR &&" or npx; of "npm run test" it
 * is test.  Writes it to name, cut if it is too long; never an empty one.
 */
void name_of_command(const char *text, size_t len, char name[NAME_SIZE]);

#endif
