#include "rate.h"

#include "sys/loop.h"

/* The time between two samples. */
#define STEP_NS (2 * NS_PER_S)
/* Fewer ends than these tell nothing. */
#define FEW 8

void
rate_init(struct rate *rate, int64_t now_ns)
{
	*rate = (struct rate){ .start.at_ns = now_ns };
	for (int i = 0; i < RATE_SAMPLES; i++)
		rate->samples[i] = rate->start;
}

void
rate_note(struct rate *rate, int64_t now_ns, uint64_t done)
{
	int last = (rate->next + RATE_SAMPLES - 1) % RATE_SAMPLES;

	if (now_ns - rate->samples[last].at_ns < STEP_NS)
		return;
	rate->samples[rate->next] = (struct rate_sample){ now_ns, done };
	rate->next = (rate->next + 1) % RATE_SAMPLES;
}

uint64_t
rate_get(const struct rate *rate, int64_t now_ns, uint64_t done)
{
	const struct rate_sample *since = &rate->samples[rate->next];
	int64_t ms;

	if (done - since->done < FEW)
		since = &rate->start;
	ms = (now_ns - since->at_ns) / NS_PER_MS;
	return ms > 0 ? (done - since->done) * 1000000 / (uint64_t)ms : 0;
}
