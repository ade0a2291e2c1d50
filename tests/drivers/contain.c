/*
 * The processes of a family and what is told of them, without any job: each
 * verb starts a leader, does something to it, and prints the events.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/wait.h>

#include "cgroup/delegation.h"
#include "cgroup/group.h"
#include "cgroup/offer.h"
#include "contain/family.h"
#include "contain/front.h"
#include "contain/reach.h"
#include "contain/scan.h"
#include "proc/owner.h"
#include "proc/proctree.h"
#include "sys/fd.h"
#include "sys/signals.h"

#include "checked.h"
#include "verbs.h"

static void
exited(struct family *family, int code, int status)
{
	(void)family;
	printf("exited: %s %d\n", code == CLD_EXITED ? "status" : "signal",
	    status);
}

static void
orphaned(struct family *family)
{
	printf("orphaned: %zu\n", family->n_orphans);
	family->asked = SIGTERM; /* they are told once: the owner has asked */
}

static void
gone(struct family *family)
{
	if (family == family->contain->strays)
		return;
	puts("gone");
	family_end(family);
}

static void
stopped(struct family *family, int signo)
{
	(void)family;
	printf("stopped: %d\n", signo);
}

static void
progressed(struct family *family)
{
	(void)family;
	puts("progressed");
}

static void
stuck(struct family *family)
{
	(void)family;
	puts("stuck");
}

static bool
owns_pipe(const struct family *family, dev_t dev, ino_t ino)
{
	(void)family;
	(void)dev;
	(void)ino;
	return false;
}

static void
broken(struct family *family)
{
	(void)family;
	puts("broken");
}

struct run {
	struct signals signals;
	struct front *front;
	struct loop *loop;
	struct contain *contain;
	struct family strays;
	struct family family;
	pid_t leader;
};

static void
begin(struct run *run, void (*body)(void))
{
	const struct contain_events events = { exited, orphaned, gone, stopped,
		progressed, stuck, owns_pipe, broken };
	const struct front_options options = { .at_end = NULL };

	fflush(stdout);
	signals_begin(&run->signals);
	signals_block(&run->signals);
	run->front = front_split(&run->signals, &options);
	run->loop = loop_new();
	run->contain = contain_new(run->loop, run->front, false, &events);
	scan_init(run->contain);
	family_init(&run->strays, run->contain, NULL, 0, true);
	run->contain->strays = &run->strays;
	family_init(&run->family, run->contain, NULL, 1, true);
	family_join(&run->family);
	family_begin(&run->family);
	run->leader = fork_checked();
	if (run->leader == 0) {
		setpgid(0, 0);
		body();
		_exit(0);
	}
	setpgid(run->leader, run->leader);
	family_started(&run->family, run->leader, -1);
}

static _Noreturn void
end(struct run *run)
{
	family_leave(&run->family);
	family_release(&run->family);
	family_release(&run->strays);
	contain_free(run->contain);
	loop_free(run->loop);
	fflush(stdout);
	front_end(run->front, 0, 0);
}

/* Waits until the child has changed so (see waitid(2)), and has it reaped. */
static void
reap_change(struct run *run, pid_t pid, int change)
{
	siginfo_t info;

	if (waitid(P_PID, (id_t)pid, &info, change | WNOWAIT) < 0) {
		perror("waitid");
		exit(125);
	}
	scan_reap(run->contain);
}

static void
pause_for_ever(void)
{
	for (;;)
		pause();
}

/* Stopped and continued by somebody else, then killed. */
static int
verb_stopped(char **args)
{
	struct run run;

	(void)args;
	begin(&run, pause_for_ever);
	kill(run.leader, SIGSTOP);
	reap_change(&run, run.leader, WSTOPPED);
	puts(run.family.leader.stopped ? "is stopped" : "runs");
	kill(run.leader, SIGCONT);
	reap_change(&run, run.leader, WCONTINUED);
	puts(run.family.leader.stopped ? "is stopped" : "runs");
	kill(run.leader, SIGKILL);
	reap_change(&run, run.leader, WEXITED);
	end(&run);
}

