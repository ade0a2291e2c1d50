#include "kind.h"

static const struct kind kinds[KINDS] = {
	[KIND_ORDINARY] = {
		.name = "job",
		.voice = VOICE_ORDER,
		.cancelled_by = CANCEL_CLOSING | CANCEL_SIGNAL,
		.stopped = OUTCOME_CANCELLED,
		.child = true,
		.takes_slot = true,
		.limited = true,
		.work = true,
		.counted = true,
		.placed = true,
		.paced = true,
		.retried = true,
		.holds_open = true,
	},
	[KIND_SENT] = { /* the controller has the limits and the retries */
		.name = "job",
		.voice = VOICE_ORDER,
		.cancelled_by = CANCEL_CLOSING | CANCEL_SIGNAL,
		.stopped = OUTCOME_CANCELLED,
		.child = true,
		.takes_slot = true,
		.work = true,
		.counted = true,
		.holds_open = true,
	},
	[KIND_SHIELD] = {
		.name = "shielded job",
		.voice = VOICE_ORDER,
		.cancelled_by = CANCEL_SIGNAL,
		.stopped = OUTCOME_CANCELLED,
		.child = true,
		.takes_slot = true,
		.work = true,
		.counted = true,
		.paced = true,
		.retried = true,
		.holds_open = true,
	},
	[KIND_SERVICE] = { /* stopped when nothing holds the scope open */
		.name = "service",
		.voice = VOICE_ERRORS,
		.stopped = OUTCOME_SUCCEEDED,
		.child = true,
		.counted = true,
		.vital = true,
	},
	[KIND_FINALLY] = {
		.name = "final command",
		.voice = VOICE_ORDER,
		.cancelled_by = CANCEL_SIGNAL,
		.stopped = OUTCOME_CANCELLED,
		.child = true,
		.counted = true,
		.retried = true,
		.holds_open = true,
		.cleanup = true,
	},
	[KIND_ADOPTED] = {
		.name = "adopted process",
		.voice = VOICE_NONE,
		.cancelled_by = CANCEL_CLOSING | CANCEL_SIGNAL,
		.stopped = OUTCOME_CANCELLED,
		.limited = true,
		.work = true,
		.counted = true,
		.holds_open = true,
	},
	[KIND_PROBE] = {
		.name = "probe of service",
		.voice = VOICE_NONE,
		.cancelled_by = CANCEL_CLOSING | CANCEL_SIGNAL | CANCEL_SOON,
		.stopped = OUTCOME_CANCELLED,
		.child = true,
		.holds_open = true,
	},
	[KIND_CARRIER] = { /* stopped when nothing runs on its machine */
		.name = "carrier",
		.voice = VOICE_ERRORS,
		.stopped = OUTCOME_SUCCEEDED,
		.child = true,
		.carries = true,
		.mute = true,
	},
	[KIND_STRAYS] = {
		.name = "strays",
		.voice = VOICE_NONE,
		.cancelled_by = CANCEL_CLOSING | CANCEL_SIGNAL,
		.stopped = OUTCOME_CANCELLED,
		.child = true,
		.lasts = true,
	},
};

bool
kind_yields_to(const struct kind *kind, enum canceller by)
{
	return (by == CANCEL_ANY && !kind->carries) ||
	    (kind->cancelled_by & by) != 0;
}

const struct kind *
kind_of(enum job_kind which)
{
	return &kinds[which];
}
