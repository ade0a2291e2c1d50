#include "probe.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/sched.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "proc/proctree.h"
#include "reach.h"

/*
 * True if the kernel knows the call: then it refuses our arguments by EINVAL.
 */
static bool
knows_clone3(void)
{
	return syscall(SYS_clone3, NULL, 0) < 0 && errno == EINVAL;
}

static void
try_pidfd(struct probe *probe)
{
	int fd = pidfd_open(getpid(), 0);

	probe->pidfd = fd >= 0;
	if (fd < 0)
		return;
	/* signal 0 only asks whether it could be sent */
	probe->pidfd_group =
	    pidfd_send_signal(fd, 0, NULL, PIDFD_SIGNAL_PROCESS_GROUP) == 0 ||
	    errno == ESRCH;
	close(fd);
}

static void
try_proc(struct probe *probe)
{
	struct proctree *tree = proctree_new();
	struct proclist list = { NULL, 0, 0 };

	probe->proc = proctree_children(tree, &list) == 0;
	probe->children = proctree_lists_children(tree);
	proclist_release(&list);
	proctree_free(tree);
}

void
probe_all(struct probe *ret)
{
	int on;

	*ret = (struct probe){ 0 };
	ret->subreaper = prctl(PR_GET_CHILD_SUBREAPER, &on) == 0;
	ret->no_new_privs = prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1;
	ret->clone3 = knows_clone3();
	try_proc(ret);
	try_pidfd(ret);
	ret->pidns = pidns_probe(&ret->pidns_facts, ret->pidns_why,
			 sizeof(ret->pidns_why)) == 0;
	cgroup_offer_probe(&ret->cgroup);
}
