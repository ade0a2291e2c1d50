#include "machine.h"

#include <string.h>
#include <unistd.h>

const char *
machine_name(char buf[MACHINE_NAME_MAX])
{
	memset(buf, 0, MACHINE_NAME_MAX);
	if (gethostname(buf, MACHINE_NAME_MAX - 1) < 0 || buf[0] == '\0')
		strlcpy(buf, "localhost", MACHINE_NAME_MAX);
	return buf;
}
