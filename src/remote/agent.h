/*
 * The agent's end of the connection: what `nursery --agent` hears from the
 * controller and tells it.
 *
 * Nothing here waits for the reader once agent_attach() was called: what the
 * carrier does not take is kept, which credit bounds.  The connection has
 * descriptors of its own, which no job inherits.
 */
#ifndef REMOTE_AGENT_H
#define REMOTE_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct agent;
struct loop;
struct remote_answer;
struct remote_ask;
struct remote_config;
struct remote_exit;
struct remote_orphans;
struct remote_run;
struct remote_spawn;

/*
 * What the scope of the agent is told, from the loop.  None may call
 * agent_free().
 */
struct agent_events {
	/*
	 * Start a job; the callee takes the strings of run, and empties it.
	 * False if there is a job of that number: it takes nothing then.
	 */
	bool (*run)(void *arg, uint32_t job, struct remote_run *run);
	/*
	 * The job may write so many bytes more.  As the next three, it may be
	 * of a job that has ended, since the controller did not know that yet.
	 */
	void (*credit)(void *arg, uint32_t job, uint32_t bytes);
	void (*ask)(void *arg, uint32_t job, const struct remote_ask *ask);
	/*
	 * The job is to read these bytes; last: and no more.  As above, it may
	 * have ended.  False if they are more than there is credit for.
	 */
	bool (*input)(
	    void *arg, uint32_t job, const char *data, size_t len, bool last);
	void (*kill)(void *arg, uint32_t job);
	void (*signal)(void *arg, uint32_t job, int signo);
	/* The client of agent_spawn() is answered; it may be gone. */
	void (*answer)(
	    void *arg, uint32_t client, const struct remote_answer *answer);
	/*
	 * End all jobs within the grace; no more will come.  why: the
	 * controller is gone or talks nonsense, a sentence; NULL: it has asked
	 * for it, and waits for agent_bye().  May come again, with less time
	 * or with a sentence.
	 */
	void (*quit)(void *arg, int64_t grace_ns, const char *why);
};

/*
 * Greets the controller on descriptors 0 and 1, and waits for its
 * configuration, 30 s at most.  From then on 0 and 1 are /dev/null.  To be
 * called before there is a second process, with signals as they are by default:
 * while we wait there is nothing that a signal would leave behind.
 * Returns NULL after telling the controller and standard error what is wrong,
 * as a terminal in place of a controller; *ret_config is the caller's to
 * release otherwise.
 */
struct agent *agent_open(const char *nonce, struct remote_config *ret_config);

/* Closes the connection; what waits to be written is lost. */
void agent_free(struct agent *agent);

/*
 * Before agent_attach(): we cannot do what is asked of us.  Tells the
 * controller the sentence.
 */
void agent_refuse(struct agent *agent, const char *sentence);

/*
 * From now on the loop reads what comes; loop is borrowed, events are copied.
 * Tells the controller that we are ready for jobs.
 */
void agent_attach(struct agent *agent, struct loop *loop,
    const struct agent_events *events, void *arg);

/* The loop is to be freed: stops using it. */
void agent_detach(struct agent *agent);

/* Tell the controller. */
void agent_started(struct agent *agent, uint32_t job, int64_t pid);
void agent_wrote(
    struct agent *agent, uint32_t job, int fd, const char *data, size_t len);
/* It was given so many bytes of its input; gone: nobody reads the rest. */
void agent_taken(struct agent *agent, uint32_t job, size_t n, bool gone);
void agent_orphans(
    struct agent *agent, uint32_t job, const struct remote_orphans *orphans);
void agent_exited(
    struct agent *agent, uint32_t job, const struct remote_exit *end);

/* A client of --spawn asks; it is gone, or will ask no more. */
void agent_spawn(
    struct agent *agent, uint32_t client, const struct remote_spawn *spawn);
void agent_client(struct agent *agent, uint32_t client, bool gone);

/* A line to be said there, without "nursery: " and its end. */
void agent_say(struct agent *agent, const char *line, size_t len);

/* We end, because of what the sentence says. */
void agent_fail(struct agent *agent, const char *sentence);

/* All jobs have ended, so many there were: nothing is told after that. */
void agent_bye(struct agent *agent, uint32_t count);

/* True if nothing waits to be read by the controller, or never will be. */
bool agent_is_idle(const struct agent *agent);

/* True if agent_bye() was called, and the carrier has taken all. */
bool agent_has_parted(const struct agent *agent);

#endif
