/* What this machine is called. */
#ifndef SYS_MACHINE_H
#define SYS_MACHINE_H

/* As much as the kernel keeps, and a NUL. */
#define MACHINE_NAME_MAX 65

/* Its host name into buf, which is returned; "localhost" if it has none. */
const char *machine_name(char buf[MACHINE_NAME_MAX]);

#endif
