#include "feed_agent.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include <sys/queue.h>
#include <sys/tree.h>

#include "base/msg.h"
#include "base/xalloc.h"
#include "closing.h"
#include "contain/reach.h"
#include "inflow.h"
#include "job/environment.h"
#include "job/states.h"
#include "job/tell.h"
#include "ladder.h"
#include "output/output.h"
#include "remote/agent.h"
#include "remote/message.h"
#include "report/report.h"
#include "shortage.h"
#include "spawn/request.h"
#include "state.h"
#include "sys/process.h"

/* What every message of ours begins with, and the controller adds itself. */
#define PREFIX "nursery: "

/* How long the end waits for a controller that may be gone. */
#define PARTING_NS (1 * NS_PER_S)

/* A job that the controller has sent. */
struct sent {
	struct agency *agency;
	uint32_t id;           /* what it is called on the connection */
	struct job *job;       /* NULL: it is still in the queue */
	struct remote_run run; /* owned */
	int64_t credit;        /* so many bytes more may be read of it */
	struct inflow *input;  /* what it reads; owned; NULL: nothing */
	bool dropped;          /* it is not to be started any more */
	bool started;          /* its leader ran */
	bool unread;           /* not all that it wrote could be read */
	char **envp; /* of one that was spawned; borrows from run; else NULL */
	RB_ENTRY(sent) node;    /* in agency.all */
	TAILQ_ENTRY(sent) link; /* in agency.queue */
};

RB_HEAD(sent_tree, sent);
TAILQ_HEAD(sent_list, sent);

struct agency {
	struct scope *scope;
	struct agent *agent;
	struct sent_tree all;   /* jobs that have not ended, by id */
	struct sent_list queue; /* those that are not taken by admission */
	uint64_t n_queued;
	uint32_t ended;          /* how many have */
	bool closed;             /* the controller gets no more jobs started */
	bool lost;               /* the controller is gone, or mad */
	bool parting;            /* only what waits has still to be read */
	struct loop_timer timer; /* that is waited for no longer */
	bool gave_up;            /* that time is over */
	/* hears of answers to clients of --spawn */
	void (*answered)(
	    void *arg, uint32_t client, const struct remote_answer *answer);
	void *answered_arg;
};

static int
compare(const struct sent *a, const struct sent *b)
{
	return (a->id > b->id) - (a->id < b->id);
}

RB_GENERATE_INTERNAL(
    sent_tree, sent, node, compare, static __attribute__((__unused__)))

static struct sent *
find(struct agency *agency, uint32_t id)
{
	struct sent key = { .id = id };

	return RB_FIND(sent_tree, &agency->all, &key);
}

/* The job that an event is about; NULL: of the strays. */
static struct sent *
find_told(struct agency *agency, const struct report_job *told)
{
	struct sent *sent;

	RB_FOREACH(sent, sent_tree, &agency->all)
		if (sent->job != NULL && sent->job->family.id == told->id)
			return sent;
	return NULL;
}

static void
free_sent(struct sent *sent)
{
	message_release_run(&sent->run);
	inflow_free(sent->input);
	free(sent->envp);
	free(sent);
}

/* Tells how a job has ended, and frees what we know of it. */
static void
end_sent(struct sent *sent, const struct remote_exit *end)
{
	struct agency *agency = sent->agency;

	agent_exited(agency->agent, sent->id, end);
	agency->ended++;
	RB_REMOVE(sent_tree, &agency->all, sent);
	free_sent(sent);
}

/* Ends a job that waits in the queue: it was never started. */
static void
drop_queued(struct sent *sent)
{
	const struct remote_exit end = { .kind = OUTCOME_CANCELLED };
	struct agency *agency = sent->agency;

	TAILQ_REMOVE(&agency->queue, sent, link);
	agency->n_queued--;
	end_sent(sent, &end);
}

/* What the job tells its maker. */

static bool
refuses(struct job *job, struct outcome *ret)
{
	const struct sent *sent = job->owner;

	*ret = (struct outcome){ .kind = OUTCOME_CANCELLED };
	return sent->dropped;
}

