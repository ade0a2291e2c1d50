/*
 * Perl code as GNU parallel has it: in templates, {= s/a/b/ =}, --rpl and
 * --filter, by the name parallel; for the column of --shard, --bin and
 * --group-by, by both names.  One perl(1) runs all of it, which was started
 * before and is asked over a socket: whoever asks comes again when an answer
 * can be read, so that code which never ends stops nothing but the start of
 * more commands.
 */
#ifndef INPUT_PERL_H
#define INPUT_PERL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "item.h"

struct buf;
struct perl;
struct template_job;

/*
 * The program that the perl at the other end is to run, each part behind an -e.
 * NULL ends it.
 */
extern const char *const perl_program[];

/* Returns what talks to it; owns the socket. */
struct perl *perl_new(int fd);
void perl_free(struct perl *p);

/*
 * Has the code compiled, once for each code.  Returns 0 and its number; or -1
 * with the reason in *ret_error, which the caller frees.  Waits, but not for
 * ever.
 */
int perl_define(
    struct perl *p, const char *code, size_t *ret_number, char **ret_error);

/* How a tag of --rpl is written: {%([^}]+?)} has groups. */
struct perl_tag {
	const char *prefix; /* {% */
	const char *groups; /* ([^}]+?), or "" */
	const char *postfix;
	bool positioned; /* a number is to follow the brace */
};

struct perl_match {
	size_t start, len;
	char *position; /* the number, or ""; owned */
	char *groups;   /* Perl code that sets $_pAr_gRp1 and so on; owned */
};

/*
 * Finds the tag in the text.  Returns 1 with what was found, which the caller
 * frees; 0 if it is not there; or -1 as perl_define().
 */
int perl_find(struct perl *p, const struct perl_tag *tag, const char *text,
    struct perl_match *ret, char **ret_error);

/*
 * True if who, any pointer, has asked its question for this job, whether or not
 * the answer is there.  Else it may ask: perl_begin(), perl_add() for each
 * value, perl_add_test() for each test, then perl_answer().
 */
bool perl_is_asked(
    const struct perl *p, const void *who, const struct template_job *job);

/*
 * Begins a question.  False if the answer to an earlier one, which nobody needs
 * any more, has still to come: it is for perl_answer() to read that first.
 */
bool perl_begin(
    struct perl *p, const void *who, const struct template_job *job);

/* Asks what the code makes of the argument of that index. */
void perl_add(
    struct perl *p, size_t number, const struct argument *arg, size_t index);

/* Asks whether the code in the text is true: --filter. */
void perl_add_test(struct perl *p, const char *text, size_t len);

/*
 * The same for code that is not of a template: who has asked question number n,
 * or may ask it now by perl_begin_values() and perl_add_value(), then
 * perl_answer().  What the code makes of the values is perl_changed().
 */
bool perl_is_asked_values(const struct perl *p, const void *who, uint64_t n);
bool perl_begin_values(
    struct perl *p, const void *who, uint64_t n, size_t number);
void perl_add_value(struct perl *p, const struct argument *value);
struct argument perl_changed(const struct perl *p, size_t i);

/*
 * Sends the question, if need be, and reads the answer: SOURCE_RECORD when it
 * is there, SOURCE_WAIT; SOURCE_ERROR: see perl_error().
 */
enum source_state perl_answer(struct perl *p);

/* The value that was asked for as number n, from 0, and if it is unquoted. */
struct argument perl_value(const struct perl *p, size_t n, bool *ret_unquoted);

/* True if the code has called skip(), or a test was not true. */
bool perl_skips(const struct perl *p);

/* The answer was used. */
void perl_forget(struct perl *p);

/* The descriptor to wait for; -1: perl_answer() did not say SOURCE_WAIT. */
int perl_fd(const struct perl *p);
void perl_expect_nothing(struct perl *p);

/* Why there was SOURCE_ERROR, or NULL. */
const char *perl_error(const struct perl *p);

#endif
