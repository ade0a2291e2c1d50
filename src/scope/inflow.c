#include "inflow.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "remote/message.h"
#include "remote/pour.h"
#include "sys/fd.h"

struct inflow {
	struct loop *loop;
	struct buf early; /* what came before there was a pipe */
	struct pour pour; /* into the pipe, once it is open */
	bool open;        /* there is a pipe */
	bool started;     /* the job has the other end */
	bool closed;      /* nothing more goes into it */
	bool last;        /* nothing more comes */
	int read_fd;      /* what the job is to read; owned, or -1 */
	void (*taken)(void *arg, size_t n, bool gone);
	void *arg;
};

struct inflow *
inflow_new(
    struct loop *loop, void (*taken)(void *arg, size_t n, bool gone), void *arg)
{
	struct inflow *inflow = xcalloc(1, sizeof(*inflow));

	inflow->loop = loop;
	inflow->read_fd = -1;
	inflow->taken = taken;
	inflow->arg = arg;
	return inflow;
}

static void
end(struct inflow *inflow)
{
	if (inflow->open)
		pour_release(&inflow->pour);
	inflow->closed = true;
	buf_release(&inflow->early);
}

void
inflow_free(struct inflow *inflow)
{
	if (inflow == NULL)
		return;
	end(inflow);
	if (inflow->read_fd >= 0)
		close(inflow->read_fd);
	free(inflow);
}

/* So many bytes were written, or the pipe has no reader any more. */
static void
tell(struct inflow *inflow, size_t n)
{
	bool gone = inflow->pour.error != 0;

	if (gone || (inflow->last && pour_waiting(&inflow->pour) == 0))
		end(inflow);
	if (n > 0 || gone)
		inflow->taken(inflow->arg, n, gone);
}

static void
moved(struct pour *pour, size_t n)
{
	tell(pour->arg, n);
}

bool
inflow_put(struct inflow *inflow, const char *data, size_t len, bool last)
{
	size_t waiting =
	    inflow->started ? pour_waiting(&inflow->pour) : inflow->early.len;

	if (inflow->last || waiting + len > REMOTE_CREDIT)
		return false;
	inflow->last = last;
	if (inflow->closed)
		return true;
	if (!inflow->started)
		buf_append(&inflow->early, data, len);
	else
		tell(inflow, pour_write(&inflow->pour, data, len));
	return true;
}

int
inflow_open(struct inflow *inflow)
{
	int fds[2];

	if (inflow->open) /* the start before has failed */
		return inflow->read_fd;
	if (fd_pipe_to_job(fds) < 0)
		return -1;
	inflow->read_fd = fds[0];
	pour_init(&inflow->pour, inflow->loop, fds[1], moved, inflow);
	inflow->open = true;
	return inflow->read_fd;
}

/* What has come may be written now, for there is somebody who reads it. */
void
inflow_started(struct inflow *inflow)
{
	close(inflow->read_fd);
	inflow->read_fd = -1;
	inflow->started = true;
	tell(inflow,
	    pour_write(&inflow->pour, inflow->early.data, inflow->early.len));
	buf_release(&inflow->early);
}
