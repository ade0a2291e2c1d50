/* Files that are written for a job before it starts: --template. */
#ifndef JOB_TEMPLATE_FILES_H
#define JOB_TEMPLATE_FILES_H

struct job;

/*
 * Writes them anew for an attempt of the job.  Returns 0; or an errno after a
 * message that names the file.
 */
int template_files_write(struct job *job);

/* The job will not run again: removes them if that was asked for. */
void template_files_remove(struct job *job);

#endif