static void
started(struct job *job)
{
	struct sent *sent = job->owner;

	sent->started = true;
	agent_started(
	    sent->agency->agent, sent->id, job->family.leader.member.pid);
	if (sent->input != NULL)
		inflow_started(sent->input);
}

static void
over(struct job *job)
{
	struct sent *sent = job->owner;
	const struct outcome *outcome = &job->attempt.outcome;
	const struct report_usage usage = tell_usage(job);
	struct remote_exit end = { .kind = OUTCOME_CANCELLED };

	if (job->attempt.known)
		end = (struct remote_exit){ .kind = (uint8_t)outcome->kind,
			.detail = (uint32_t)outcome->detail,
			.limit = (uint64_t)outcome->limit,
			.name = (char *)(uintptr_t)outcome->name,
			.killed = outcome->killed,
			.started = sent->started,
			.unread = sent->unread,
			.user_ns = (uint64_t)usage.user_ns,
			.system_ns = (uint64_t)usage.system_ns,
			.max_rss = (uint64_t)usage.max_rss,
			.elapsed_ns = (uint64_t)(job->attempt.known_ns -
			    job->attempt.started_ns) };
	end_sent(sent, &end);
}

/* What the controller asks for. */

static void
taken(void *arg, size_t n, bool gone)
{
	const struct sent *sent = arg;

	agent_taken(sent->agency->agent, sent->id, n, gone);
}

static bool
input(void *arg, uint32_t id, const char *data, size_t len, bool last)
{
	struct sent *sent = find(arg, id);

	return sent == NULL ||
	    (sent->input != NULL && inflow_put(sent->input, data, len, last));
}

static bool
run(void *arg, uint32_t id, struct remote_run *run)
{
	struct agency *agency = arg;
	struct sent *sent;

	if (find(agency, id) != NULL)
		return false;
	sent = xcalloc(1, sizeof(*sent));
	sent->agency = agency;
	sent->id = id;
	sent->run = *run;
	sent->credit = REMOTE_CREDIT;
	if (run->input)
		sent->input =
		    inflow_new(agency->scope->context.loop, taken, sent);
	*run = (struct remote_run){ .text = NULL };
	RB_INSERT(sent_tree, &agency->all, sent);
	TAILQ_INSERT_TAIL(&agency->queue, sent, link);
	agency->n_queued++;
	if (agency->closed)
		drop_queued(sent);
	return true;
}

static void
credit(void *arg, uint32_t id, uint32_t bytes)
{
	struct sent *sent = find(arg, id);

	if (sent == NULL)
		return;
	sent->credit += bytes;
	if (sent->credit > 0 && sent->job != NULL &&
	    sent->job->output.capture != NULL)
		capture_pause(sent->job->output.capture, false);
}

/*
 * True if the job runs.  If it has not begun yet it never will: that is told
 * at once or, if admission has it already, in the next turn.
 */
static bool
runs(struct sent *sent)
{
	if (sent->started)
		return true;
	if (sent->job == NULL) {
		drop_queued(sent);
	} else {
		sent->dropped = true;
		shortage_wake(sent->agency->scope);
	}
	return false;
}

static void
ask(void *arg, uint32_t id, const struct remote_ask *ask)
{
	struct agency *agency = arg;
	struct sent *sent = find(agency, id);

	if (sent != NULL && runs(sent))
		ladder_ask(agency->scope, sent->job, (int)ask->signo,
		    (int64_t)ask->grace_ns);
}

static void
kill_job(void *arg, uint32_t id)
{
	struct sent *sent = find(arg, id);

	if (sent != NULL && runs(sent))
		job_event(sent->job, JOB_KILL);
}

static void
signal_job(void *arg, uint32_t id, int signo)
{
	struct sent *sent = find(arg, id);

	if (sent == NULL || !sent->started)
		return;
	/* whoever stops it there knows that it is stopped */
	sent->job->attempt.said.stopped = signo != SIGCONT;
	reach_signal(&sent->job->family, signo);
}

