#include "random.h"

#include <time.h>

#include <sys/random.h>

uint32_t
random_below(uint32_t bound)
{
	uint64_t bits;
	struct timespec ts;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits)) {
		/* the kernel has no random numbers yet: it has just booted */
		clock_gettime(CLOCK_MONOTONIC, &ts);
		bits =
		    (uint64_t)ts.tv_nsec * UINT64_C(0x9e3779b97f4a7c15) >> 16;
	}
	return (uint32_t)(bits % bound);
}
