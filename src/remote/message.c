#include "message.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/parse.h"
#include "base/xalloc.h"
#include "pack.h"
#include "report/outcome.h"

/* The policies of orphans, see job/options.h, which is above us. */
#define ORPHANS_MAX 3
/* The kinds of job servers, see jobserver/makeflags.h, which is beside us. */
#define SERVERS_MAX 3
/* The answers, see spawn/request.h, which is not known here. */
#define ANSWERS_MAX 7

void
message_put_hello(struct buf *b, const struct remote_hello *hello)
{
	pack_string(b, hello->host);
	pack_u32(b, hello->pid);
	pack_u32(b, hello->cpus);
	pack_string(b, hello->step);
}

int
message_get_hello(const char *data, size_t len, struct remote_hello *ret)
{
	struct unpack from = { data, len, false };

	*ret = (struct remote_hello){ .host = unpack_string(&from) };
	ret->pid = unpack_u32(&from);
	ret->cpus = unpack_u32(&from);
	ret->step = unpack_string(&from);
	if (unpack_is_done(&from) && ret->host != NULL)
		return 0;
	message_release_hello(ret);
	return -1;
}

void
message_release_hello(struct remote_hello *hello)
{
	free(hello->host);
	free(hello->step);
	*hello = (struct remote_hello){ .host = NULL };
}

/* A vector that nothing was pushed to has no NULL at its end. */
static void
put_vector(struct buf *b, const struct strvec *v)
{
	static char *const none[] = { NULL };

	pack_strings(b, v->items != NULL ? v->items : none);
}

void
message_put_config(struct buf *b, const struct remote_config *config)
{
	pack_string(b, config->host);
	pack_string(b, config->directory);
	pack_u32(b, config->umask);
	put_vector(b, &config->env);
	put_vector(b, &config->shell);
	pack_u8(b, config->direct);
	pack_u8(b, config->joined);
	pack_u8(b, config->orphans);
	pack_u32(b, config->signo);
	pack_u64(b, config->grace_ns);
	for (int i = 0; i < 3; i++)
		pack_u64(b, config->limits[i]);
	pack_u32(b, config->dead_man_s);
	pack_u64(b, config->deadline_ns);
	pack_u8(b, config->share.serves);
	pack_u8(b, config->share.kind);
	pack_u64(b, config->share.n);
	pack_u32(b, config->share.cpus);
	pack_string(b, config->parallel.login);
	pack_string(b, config->parallel.host);
	pack_u32(b, config->parallel.pid);
	pack_string(b, config->file.variable);
	pack_u8(b, config->file.fifo);
}

static bool
is_signal(uint32_t signo)
{
	return signo > 0 && signo < NSIG;
}

/* True for a time that fits in an int64_t. */
static bool
is_time(uint64_t ns)
{
	return ns <= INT64_MAX;
}

static void
get_share(struct unpack *from, struct remote_share *ret)
{
	ret->serves = unpack_u8(from);
	ret->kind = unpack_u8(from);
	ret->n = unpack_u64(from);
	ret->cpus = unpack_u32(from);
	if (ret->serves > SERVERS_MAX || ret->kind > JOBS_MINUS ||
	    ret->n > INT32_MAX || ret->cpus > INT32_MAX)
		from->bad = true;
}

static void
get_parallel(struct unpack *from, struct remote_parallel *ret)
{
	ret->login = unpack_string(from);
	ret->host = unpack_string(from);
	ret->pid = unpack_u32(from);
	if ((ret->login == NULL) != (ret->host == NULL) || ret->pid > INT32_MAX)
		from->bad = true;
}

static void
get_file(struct unpack *from, struct remote_file *ret)
{
	ret->variable = unpack_string(from);
	ret->fifo = unpack_u8(from) != 0;
	if (ret->variable != NULL &&
	    (ret->variable[0] == '\0' || strchr(ret->variable, '=') != NULL))
		from->bad = true;
}