static void
answer(void *arg, uint32_t client, const struct remote_answer *given)
{
	struct agency *agency = arg;

	agency->answered(agency->answered_arg, client, given);
}

static void
wait_no_longer(struct loop_timer *timer)
{
	struct agency *agency = timer->arg;

	agency->gave_up = true;
}

static void
limit_parting(struct agency *agency)
{
	struct loop *loop = agency->scope->context.loop;

	loop_timer_set(
	    loop, &agency->timer, loop_after(loop_now(loop), PARTING_NS));
}

static void
quit(void *arg, int64_t grace_ns, const char *why)
{
	struct agency *agency = arg;

	agency->lost |= why != NULL;
	if (agency->parting && agency->lost)
		limit_parting(agency);
	closing_quit(agency->scope, grace_ns);
}

/* What the report tells. */

static void
hear(void *arg, const struct report_event *event)
{
	struct agency *agency = arg;
	struct sent *sent, *next;

	if (event->kind == REPORT_CLOSED) {
		if (event->signo != 0)
			agent_fail(agency->agent, event->text);
		agency->closed = true;
		TAILQ_FOREACH_SAFE(sent, &agency->queue, link, next)
			drop_queued(sent);
		return;
	}
	if (event->kind != REPORT_ORPHANS && event->kind != REPORT_UNREAD)
		return;
	sent = find_told(agency, event->job);
	if (sent == NULL)
		return;
	if (event->kind == REPORT_UNREAD)
		sent->unread = true;
	else
		agent_orphans(agency->agent, sent->id,
		    &(struct remote_orphans){ .count = event->count,
			.at_least = event->at_least,
			.names = (char *)(uintptr_t)event->text });
}

void
feed_agent_took(struct job *job, int fd, const char *data, size_t len)
{
	struct sent *sent = job->owner;

	agent_wrote(sent->agency->agent, sent->id, fd, data, len);
	sent->credit -= (int64_t)len;
	if (sent->credit <= 0)
		capture_pause(job->output.capture, true);
}

/* A line of nursery's own, for msg_set_writer(). */
static void
say(void *arg, const char *line, size_t len)
{
	struct agency *agency = arg;

	if (len > 0 && line[len - 1] == '\n')
		len--;
	if (len >= strlen(PREFIX) &&
	    memcmp(line, PREFIX, strlen(PREFIX)) == 0) {
		line += strlen(PREFIX);
		len -= strlen(PREFIX);
	}
	agent_say(agency->agent, line, len);
}

uint32_t
feed_agent_number(const struct job *job)
{
	const struct sent *sent = job->owner;

	return job->kind == kind_of(KIND_SENT) ? sent->id : 0;
}

void
feed_agent_listen(struct feed *feed,
    void (*answered)(
	void *arg, uint32_t client, const struct remote_answer *answer),
    void *arg)
{
	struct agency *agency = feed->arg;

	agency->answered = answered;
	agency->answered_arg = arg;
}

/* A spawned job: the directory and the environment are those of its client. */
static int
equip(struct job *job, struct process_request *request)
{
	const struct sent *sent = job->owner;
	char *const *variable;

	if (sent->input != NULL) {
		request->fds[0] = inflow_open(sent->input);
		if (request->fds[0] < 0)
			return -1;
	}
	if (sent->envp == NULL)
		return 0;
	request->directory = sent->run.directory;
	request->envp = sent->envp;
	for (variable = sent->envp; *variable != NULL; variable++)
		if (job->command.direct && strncmp(*variable, "PATH=", 5) == 0)
			request->path = *variable + 5;
	return 0;
}

/* How many variables there are in so many bytes. */
static uint64_t
count_variables(const char *env, size_t len)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += env[i] == '\0';
	return n;
}

