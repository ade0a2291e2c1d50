#include "limits.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "group.h"
#include "sys/cgroup.h"

#define CPU_PERIOD_US 100000 /* the kernel's default */

/* A controller, its option, and the limit of the option. */
static const struct controller {
	const char *name;
	const char *option;
	size_t offset; /* in struct limits */
} controllers[] = {
	{ "memory", "--memory-max", offsetof(struct limits, memory) },
	{ "pids", "--pids-max", offsetof(struct limits, pids) },
	{ "cpu", "--cpu-max", offsetof(struct limits, cpu) },
};

#define N_CONTROLLERS (sizeof(controllers) / sizeof(controllers[0]))

static bool
is_needed(const struct limits *limits, const struct controller *controller)
{
	int64_t limit;

	memcpy(
	    &limit, (const char *)limits + controller->offset, sizeof(limit));
	return limit != 0;
}

bool
limits_exist(const struct limits *limits)
{
	return limits->memory != 0 || limits->pids != 0 || limits->cpu != 0;
}

void
limits_controllers(const struct limits *limits, char sign, const char *except,
    char buf[LIMITS_CONTROLLERS_MAX])
{
	size_t len = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < N_CONTROLLERS; i++)
		if (is_needed(limits, &controllers[i]) &&
		    !cgroup_has_controller(except, controllers[i].name))
			len += (size_t)snprintf(buf + len,
			    LIMITS_CONTROLLERS_MAX - len, "%s%c%s",
			    len > 0 ? " " : "", sign, controllers[i].name);
}

const char *
limits_lack(
    const struct limits *limits, const char *list, const char **ret_controller)
{
	for (size_t i = 0; i < N_CONTROLLERS; i++) {
		if (!is_needed(limits, &controllers[i]) ||
		    cgroup_has_controller(list, controllers[i].name))
			continue;
		*ret_controller = controllers[i].name;
		return controllers[i].option;
	}
	return NULL;
}

static int
write_number(const char *dir, const char *name, int64_t number)
{
	char text[32];

	snprintf(text, sizeof(text), "%" PRId64, number);
	return group_write(dir, name, text);
}

/*
 * A job that needs more memory is to be killed as a whole, not to lose some of
 * its processes or to be slowed down by swapping.  A kernel without swap, or
 * without these files, does as well as it can.
 */
static int
set_memory(const char *dir, int64_t bytes)
{
	if (write_number(dir, "memory.max", bytes) < 0)
		return -1;
	group_write(dir, "memory.swap.max", "0");
	group_write(dir, "memory.oom.group", "1");
	return 0;
}

static int
set_cpu(const char *dir, int64_t percent)
{
	char text[64];

	snprintf(text, sizeof(text), "%" PRId64 " %d",
	    percent * (CPU_PERIOD_US / 100), CPU_PERIOD_US);
	return group_write(dir, "cpu.max", text);
}

int
limits_set(const struct limits *limits, const char *dir)
{
	if ((limits->memory != 0 && set_memory(dir, limits->memory) < 0) ||
	    (limits->pids != 0 &&
		write_number(dir, "pids.max", limits->pids) < 0) ||
	    (limits->cpu != 0 && set_cpu(dir, limits->cpu) < 0))
		return -1;
	return 0;
}

static int64_t
read_event(const char *dir, const char *name, const char *key)
{
	char text[512];
	int64_t number = cgroup_read(dir, name, text, sizeof(text)) < 0
	    ? 0
	    : cgroup_event(text, key);

	return number > 0 ? number : 0;
}

void
limits_read(
    const struct limits *limits, const char *dir, struct limit_events *ret)
{
	*ret = (struct limit_events){ 0, 0 };
	if (limits->memory != 0)
		ret->killed = read_event(dir, "memory.events", "oom_kill");
	if (limits->pids != 0)
		ret->refused = read_event(dir, "pids.events", "max");
}

enum limit
limits_met(const struct limit_events *before, const struct limit_events *after)
{
	if (after->killed > before->killed)
		return LIMIT_MEMORY;
	return after->refused > before->refused ? LIMIT_PIDS : LIMIT_NONE;
}
