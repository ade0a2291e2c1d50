/*
 * What the name that was given for a report leads to: a file, or a reader, as
 * that of a pipe.
 *
 * A report that is to be found whole, or not at all, is written as a draft
 * first: a file without a name where the file system can do that, so that
 * nothing is left of it if we are killed.
 */
#ifndef RECORD_TARGET_H
#define RECORD_TARGET_H

#include <stdbool.h>

#include <sys/types.h>

struct stat;

enum target_kind {
	TARGET_GROWS, /* a file that is written at its end */
	TARGET_WHOLE, /* a draft until target_name() */
};

/* By which two names of one file are recognized: the file, and its folder. */
struct target_identity {
	dev_t dev, folder_dev;
	ino_t ino, folder_ino; /* 0: not known */
	char *base;            /* its name in that folder, owned; or NULL */
};

struct target {
	const char *option; /* "--events"; borrowed */
	const char *path;   /* as it was given; borrowed */
	int file;           /* a regular file that is written; -1: none */
	int reader;         /* what leads to a reader; -1: none */
	bool absent;        /* a FIFO that nobody has opened for reading yet */
	char *name;         /* that the draft will get, owned; NULL: none */
	char *draft; /* that the draft has meanwhile, owned; NULL: none */
	mode_t mode; /* of the file that it will replace; 0: there is none */
	struct target_identity identity;
};

/* True for "fd:N", and for "-", which is standard output. */
bool target_is_descriptor(const char *path);

/*
 * Opens what path leads to: a file, or "fd:N", or "-".  option is what messages
 * call it.  Both are borrowed.  A draft of which a reader gets a copy at the
 * end is made in the folder tmpdir.  Nothing is emptied yet.  Ends the program
 * by msg_fatal() if it cannot be written, or if it is where standard input,
 * output or error lead to (unless it was given as "-").  The caller owns the
 * descriptors file and reader.
 */
void target_open(struct target *target, const char *option, const char *path,
    enum target_kind kind, const char *tmpdir);

/* True if what is written is the file of that stat(2). */
bool target_is_file(const struct target *target, const struct stat *st);

/*
 * Why what fd, of that stat(2), leads to must not be written, since a standard
 * stream of ours leads there, too; NULL: it may.  With dash standard output is
 * what the user wants.
 */
const char *target_clash(int fd, const struct stat *st, bool dash);

/* True if both would be written to one file. */
bool target_is_same(const struct target *a, const struct target *b);

/*
 * Gives the draft its name; a file that had it is replaced.  Returns 0, or -1
 * with errno.
 */
int target_name(struct target *target);

/* Removes a draft that has not got its final name, and frees the target. */
void target_release(struct target *target);

/* Ends the program: says by msg_fatal() why the target cannot be written. */
_Noreturn void target_refuse(const struct target *target, const char *why);

#endif
