/* --memsuspend of GNU parallel: jobs are stopped while memory is short. */
#ifndef SCOPE_MEMORY_H
#define SCOPE_MEMORY_H

struct scope;

/* Looks at the memory now and then, if the options ask for it. */
void memory_init(struct scope *scope);
void memory_release(struct scope *scope);

#endif
