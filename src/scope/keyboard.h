/* The keys of our terminal, which a job may have: --pty with --stdin=first. */
#ifndef SCOPE_KEYBOARD_H
#define SCOPE_KEYBOARD_H

struct scope;

/* A job is given what is typed, key by key. */
void keyboard_take(const struct scope *scope);

/* No job is given it any more. */
void keyboard_give_back(const struct scope *scope);

/*
 * Around a stop of nursery, and before its end: the terminal is as it was; then
 * the job has the keys again, if one had them and we are in the foreground.
 */
void keyboard_suspend(const struct scope *scope);
void keyboard_resume(const struct scope *scope);

#endif
