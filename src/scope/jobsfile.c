#include "jobsfile.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "base/msg.h"
#include "base/parse.h"
#include "base/xalloc.h"
#include "state.h"
#include "sys/cpu.h"

/* How often the file is looked at while nothing else wakes us. */
#define LOOK_NS (1 * NS_PER_S)

#define TEXT_MAX 64

int
jobsfile_parse(const char *text, struct jobs_limit *ret)
{
	char line[TEXT_MAX];
	size_t len = strlen(text);
	int64_t thousandths, n;

	if (len == 0 || len >= sizeof(line))
		return -1;
	memcpy(line, text, len + 1);
	if (line[len - 1] == '\n')
		line[--len] = '\0';
	if (parse_jobs(line, ret) == 0)
		return 0;
	if (len == 0 || line[len - 1] != '%')
		return -1;
	line[len - 1] = '\0';
	if (parse_scaled(line, 1000, &thousandths) < 0 ||
	    __builtin_mul_overflow(thousandths, (int64_t)cpu_count(), &n) ||
	    n == 0 || n / 100000 >= INT_MAX)
		return -1;
	*ret = (struct jobs_limit){ JOBS_NUMBER, (n + 99999) / 100000 };
	return 0;
}

int64_t
jobsfile_resolve(const struct jobs_limit *limit)
{
	if (limit->kind == JOBS_PERCENT)
		return (limit->n * cpu_count() + 99) / 100;
	return jobs_limit_resolve(limit, cpu_count());
}

int
jobsfile_read(const char *path, struct jobs_limit *ret)
{
	char text[TEXT_MAX];
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t len;

	if (fd < 0)
		return -1;
	len = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (len < 0)
		return -1;
	text[len] = '\0';
	errno = EINVAL;
	return jobsfile_parse(text, ret);
}

/* Reads the file if it is not what was read last. */
static void
look(struct scope *scope)
{
	const char *path = scope->options->parallel.jobs_file;
	struct jobs_file *file = &scope->slots.file;
	struct jobs_limit limit;
	struct stat st;

	if (stat(path, &st) < 0 ||
	    (st.st_mtim.tv_sec == file->changed.tv_sec &&
		st.st_mtim.tv_nsec == file->changed.tv_nsec &&
		st.st_ino == file->inode))
		return;
	file->changed = st.st_mtim;
	file->inode = st.st_ino;
	if (jobsfile_read(path, &limit) == 0)
		file->limit = jobsfile_resolve(&limit);
	else
		msg_warn("--jobs: no number of jobs is in '%s': it stays at "
			 "what it was",
		    path);
}

static void
timer_fired(struct loop_timer *timer)
{
	struct scope *scope = timer->arg;

	look(scope);
	loop_timer_set(scope->context.loop, timer,
	    loop_now(scope->context.loop) + LOOK_NS);
}

void
jobsfile_init(struct scope *scope)
{
	struct jobs_file *file = &scope->slots.file;

	loop_timer_init(&file->timer, timer_fired, scope);
	if (scope->options->parallel.jobs_file == NULL)
		return;
	file->limit = scope->options->jobs;
	timer_fired(&file->timer);
}

void
jobsfile_release(struct scope *scope)
{
	loop_timer_clear(scope->context.loop, &scope->slots.file.timer);
}

int64_t
jobsfile_limit(struct scope *scope)
{
	if (scope->options->parallel.jobs_file == NULL)
		return scope->options->jobs;
	look(scope);
	return scope->slots.file.limit;
}