static void
leave_orphan(void)
{
	if (fork_checked() == 0)
		pause_for_ever();
}

/* A leader that leaves an orphan behind, which is killed. */
static int
verb_orphan(char **args)
{
	struct run run;
	pid_t orphan;

	(void)args;
	begin(&run, leave_orphan);
	reap_change(&run, run.leader, WEXITED);
	orphan = LIST_FIRST(&run.family.orphans)->pid;
	kill(orphan, SIGKILL);
	reap_change(&run, orphan, WEXITED);
	puts(contain_is_empty(run.contain) ? "empty" : "not empty");
	end(&run);
}

/*
 * A family was killed and is gone, but its job is in the scope: what becomes
 * ours then is not killed with it.
 */
static int
verb_killed(char **args)
{
	struct run run;
	pid_t stray;

	(void)args;
	begin(&run, pause_for_ever);
	reach_kill(&run.family);
	reap_change(&run, run.leader, WEXITED);
	stray = fork_checked();
	if (stray == 0)
		pause_for_ever();
	scan_look(run.contain);
	printf("strays: %zu\n", run.strays.n_orphans);
	kill(stray, SIGKILL);
	reap_change(&run, stray, WEXITED);
	end(&run);
}

/*
 * A leader leaves two orphans.  One of them is no child of ours any more though
 * we have not reaped it, like a process that was made with CLONE_AUTOREAP.
 */
static int
verb_vanished(char **args)
{
	struct run run;
	pid_t orphan;

	(void)args;
	begin(&run, leave_orphan);
	reap_change(&run, run.leader, WEXITED);
	orphan = LIST_FIRST(&run.family.orphans)->pid;
	family_adopt(&run.family, &(struct proc){ getppid(), 0, 0 });
	printf("orphans: %zu\n", run.family.n_orphans);
	kill(orphan, SIGKILL);
	reap_change(&run, orphan, WEXITED);
	while (!run.family.gone)
		loop_turn(run.loop, true);
	end(&run);
}

/* Looks at a group and kills it while no descriptor is left but the reserve. */
static int
verb_group_in_need(char **args)
{
	struct rlimit limit = { 64, 64 }, original;
	struct proclist list = { NULL, 0, 0 };

	if (setrlimit(RLIMIT_NOFILE, &limit) < 0 ||
	    fd_keep_reserve(&original) <= 0)
		return 1;
	while (dup(STDOUT_FILENO) >= 0)
		continue;
	printf("has processes: %d\n", group_has_processes(args[0]));
	group_list(args[0], true, &list);
	printf("listed: %zu\n", list.len);
	group_end(args[0]);
	printf("killed: %d\n", group_has_processes(args[0]));
	proclist_release(&list);
	return 0;
}

/* What cgroup v2 offers here: a word for each thing, then why not the rest. */
static int
verb_offer(char **args)
{
	struct cgroup_offer offer;

	(void)args;
	cgroup_offer_probe(&offer);
	printf("%s%s%s%s%s%s%s\n", offer.found ? "found " : "",
	    offer.groups ? "groups " : "", offer.kills ? "kills " : "",
	    offer.memory ? "memory " : "", offer.pids ? "pids " : "",
	    offer.cpu ? "cpu " : "", offer.why);
	return 0;
}

/*
 * The strays are given up while a child lives that is in no list, as it happens
 * when children are born faster than they can be listed.
 */
static int
verb_given_up(char **args)
{
	struct run run;
	pid_t child;

	(void)args;
	begin(&run, pause_for_ever);
	kill(run.leader, SIGKILL);
	reap_change(&run, run.leader, WEXITED);
	child = fork_checked();
	if (child == 0)
		pause_for_ever();
	scan_give_up(&run.strays);
	kill(child, SIGKILL);
	reap_change(&run, child, WEXITED);
	end(&run);
}

