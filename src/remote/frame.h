/*
 * Frames: how the two programs, controller and agent, cut the stream of bytes
 * between them.
 *
 *	u32 length | u8 type | u8 aux | u32 job | payload | '\n'
 *
 * Numbers are big-endian; the length is that of the payload.  The newline makes
 * carriers pass a frame on that hold back what is no whole line, and proves
 * that both sides count alike.  A payload that is longer than FRAME_PART is
 * sent in several frames, all but the last with FRAME_MORE in aux.
 *
 * The conversation:
 *
 * 1.	The carrier starts the agent, which greets with a line, see message.h,
 *	and HELLO.  The controller sends CONFIG.  The agent says READY, or ERROR
 *	and ends, as if a directory is not there.
 * 2.	RUN starts a job.  The agent tells STARTED, unless nothing could be
 *	started, OUT as often as the job writes, ORPHANS if it leaves some, and
 *	EXIT once: when no process of the job is left and all that it wrote was
 *	told.  Then its number may be used again.
 * 3.	A job begins with REMOTE_CREDIT bytes of credit.  OUT uses it up, CREDIT
 *	gives more.  Without credit the agent does not read what the job writes,
 *	so that it waits; the last read may take more than there was, and what
 *	is in the pipes when the job ends comes in any case.
 *	A job whose RUN says so reads what STDIN brings, for which the
 *	controller has REMOTE_CREDIT bytes of credit; TAKEN gives it more when
 *	the job's pipe has taken bytes, or says that nobody reads them.
 * 4.	ASK has a signal, and SIGKILL follows after the grace; KILL is SIGKILL
 *	at once, SIGNAL a signal alone.  A job that had not begun ends
 *	cancelled, not started.  One that has ended is not there any more: that
 *	is no error, as EXIT may be on its way.
 * 5.	PING is answered by PONG.  An agent that hears nothing for as long as
 *	the last PING said, or CONFIG, takes it that the controller is gone.
 * 6.	QUIT, or a signal that tells the agent to end: it asks all jobs to end,
 *	as ASK would.  Jobs that come now end cancelled, not started.  The agent
 *	says EXIT for each job, then BYE, and ends with status 0.  QUIT may be
 *	said again, with less time.
 * 7.	At the end of its input before QUIT, after too much silence, or when
 *	what it reads is no frame or makes no sense, the agent says ERROR and
 *	ends all jobs with the grace of CONFIG.  It tells what becomes of them
 *	if somebody reads that, but no BYE, and ends with status 125.
 *
 * 8.	Clients of --spawn have numbers of their own, in the place of that of a
 *	job.  SPAWN is answered by one ANSWER, and another SPAWN of that client
 *	comes only after it.  One that waits (--spawn --wait) and whose request
 *	was accepted is not to ask again before it is told so once more: its
 *	commands have been taken then.  It gets a last answer besides; with
 *	that, or when it is gone, its number means nothing.
 *
 * The end of what the agent writes means that none of its processes is left
 * but those that end: only BYE says that all jobs have ended as they should.
 */
#ifndef REMOTE_FRAME_H
#define REMOTE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define FRAME_HEAD 10
#define FRAME_PART ((size_t)65536)
#define FRAME_MORE 0x80

/* A payload in several frames may have so many bytes: an environment. */
#define FRAME_JOINED_MAX ((size_t)64 * 1024 * 1024)

/*
 * What the payload of each is says message.h, where it has one.  A type from
 * FRAME_OPTIONAL on that is not known is to be ignored.
 */
enum frame_type {
	/* from the controller */
	FRAME_CONFIG = 1, /* struct remote_config: the first frame */
	FRAME_RUN,        /* job: start it; struct remote_run */
	FRAME_CREDIT,     /* job: it may write so many bytes more; u32, see */
			  /* REMOTE_CREDIT */
	FRAME_ASK,        /* job: ask it to end; struct remote_ask */
	FRAME_KILL,       /* job: end it now */
	FRAME_SIGNAL,     /* job: pass the signal in aux on, for Ctrl-Z */
	FRAME_PING,       /* u32 number; u32 seconds of the dead-man timer */
	FRAME_QUIT,       /* end all jobs, say BYE, end; u64 grace in ns */
	FRAME_ANSWER,     /* client of --spawn: struct remote_answer */
	FRAME_STDIN,      /* job: is to read the payload; aux 1: and no more */

