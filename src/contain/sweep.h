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
 * tell when nobody will remove it.  If that fails, they leave it alone.
 */
void sweep_sign(const char *folder, const struct owner *owner);

/*
 * Removes the folders beside the one of that path that are of nurseries of our
 * user that are gone, and hold none of a nursery that is not.  judge: who asks.
 */
void sweep_beside(const char *folder, const struct owner *judge);

#endif
