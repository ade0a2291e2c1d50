/* Frames of agents and controllers, for the test programs. */
#ifndef TESTS_FRAMES_H
#define TESTS_FRAMES_H

#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "remote/frame.h"
#include "remote/message.h"
#include "report/outcome.h"

static const struct {
	const char *name;
	uint8_t type;
} frame_names[] = {
	{ "config", FRAME_CONFIG },
	{ "run", FRAME_RUN },
	{ "credit", FRAME_CREDIT },
	{ "ask", FRAME_ASK },
	{ "kill", FRAME_KILL },
	{ "signal", FRAME_SIGNAL },
	{ "ping", FRAME_PING },
	{ "quit", FRAME_QUIT },
	{ "hello", FRAME_HELLO },
	{ "ready", FRAME_READY },
	{ "started", FRAME_STARTED },
	{ "out", FRAME_OUT },
	{ "orphans", FRAME_ORPHANS },
	{ "exit", FRAME_EXIT },
	{ "pong", FRAME_PONG },
	{ "log", FRAME_LOG },
	{ "error", FRAME_ERROR },
	{ "bye", FRAME_BYE },
	{ "stdin", FRAME_STDIN },
	{ "taken", FRAME_TAKEN },
};

/* The type of that name, or of that number. */
static inline uint8_t
type_of(const char *name)
{
	for (size_t i = 0; i < sizeof(frame_names) / sizeof(frame_names[0]);
	     i++)
		if (strcmp(frame_names[i].name, name) == 0)
			return frame_names[i].type;
	return (uint8_t)atoi(name);
}

/* How a job has ended, in one line. */
static inline void
say_exit(const struct frame *frame)
{
	struct remote_exit end;
	struct outcome outcome;

	if (message_get_exit(frame->data, frame->len, &end) < 0)
		errx(2, "no exit");
	outcome = (struct outcome){ .kind = (enum outcome_kind)end.kind };
	printf("exit %u %s %u%s%s%s%s%s\n", frame->job, outcome_word(&outcome),
	    end.detail, end.killed ? " killed" : "",
	    end.started ? "" : " unstarted", end.unread ? " unread" : "",
	    end.name != NULL ? " " : "", end.name != NULL ? end.name : "");
	message_release_exit(&end);
}

static inline void
say_orphans(const struct frame *frame)
{
	struct remote_orphans orphans;

	if (message_get_orphans(frame->data, frame->len, &orphans) < 0)
		errx(2, "no orphans");
	printf("orphans %u %d %s\n", frame->job, (int)orphans.count,
	    orphans.names);
	message_release_orphans(&orphans);
}

/* What is not known beforehand is only checked; pid: what it must be. */
static inline void
say_hello(const struct frame *frame, uint32_t pid)
{
	struct remote_hello hello;

	if (message_get_hello(frame->data, frame->len, &hello) < 0)
		errx(2, "no hello");
	printf("hello host%s pid%s cpus%s step %s\n",
	    hello.host[0] != '\0' ? "" : "?", hello.pid == pid ? "" : "?",
	    hello.cpus > 0 ? "" : "?", hello.step);
	message_release_hello(&hello);
}

#endif