	/* from the agent */
	FRAME_HELLO = 32, /* struct remote_hello: the first frame */
	FRAME_READY,      /* the configuration was understood: jobs may come */
	FRAME_STARTED,    /* job: its leader runs; u32 pid */
	FRAME_OUT,        /* job: wrote the payload to descriptor aux, 1 or 2 */
	FRAME_ORPHANS,    /* job: has left them; struct remote_orphans */
	FRAME_EXIT,       /* job: nothing is left of it; struct remote_exit */
	FRAME_PONG,       /* u32 number of the ping */
	FRAME_LOG,        /* a line that the agent would say, without its end */
	FRAME_ERROR,      /* why the agent ends: a sentence */
	FRAME_BYE,        /* the last: all jobs have ended; u32 how many */
	FRAME_SPAWN,      /* client: asks for commands; struct remote_spawn */
	FRAME_CLIENT,     /* client: aux 1: will ask no more; 2: is gone */
	FRAME_TAKEN,      /* job: has been given so many bytes of STDIN; u32; */
			  /* aux 1: it reads no more */

	FRAME_OPTIONAL = 0x80,
	/*
	 * From the controller: output was heard.  Nobody needs to know, but the
	 * acknowledgement of TCP goes with it, and what the agent's end of a
	 * carrier still has to say waits for that, up to 40 ms otherwise.
	 */
	FRAME_HEARD = FRAME_OPTIONAL
};

/* A frame that was read, or several that make one payload. */
struct frame {
	uint8_t type;     /* enum frame_type, or one that is not known */
	uint8_t aux;      /* without FRAME_MORE */
	uint32_t job;     /* 0: of no job */
	const char *data; /* valid until the next call for the reader */
	size_t len;
};

/* Appends a frame, or as many as the payload needs. */
void frame_put(struct buf *out, uint8_t type, uint8_t aux, uint32_t job,
    const void *data, size_t len);

/* What was read of a stream of frames. */
struct frame_reader {
	struct buf in;     /* bytes that were read */
	size_t at;         /* the first of them that were not parsed */
	struct buf joined; /* the payload of frames with FRAME_MORE so far */
	uint8_t type;      /* of these frames */
	uint32_t job;
};

void frame_reader_init(struct frame_reader *reader);
void frame_reader_release(struct frame_reader *reader);

/* True if a payload has begun and not ended. */
bool frame_reader_is_amid(const struct frame_reader *reader);

/* Adds bytes that have come. */
void frame_add(struct frame_reader *reader, const void *data, size_t len);

/*
 * What can be no frame is bad as soon as its head has come: a type that is not
 * known, or a length that no frame of that type has.
 */
enum frame_result {
	FRAME_OK,   /* *ret is the next */
	FRAME_NONE, /* not all of it has come */
	FRAME_BAD,  /* what came is no frame: nothing more can be read */
};

/* So many bytes are shown of what cannot be understood, in so much room. */
#define FRAME_HEX_BYTES 16
#define FRAME_HEX_MAX (FRAME_HEX_BYTES * 3 + 2)

/* Shows the first bytes for a message: ": 01 02 0a", or "" if there are none.
 */
void frame_hex(const char *data, size_t len, char ret[FRAME_HEX_MAX]);

/* Room for what frame_next() says of a bad frame. */
#define FRAME_ERROR_MAX 200

/*
 * Takes the next frame.  If it is bad, why says how, with the first bytes in
 * hex.
 */
enum frame_result frame_next(
    struct frame_reader *reader, struct frame *ret, char why[FRAME_ERROR_MAX]);

#endif
