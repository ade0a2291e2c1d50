#include "headroom.h"

#include "sys/pressure.h"

/* Bytes taken before the first look at the memory; and from look to look. */
#define FIRST (INT64_C(256) * 1024)
#define STEP (INT64_C(4) * 1024 * 1024)
/* What HEADROOM_MOST leaves, at least. */
#define RESERVE (INT64_C(2) * 1024 * 1024)
/* How many requests are refused from one look at the memory to the next. */
#define LOOK_AGAIN 64

void
headroom_init(struct headroom *headroom, enum headroom_share share)
{
	*headroom = (struct headroom){ .share = share, .allowed = FIRST };
}

void
headroom_end(struct headroom *headroom, int64_t used)
{
	headroom->tight = true;
	headroom->tight_used = headroom->allowed = used;
	headroom->refused = 0;
}

void
headroom_give(struct headroom *headroom, int64_t used)
{
	int64_t before = headroom->tight_used;

	if (headroom->tight && (used <= before / 2 || used <= before - STEP))
		headroom->tight = false; /* the next request looks */
}

/* How many of all the bytes may be used. */
static int64_t
share_of(enum headroom_share share, int64_t all)
{
	int64_t reserve = all / 8 > RESERVE ? all / 8 : RESERVE;

	switch (share) {
	case HEADROOM_QUARTER:
		return all / 4;
	case HEADROOM_FILE:
		return all / 2;
	case HEADROOM_MOST:
		break;
	}
	return all > reserve ? all - reserve : 0;
}

bool
headroom_has(struct headroom *headroom, int64_t used, int64_t more)
{
	int64_t room, most;

	if (used + more <= headroom->allowed)
		return true;
	if (headroom->tight && ++headroom->refused < LOOK_AGAIN)
		return false;
	if ((headroom->share == HEADROOM_FILE ? pressure_memory("", &room)
					      : pressure_room("", &room)) < 0)
		room = INT64_MAX / 2;
	most = share_of(headroom->share, used + room);
	if (used + more > most) {
		headroom_end(headroom, used);
		return false;
	}
	headroom->tight = false;
	/* the less there is, the sooner we look again */
	headroom->allowed = used + more +
	    ((most - used - more) / 4 < STEP ? (most - used - more) / 4 : STEP);
	return true;
}
