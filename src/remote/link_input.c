#include "link_input.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <sys/epoll.h>

#include "frame.h"
#include "link_send.h"
#include "link_state.h"
#include "message.h"
#include "pack.h"
#include "sys/loop.h"

/* Bytes that one read(2) asks for. */
#define READ_SIZE 65536

void
link_input_close(struct link_job *job)
{
	struct link_input *input = &job->input;

	if (input->fd < 0)
		return;
	loop_del(job->link->loop, &input->io);
	close(input->fd);
	input->fd = -1;
}

/* The job gets no more. */
static void
end(struct link_job *job)
{
	link_send(job->link, FRAME_STDIN, 1, job->id, NULL, 0);
	link_input_close(job);
}

/* Sends what is there, one read at a time: others are to be read, too. */
static void
readable(struct loop_io *io, uint32_t events)
{
	struct link_job *job = io->arg;
	struct link_input *input = &job->input;
	char data[READ_SIZE];
	size_t most = input->credit < READ_SIZE ? input->credit : READ_SIZE;
	ssize_t n = read(input->fd, data, most);

	(void)events;
	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return;
	if (n <= 0) {
		end(job);
		return;
	}
	link_send(job->link, FRAME_STDIN, 0, job->id, data, (size_t)n);
	input->credit -= (size_t)n;
	if (input->credit == 0)
		loop_del(job->link->loop, &input->io);
}

void
link_input_watch(struct link_job *job)
{
	struct link *link = job->link;
	struct link_input *input = &job->input;

	if (input->fd >= 0 && input->credit > 0)
		loop_watch(
		    link->loop, &input->io, input->fd, EPOLLIN, &link->later);
}

void
link_input_open(struct link_job *job, int fd)
{
	struct link_input *input = &job->input;

	fcntl(fd, F_SETFL, O_NONBLOCK);
	input->fd = fd;
	input->credit = REMOTE_CREDIT;
	input->io = (struct loop_io){ .ready = readable, .arg = job, .fd = -1 };
	link_input_watch(job);
}

bool
link_input_take(struct link_job *job, const struct frame *frame)
{
	struct unpack from = { frame->data, frame->len, false };
	uint32_t n = unpack_u32(&from);
	struct link_input *input = &job->input;

	if (!unpack_is_done(&from) || frame->aux > 1 ||
	    n > REMOTE_CREDIT - input->credit)
		return false;
	input->credit += n;
	if (frame->aux == 1)
		link_input_close(job);
	else
		link_input_watch(job);
	return true;
}
