/*
 * Lists of machines, in the manner of GNU parallel's --sshlogin and
 * --sshloginfile.
 */
#ifndef REMOTE_SSHLOGIN_H
#define REMOTE_SSHLOGIN_H

struct hosts;

/*
 * Adds the machines of a list: "a,b,4/c", parted by commas or newlines (two
 * commas, or a backslash and a comma, are a comma in a name).  N/ before a name
 * is the number of its CPUs, ":" is this machine, "-" and ".." stand for files:
 * see sshlogin_add_file().  Of words "COMMAND ARGS HOST" the last is the host,
 * those before it are run in place of "ssh".
 *
 * Returns NULL, or what is wrong: a sentence that the caller frees.
 */
char *sshlogin_add_list(struct hosts *hosts, const char *list);

/*
 * Adds the machines of a file, each line of which is such a list or, as for
 * mpirun(1), a name and "slots=N".  Blank lines are skipped, and what follows a
 * # that begins a word.  "-" is standard input, ".." and "." the files
 * sshloginfile of GNU parallel, the user's and the machine's; a name that is
 * not found is looked for where the user's is.
 *
 * Returns NULL, or what is wrong, and in which line: a sentence that the caller
 * frees.
 */
char *sshlogin_add_file(struct hosts *hosts, const char *path);

#endif
