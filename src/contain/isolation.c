#include "isolation.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <sys/epoll.h>

#include "family.h"
#include "pidns.h"
#include "scan.h"

/* Init tells that it has reaped; or it has ended, and all in the namespace. */
static void
init_said(struct loop_io *io, uint32_t events)
{
	struct contain *contain = io->arg;

	(void)events;
	contain->scan.wanted = true;
	contain->scan.reaped_unknown |= contain->scan.n_unknown > 0;
	if (!pidns_hear(contain->pidns)) {
		loop_del(contain->loop, io);
		contain->events.broken(contain->strays);
	}
	scan_reap(contain);
}

int
isolation_enter(struct contain *contain, char *why, size_t size)
{
	contain->pidns = pidns_new(why, size);
	if (contain->pidns == NULL)
		return -1;
	contain->pidns_io.ready = init_said;
	contain->pidns_io.arg = contain;
	if (proctree_set_init(contain->proctree, pidns_init(contain->pidns)) <
	    0) {
		snprintf(
		    why, size, "there is no /proc that shows all processes");
		return -1;
	}
	if (loop_add(contain->loop, &contain->pidns_io,
		pidns_fd(contain->pidns), EPOLLIN) < 0) {
		snprintf(why, size, "epoll_ctl(2): %s", strerror(errno));
		return -1;
	}
	return 0;
}
