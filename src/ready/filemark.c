#include "filemark.h"

#include <fcntl.h>

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "sys/loop.h"

static int64_t
ns_of(const struct statx_timestamp *when)
{
	return when->tv_sec * NS_PER_S + when->tv_nsec;
}

int
filemark_read(const char *path, struct filemark *ret)
{
	struct statx st;

	if (statx(AT_FDCWD, path, 0, STATX_BASIC_STATS | STATX_BTIME, &st) < 0)
		return -1;
	*ret = (struct filemark){
		.dev = makedev(st.stx_dev_major, st.stx_dev_minor),
		.ino = st.stx_ino,
		.size = (int64_t)st.stx_size,
		.written_ns = ns_of(&st.stx_mtime),
		.born_ns =
		    (st.stx_mask & STATX_BTIME) != 0 ? ns_of(&st.stx_btime) : 0,
	};
	return 0;
}

bool
filemark_is_same(const struct filemark *a, const struct filemark *b)
{
	return a->dev == b->dev && a->ino == b->ino && a->size == b->size &&
	    a->written_ns == b->written_ns && a->born_ns == b->born_ns;
}
