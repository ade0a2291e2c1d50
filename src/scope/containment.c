#include "containment.h"

#include "base/msg.h"
#include "cgroup/offer.h"
#include "contain/isolation.h"
#include "state.h"
#include "verdict.h"

static void
enter_pidns(struct scope *scope)
{
	char why[256];

	if (isolation_enter(scope->context.contain, why, sizeof(why)) < 0)
		msg_fatal("--contain=pidns: %s (see 'nursery --doctor')", why);
}

/* Prefers cgroups, which jobs do not notice, to a PID namespace. */
static void
be_strict(struct scope *scope)
{
	struct cgroup_offer offer;
	char why[256];

	cgroup_offer_probe(&offer);
	if (offer.groups && offer.kills)
		return;
	if (isolation_enter(scope->context.contain, why, sizeof(why)) < 0)
		msg_fatal("--contain=strict: no cgroup (%s) and no PID "
			  "namespace (%s) can be had (see 'nursery --doctor')",
		    offer.why, why);
}

void
containment_begin(struct scope *scope)
{
	switch (scope->options->contain) {
	case CONTAIN_AUTO:
		break;
	case CONTAIN_STRICT:
		be_strict(scope);
		break;
	case CONTAIN_PIDNS:
		enter_pidns(scope);
		break;
	}
}

void
containment_end(struct scope *scope)
{
	if (contain_close(scope->context.contain) == 0)
		return;
	msg_warn("cannot end every process of the PID namespace");
	verdict_stuck(scope);
}