/*
 * MEMORY PIDS CPU DIR: the limits are set in the folder DIR, which stands for a
 * cgroup; the controllers that they need are printed, those of the word HAVE
 * left out.
 */
static int
verb_limits(char **args)
{
	const struct limits limits = { atoll(args[0]), atoll(args[1]),
		atoll(args[2]) };
	char controllers[LIMITS_CONTROLLERS_MAX];

	if (limits_set(&limits, args[3]) < 0) {
		printf("error: %s\n", strerror(errno));
		return 1;
	}
	limits_controllers(&limits, '+', args[4], controllers);
	puts(controllers);
	return 0;
}

/* DIR1 DIR2: which limit was met between the two states of a cgroup. */
static int
verb_met(char **args)
{
	static const char *const names[] = { "none", "memory", "pids" };
	const struct limits limits = { 1, 1, 0 };
	struct limit_events before, after;

	limits_read(&limits, args[0], &before);
	limits_read(&limits, args[1], &after);
	puts(names[limits_met(&before, &after)]);
	return 0;
}

/*
 * PARENT: gets the controllers memory and pids for groups below the folder,
 * which stands for a cgroup; says what there is to undo, and undoes it.
 */
static int
verb_delegate(char **args)
{
	static struct delegation delegation;
	const struct limits limits = { 1, 1, 0 };
	char why[PATH_MAX + 128];

	if (delegation_make(&delegation, &limits, args[0], "name", getpid(),
		why, sizeof(why)) < 0) {
		printf("error: %s\n", why);
		return 1;
	}
	printf("%s%s%s\n", delegation.enabled,
	    delegation.home[0] != '\0' ? " from " : "", delegation.home);
	delegation_undo(&delegation);
	return 0;
}

/* NAME: whose folder it is, and whether the owner is gone. */
static int
verb_owner(char **args)
{
	struct owner owner, judge;

	if (owner_of(getpid(), &judge) < 0)
		return 1;
	if (owner_parse(args[0], &owner) < 0) {
		puts("error: no name of a folder");
		return 1;
	}
	printf("%d %s\n", (int)owner.pid,
	    owner_is_gone(&owner, &judge) ? "gone" : "may live");
	return 0;
}

/* How many children we have, or that nobody can tell. */
static void
print_children(struct proctree *tree)
{
	struct proclist list = { NULL, 0, 0 };

	if (proctree_children(tree, &list) < 0)
		puts("cannot tell");
	else
		printf("%zu\n", list.len);
	proclist_release(&list);
}

/* Our children, then again when the file that tells them cannot be read. */
static int
verb_children(char **args)
{
	struct proctree *tree = proctree_new();
	char path[40], target[PATH_MAX];
	pid_t child = fork_checked();
	int root = open("/", O_RDONLY | O_CLOEXEC);

	(void)args;
	if (child == 0)
		pause_for_ever();
	print_children(tree);
	for (int fd = 3; fd < root; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		ssize_t n = readlink(path, target, sizeof(target) - 1);

		target[n > 0 ? n : 0] = '\0';
		if (strstr(target, "/children") != NULL)
			dup2(root, fd);
	}
	print_children(tree);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	close(root);
	proctree_free(tree);
	return 0;
}

static const struct verb verbs[] = {
	{ "children", 0, 0, verb_children },
	{ "limits", 5, 5, verb_limits },
	{ "met", 2, 2, verb_met },
	{ "delegate", 1, 1, verb_delegate },
	{ "owner", 1, 1, verb_owner },
	{ "vanished", 0, 0, verb_vanished },
	{ "given-up", 0, 0, verb_given_up },
	{ "offer", 0, 0, verb_offer },
	{ "group-in-need", 1, 1, verb_group_in_need },
	{ "killed", 0, 0, verb_killed },
	{ "stopped", 0, 0, verb_stopped },
	{ "orphan", 0, 0, verb_orphan },
};

int
main(int argc, char **argv)
{
	return verbs_main(verbs, VERBS_LEN(verbs), argc, argv);
}
