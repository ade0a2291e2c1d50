#include "restart.h"

#include <stddef.h>
#include <string.h>

#include "base/parse.h"
#include "job/retry.h"
#include "sys/loop.h"

#define FIRST_WAIT_NS (100 * NS_PER_MS)
#define LAST_WAIT_NS (10 * NS_PER_S)
#define HEALTHY_NS (60 * NS_PER_S)

int
restart_parse(const char *text, struct restart_policy *ret)
{
	static const char *const words[] = {
		[RESTART_NEVER] = "never",
		[RESTART_ON_FAILURE] = "on-failure",
		[RESTART_ALWAYS] = "always",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t len = strlen(words[i]);
		int64_t most = INT64_MAX;

		if (strncmp(text, words[i], len) != 0)
			continue;
		if (text[len] != '\0' &&
		    (i == RESTART_NEVER || text[len] != '=' ||
			parse_count(text + len + 1, 1, INT64_MAX, &most) < 0))
			return -1;
		*ret =
		    (struct restart_policy){ true, (enum restart_when)i, most };
		return 0;
	}
	return -1;
}

int64_t
restart_count(int64_t restarts, int64_t healthy_ns)
{
	return healthy_ns >= HEALTHY_NS ? 0 : restarts;
}

bool
restart_may(const struct restart_policy *policy, int64_t restarts)
{
	return policy->given && policy->when != RESTART_NEVER &&
	    restarts < policy->most;
}

int64_t
restart_wait_ns(int64_t restarts)
{
	int64_t wait_ns = retry_backoff_ns(FIRST_WAIT_NS, restarts + 1);

	return wait_ns < LAST_WAIT_NS ? wait_ns : LAST_WAIT_NS;
}
