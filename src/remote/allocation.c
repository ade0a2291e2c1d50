#include "allocation.h"

#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "host.h"
#include "sys/answer.h"

/* Much more than the names of all nodes of the largest clusters. */
#define NAMES_MAX (16 << 20)

/*
 * Reads the number at *s, which ends before one of ends or at the end of the
 * text, and moves *s there.  Returns 0, or -1.
 */
static int
take_count(const char **s, const char *ends, int64_t *ret)
{
	size_t len = strcspn(*s, ends);
	char *number = xmemdup0(*s, len);
	int result = parse_count(number, 1, INT_MAX, ret);

	free(number);
	*s += len;
	return result;
}

/*
 * Gives the nodes the CPUs that SLURM_TASKS_PER_NODE says: "8(x2),4" is 8, 8
 * and 4.  Returns 0, or -1 if it says something else.
 */
static int
count_tasks(struct host *nodes, size_t n, const char *tasks)
{
	size_t at = 0;

	for (const char *s = tasks;; s++) {
		int64_t cpus, times = 1;

		if (take_count(&s, "(,", &cpus) < 0)
			return -1;
		if (*s == '(') {
			if (s[1] != 'x')
				return -1;
			s += 2;
			if (take_count(&s, ")", &times) < 0 || *s++ != ')')
				return -1;
		}
		for (; times > 0 && at < n; times--)
			nodes[at++].cpus = cpus;
		if (times > 0)
			return -1;
		if (*s != ',')
			return *s == '\0' && at == n ? 0 : -1;
	}
}

/* Appends the names in the list, each with a newline behind it. */
static char *
expand_names(const char *list, struct buf *ret)
{
	static char scontrol[] = "scontrol", show[] = "show",
		    hostnames[] = "hostnames";
	char *copy = xstrdup(list);
	char *const argv[] = { scontrol, show, hostnames, copy, NULL };
	int status = answer_read(argv, false, NAMES_MAX, ret);
	char *wrong = NULL;

	if (status < 0)
		wrong = xasprintf("scontrol, which knows the names of the "
				  "nodes, cannot be run: %s",
		    strerror(errno));
	else if (status != 0 || ret->len == 0)
		wrong = xasprintf(
		    "'scontrol show hostnames' does not know the nodes '%s'",
		    list);
	free(copy);
	return wrong;
}

/* Adds the nodes whose names are lines of the text, which is changed. */
static void
add_names(struct hosts *hosts, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		if (*line != '\0')
			hosts_add(hosts, line, NULL);
}

static char *
say_outside(void)
{
	return xstrdup(
	    "we are in no allocation of Slurm (try: salloc -N 4 --exclusive "
	    "--no-kill nursery --slurm ..., or the same options and command "
	    "in a script for sbatch)");
}

/* srun has started several of us, each of which would run all jobs. */
static char *
say_several(const char *tasks)
{
	return xasprintf("srun has started %s of us, and one is enough (run "
			 "nursery without srun in the script of sbatch)",
	    tasks);
}

char *
allocation_add_nodes(struct hosts *hosts)
{
	const char *job = getenv("SLURM_JOB_ID"),
		   *list = getenv("SLURM_JOB_NODELIST"),
		   *tasks = getenv("SLURM_TASKS_PER_NODE"),
		   *here = getenv("SLURM_STEP_NUM_TASKS");
	size_t before = hosts->len;
	struct buf names = BUF_INIT;
	char *wrong;
	int64_t n;

	if (job == NULL || *job == '\0' || list == NULL || *list == '\0')
		return say_outside();
	if (here != NULL && parse_count(here, 2, INT_MAX, &n) == 0)
		return say_several(here);
	wrong = expand_names(list, &names);
	if (wrong == NULL) {
		buf_append(&names, "", 1);
		add_names(hosts, names.data);
		if (tasks != NULL &&
		    count_tasks(
			hosts->items + before, hosts->len - before, tasks) < 0)
			wrong = xasprintf(
			    "SLURM_TASKS_PER_NODE='%s' does not fit the %zu "
			    "nodes in SLURM_JOB_NODELIST (unset it, "
			    "and give -j)",
			    tasks, hosts->len - before);
	}
	buf_release(&names);
	return wrong;
}
