/*
 * Sweeping up the private folders (see rundir.h) of nurseries that could not:
 * both of their processes were killed at once.  Folders of other machines,
 * which may share a file system, are left alone, and those from before a boot.
 */
#ifndef CONTAIN_SWEEP_H
#define CONTAIN_SWEEP_H

struct owner;

/*
 * Puts the owner's name into the folder, an absolute path, so that others can
 * tell when nobody will remove it; and removes the folders beside it that are
 * of nurseries of our user that are gone, and hold none of a nursery that is
 * not. Where this boot of the machine has no name, it does neither.
 */
void sweep(const char *folder, const struct owner *owner);

#endif