int
message_get_config(const char *data, size_t len, struct remote_config *ret)
{
	struct unpack from = { data, len, false };

	*ret =
	    (struct remote_config){ .env = STRVEC_INIT, .shell = STRVEC_INIT };
	ret->host = unpack_string(&from);
	ret->directory = unpack_string(&from);
	ret->umask = unpack_u32(&from);
	unpack_strings(&from, &ret->env);
	unpack_strings(&from, &ret->shell);
	ret->direct = unpack_u8(&from) != 0;
	ret->joined = unpack_u8(&from) != 0;
	ret->orphans = unpack_u8(&from);
	ret->signo = unpack_u32(&from);
	ret->grace_ns = unpack_u64(&from);
	for (int i = 0; i < 3; i++)
		ret->limits[i] = unpack_u64(&from);
	ret->dead_man_s = unpack_u32(&from);
	ret->deadline_ns = unpack_u64(&from);
	get_share(&from, &ret->share);
	get_parallel(&from, &ret->parallel);
	get_file(&from, &ret->file);
	if (unpack_is_done(&from) && ret->host != NULL &&
	    ret->directory != NULL && ret->shell.len > 0 &&
	    ret->umask <= 0777 && ret->orphans <= ORPHANS_MAX &&
	    is_signal(ret->signo) && is_time(ret->grace_ns) &&
	    is_time(ret->limits[0]) && is_time(ret->limits[1]) &&
	    is_time(ret->limits[2]))
		return 0;
	message_release_config(ret);
	return -1;
}

void
message_release_config(struct remote_config *config)
{
	free(config->host);
	free(config->directory);
	free(config->parallel.login);
	free(config->parallel.host);
	free(config->file.variable);
	strvec_release(&config->env);
	strvec_release(&config->shell);
	config->host = config->directory = NULL;
	config->parallel.login = config->parallel.host = NULL;
	config->file.variable = NULL;
}

void
message_put_run(struct buf *b, const struct remote_run *run)
{
	pack_u64(b, run->seq);
	pack_u64(b, run->slot);
	pack_u64(b, run->attempt);
	pack_string(b, run->name);
	pack_bytes(b, run->text, run->len);
	put_vector(b, &run->args);
	pack_u8(b, run->input);
	pack_string(b, run->directory);
	pack_bytes(b, run->env, run->env_len);
}

/* Takes the variables, which are as many bytes as say so, to the last NUL. */
static bool
get_env(struct unpack *from, struct remote_run *ret)
{
	const char *env = unpack_bytes(from, &ret->env_len);

	if (env == NULL || ret->env_len == 0) {
		ret->env_len = 0;
		return env != NULL;
	}
	if (ret->directory == NULL || env[ret->env_len - 1] != '\0')
		return false;
	ret->env = xmemdup0(env, ret->env_len);
	return true;
}

int
message_get_run(const char *data, size_t len, struct remote_run *ret)
{
	struct unpack from = { data, len, false };

	*ret = (struct remote_run){ .seq = unpack_u64(&from) };
	ret->slot = unpack_u64(&from);
	ret->attempt = unpack_u64(&from);
	ret->name = unpack_string(&from);
	ret->text = unpack_string(&from);
	ret->len = ret->text != NULL ? strlen(ret->text) : 0;
	unpack_strings(&from, &ret->args);
	ret->input = unpack_u8(&from) != 0;
	ret->directory = unpack_string(&from);
	if (get_env(&from, ret) && unpack_is_done(&from) && ret->text != NULL &&
	    ret->attempt > 0 && ret->attempt <= INT64_MAX &&
	    ret->slot <= INT64_MAX &&
	    (ret->directory == NULL || ret->directory[0] == '/'))
		return 0;
	message_release_run(ret);
	return -1;
}

void
message_release_run(struct remote_run *run)
{
	free(run->name);
	free(run->text);
	strvec_release(&run->args);
	free(run->directory);
	free(run->env);
	*run = (struct remote_run){ .name = NULL };
}

void
message_put_spawn(struct buf *b, const struct remote_spawn *spawn)
{
	pack_u32(b, spawn->job);
	pack_u8(b, spawn->wait);
	pack_bytes(b, spawn->bytes, spawn->len);
}

int
message_get_spawn(const char *data, size_t len, struct remote_spawn *ret)
{
	struct unpack from = { data, len, false };
	uint8_t wait;

	*ret = (struct remote_spawn){ .job = unpack_u32(&from) };
	wait = unpack_u8(&from);
	ret->wait = wait == 1;
	ret->bytes = unpack_bytes(&from, &ret->len);
	return unpack_is_done(&from) && ret->bytes != NULL && wait <= 1 ? 0
									: -1;
}

void
message_put_answer(struct buf *b, const struct remote_answer *answer)
{
	pack_u8(b, answer->kind);
	pack_u32(b, (uint32_t)answer->detail);
}

int
message_get_answer(const char *data, size_t len, struct remote_answer *ret)
{
	struct unpack from = { data, len, false };

	*ret = (struct remote_answer){ .kind = unpack_u8(&from) };
	ret->detail = (int32_t)unpack_u32(&from);
	return unpack_is_done(&from) && ret->kind <= ANSWERS_MAX ? 0 : -1;
}

