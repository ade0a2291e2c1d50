/*
 * Descriptors: whether there are enough for any job, and what makes more free.
 */
#ifndef SCOPE_FILES_H
#define SCOPE_FILES_H

#include <stdbool.h>

struct scope;

/*
 * The first thing in a scope.  Raises a low limit of descriptors, as far as
 * that is allowed, and keeps a reserve: see sys/fd.h; jobs get the limit that
 * we began with.  Ends the program by msg_fatal() if not even what every run
 * opens, and the reports that were asked for, can be open.
 */
void files_init(struct scope *scope);

/*
 * To be called when all is open that stays open, before anything is started:
 * ends the program by msg_fatal() if there are too few descriptors for one job,
 * and none that we can do without.
 */
void files_check(struct scope *scope);

/*
 * After a call failed with error, before anything is started: ends the program
 * as files_check() does if the error is EMFILE.
 */
void files_refuse(struct scope *scope, int error);

/*
 * After a call failed with error: true if that was EMFILE or ENFILE, and we
 * could raise our limit; or, of the second function, make a descriptor free in
 * any way.
 */
bool files_raise(struct scope *scope, int error);
bool files_find(struct scope *scope, int error);

#endif