/* Makes the environment of a spawned job, and its command fit for that. */
static void
prepare_spawned(struct sent *sent, struct job *job)
{
	struct scope *scope = sent->agency->scope;
	const struct remote_run *run = &sent->run;
	const struct request request = { .variables = run->env,
		.n_variables = count_variables(run->env, run->env_len) };
	bool path = false;

	sent->envp =
	    environment_of_request(scope->context.environment, &request);
	for (char **variable = sent->envp; *variable != NULL; variable++)
		path |= strncmp(*variable, "PATH=", 5) == 0;
	if (!job->command.direct ||
	    (path && command_environment_plain(sent->envp)))
		return;
	command_release(&job->command);
	command_init(&job->command, run->text, run->len,
	    scope->options->job.shell, false);
}

/* The feed. */

static enum feed_answer
next(void *feed, bool room, struct job **ret_job)
{
	static const struct job_hooks hooks = { .refuses = refuses,
		.equip = equip,
		.started = started,
		.over = over };
	struct agency *agency = feed;
	struct sent *sent = TAILQ_FIRST(&agency->queue);
	struct job *job;

	(void)room;
	if (sent == NULL)
		return FEED_NONE;
	TAILQ_REMOVE(&agency->queue, sent, link);
	agency->n_queued--;
	job = job_new(&agency->scope->context, KIND_SENT, sent->run.seq,
	    sent->run.text, sent->run.len);
	if (sent->run.args.len > 0) {
		command_release(&job->command);
		command_init_argv(&job->command, sent->run.text, sent->run.len,
		    job->context->options->shell, sent->run.args.items);
	}
	job->hooks = &hooks;
	job->owner = sent;
	job->name = sent->run.name;
	job->slot = (int64_t)sent->run.slot;
	job->attempt.number = (int64_t)sent->run.attempt - 1;
	job->place.in_file =
	    sent->run.input && job->context->options->wrapping.input.variable;
	sent->job = job;
	if (sent->run.directory != NULL)
		prepare_spawned(sent, job);
	*ret_job = job;
	return FEED_JOB;
}

static bool
is_over(const void *feed)
{
	const struct agency *agency = feed;

	return agency->closed;
}

static uint64_t
known(const void *feed, bool *ret_all)
{
	const struct agency *agency = feed;

	*ret_all = agency->closed;
	return agency->n_queued;
}

struct feed
feed_agent_new(struct scope *scope)
{
	static const struct feed_ops ops = {
		.next = next, .is_over = is_over, .known = known
	};
	static const struct agent_events events = { .run = run,
		.credit = credit,
		.ask = ask,
		.input = input,
		.kill = kill_job,
		.signal = signal_job,
		.answer = answer,
		.quit = quit };
	struct agency *agency = xcalloc(1, sizeof(*agency));

	agency->scope = scope;
	agency->agent = scope->options->agent;
	RB_INIT(&agency->all);
	TAILQ_INIT(&agency->queue);
	loop_timer_init(&agency->timer, wait_no_longer, agency);
	report_add(scope->context.report,
	    &(struct report_listener){ .hear = hear, .arg = agency });
	msg_set_writer(say, agency);
	agent_attach(agency->agent, scope->context.loop, &events, agency);
	return (struct feed){ &ops, agency };
}

void
feed_agent_free(struct feed *feed)
{
	struct agency *agency = feed->arg;
	struct sent *sent, *next;

	RB_FOREACH_SAFE(sent, sent_tree, &agency->all, next) {
		RB_REMOVE(sent_tree, &agency->all, sent);
		free_sent(sent);
	}
	agent_detach(agency->agent);
	loop_timer_clear(agency->scope->context.loop, &agency->timer);
	free(agency);
}

void
feed_agent_finish(struct feed *feed)
{
	struct agency *agency = feed->arg;
	struct scope *scope = agency->scope;
	struct loop *loop = scope->context.loop;

	agency->parting = true;
	if (agency->lost)
		limit_parting(agency);
	else if (scope->verdict.containment_failed)
		agent_fail(agency->agent, "could not end every process");
	else
		agent_bye(agency->agent, agency->ended);
	while (!agent_is_idle(agency->agent) && !agency->gave_up &&
	    !scope->closing.abandoned)
		loop_turn(loop, true);
}