void
message_put_ask(struct buf *b, const struct remote_ask *ask)
{
	pack_u32(b, ask->signo);
	pack_u64(b, ask->grace_ns);
}

int
message_get_ask(const char *data, size_t len, struct remote_ask *ret)
{
	struct unpack from = { data, len, false };

	*ret = (struct remote_ask){ .signo = unpack_u32(&from) };
	ret->grace_ns = unpack_u64(&from);
	return unpack_is_done(&from) && is_signal(ret->signo) &&
		is_time(ret->grace_ns)
	    ? 0
	    : -1;
}

void
message_put_orphans(struct buf *b, const struct remote_orphans *orphans)
{
	pack_u64(b, orphans->count);
	pack_u8(b, orphans->at_least);
	pack_string(b, orphans->names);
}

int
message_get_orphans(const char *data, size_t len, struct remote_orphans *ret)
{
	struct unpack from = { data, len, false };

	*ret = (struct remote_orphans){ .count = unpack_u64(&from) };
	ret->at_least = unpack_u8(&from) != 0;
	ret->names = unpack_string(&from);
	if (unpack_is_done(&from) && ret->names != NULL)
		return 0;
	message_release_orphans(ret);
	return -1;
}

void
message_release_orphans(struct remote_orphans *orphans)
{
	free(orphans->names);
	*orphans = (struct remote_orphans){ .names = NULL };
}

void
message_put_exit(struct buf *b, const struct remote_exit *end)
{
	pack_u8(b, end->kind);
	pack_u32(b, end->detail);
	pack_u64(b, end->limit);
	pack_string(b, end->name);
	pack_u8(b, end->killed);
	pack_u8(b, end->started);
	pack_u8(b, end->unread);
	pack_u64(b, end->user_ns);
	pack_u64(b, end->system_ns);
	pack_u64(b, end->max_rss);
	pack_u64(b, end->elapsed_ns);
}

/* True if the detail is one that this kind of outcome has, see outcome.h. */
static bool
is_detail(uint8_t kind, uint32_t detail)
{
	switch ((enum outcome_kind)kind) {
	case OUTCOME_EXITED:
	case OUTCOME_OUT_OF_MEMORY:
	case OUTCOME_OUT_OF_PIDS:
		return detail > 0 && detail <= UINT8_MAX;
	case OUTCOME_KILLED:
	case OUTCOME_WANTS_TERMINAL:
		return is_signal(detail);
	case OUTCOME_SUCCEEDED:
	case OUTCOME_NOT_FOUND:
	case OUTCOME_NOT_EXECUTABLE:
	case OUTCOME_NO_DIRECTORY:
	case OUTCOME_NOT_STARTABLE:
	case OUTCOME_JOB_TIMEOUT:
	case OUTCOME_IDLE_TIMEOUT:
	case OUTCOME_LEFT_ORPHANS:
	case OUTCOME_ENDED_EARLY:
	case OUTCOME_NOT_READY:
	case OUTCOME_NEVER_READY:
	case OUTCOME_TAKEN:
	case OUTCOME_LOST:
	case OUTCOME_CANCELLED:
		return detail <= INT32_MAX;
	case OUTCOME_UNREACHABLE: /* an agent is reached */
	case OUTCOME_SKIPPED:     /* it is not sent */
		return false;
	}
	return false;
}

int
message_get_exit(const char *data, size_t len, struct remote_exit *ret)
{
	struct unpack from = { data, len, false };

	*ret = (struct remote_exit){ .kind = unpack_u8(&from) };
	ret->detail = unpack_u32(&from);
	ret->limit = unpack_u64(&from);
	ret->name = unpack_string(&from);
	ret->killed = unpack_u8(&from) != 0;
	ret->started = unpack_u8(&from) != 0;
	ret->unread = unpack_u8(&from) != 0;
	ret->user_ns = unpack_u64(&from);
	ret->system_ns = unpack_u64(&from);
	ret->max_rss = unpack_u64(&from);
	ret->elapsed_ns = unpack_u64(&from);
	if (unpack_is_done(&from) && is_detail(ret->kind, ret->detail) &&
	    is_time(ret->limit) && is_time(ret->user_ns) &&
	    is_time(ret->system_ns) && is_time(ret->max_rss) &&
	    is_time(ret->elapsed_ns))
		return 0;
	message_release_exit(ret);
	return -1;
}

void
message_release_exit(struct remote_exit *end)
{
	free(end->name);
	end->name = NULL;
}
