#include "spool.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/magic.h>
#include <sys/vfs.h>

#include "base/xalloc.h"
#include "sys/fd.h"

/* Bytes of an extent of class 0. */
#define SMALLEST 65536

void
spool_init(struct spool *spool, const char *dir)
{
	*spool = (struct spool){ .dir = xstrdup(dir), .fd = -1 };
	for (int i = 0; i < SPOOL_CLASSES; i++)
		TAILQ_INIT(&spool->free[i]);
	headroom_init(&spool->headroom, HEADROOM_FILE);
}

/* Frees what is known of extents that are not in use. */
static void
forget_free(struct spool *spool)
{
	struct segment *seg;

	for (int i = 0; i < SPOOL_CLASSES; i++) {
		while ((seg = TAILQ_FIRST(&spool->free[i])) != NULL) {
			TAILQ_REMOVE(&spool->free[i], seg, link);
			free(seg);
		}
	}
	spool->end = 0;
	headroom_give(&spool->headroom, 0);
}

void
spool_release(struct spool *spool)
{
	assert(spool->live == 0);
	forget_free(spool);
	if (spool->fd >= 0)
		close(spool->fd);
	free(spool->dir);
}

static bool
is_in_memory(int fd)
{
	struct statfs fs;

	return fstatfs(fd, &fs) == 0 &&
	    (fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC);
}

static bool
have_file(struct spool *spool)
{
	if (spool->fd >= 0)
		return true;
	if (spool->refused)
		return false;
	spool->fd = fd_unnamed_file(spool->dir);
	if (spool->fd < 0 && errno != EMFILE && errno != ENFILE)
		spool->refused = true; /* it would fail again */
	spool->in_memory = spool->fd >= 0 && is_in_memory(spool->fd);
	return spool->fd >= 0;
}

bool
spool_lacks_descriptor(const struct spool *spool)
{
	return spool->fd < 0 && !spool->refused;
}

/* A new extent at the end of the file; NULL if memory is short. */
static struct segment *
new_extent(struct spool *spool, int size_class)
{
	int64_t cap = (int64_t)SMALLEST << size_class;
	struct segment *seg;

	if (spool->in_memory &&
	    !headroom_has(&spool->headroom, spool->end, cap))
		return NULL;
	seg = malloc(sizeof(*seg));
	if (seg == NULL)
		return NULL;
	seg->cap = (size_t)cap;
	seg->offset = spool->end;
	spool->end += cap;
	return seg;
}

struct segment *
spool_take(struct spool *spool, int size_class)
{
	struct segment *seg;

	assert(size_class >= 0 && size_class < SPOOL_CLASSES);
	if (!have_file(spool))
		return NULL;
	seg = TAILQ_FIRST(&spool->free[size_class]);
	if (seg != NULL) {
		TAILQ_REMOVE(&spool->free[size_class], seg, link);
	} else if ((seg = new_extent(spool, size_class)) == NULL) {
		return NULL;
	}
	seg->start = seg->end = 0;
	spool->live++;
	return seg;
}

static int
class_of(const struct segment *seg)
{
	return __builtin_ctzll(seg->cap / SMALLEST);
}

void
spool_give(struct spool *spool, struct segment *seg)
{
	int size_class = class_of(seg);

	assert(seg->offset >= 0 && spool->live > 0);
	TAILQ_INSERT_HEAD(&spool->free[size_class], seg, link);
	spool->freed = true;
	if (--spool->live == 0) {
		forget_free(spool);
		if (fd_truncate(spool->fd, 0) < 0)
			spool->freed = false; /* the space is not given back */
		return;
	}
	if (seg->end == 0 || spool->keeps_holes)
		return;
	if (fallocate(spool->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
		seg->offset, (off_t)seg->cap) < 0)
		spool->keeps_holes = true;
}

size_t
spool_append(
    struct spool *spool, struct segment *seg, const char *data, size_t len)
{
	ssize_t n;

	if (len > seg->cap - seg->end)
		len = seg->cap - seg->end;
	if (len == 0)
		return 0;
	do
		n = pwrite(spool->fd, data, len, seg->offset + (off_t)seg->end);
	while (n < 0 && errno == EINTR);
	if (n <= 0)
		return 0;
	seg->end += (size_t)n;
	return (size_t)n;
}

bool
spool_has_room(struct spool *spool)
{
	static const char zeros[4096];
	struct segment *seg = spool_take(spool, 0);
	bool has_room;

	if (seg == NULL)
		return false;
	while (spool_append(spool, seg, zeros, sizeof(zeros)) > 0)
		;
	has_room = seg->end == seg->cap;
	spool_give(spool, seg);
	spool->freed = false; /* there is no more room than before */
	return has_room;
}

/*
 * Bytes are not sent to a pipe by sendfile(2), which would hand over the pages
 * of the file itself: when the extent is used again, or its disk space given
 * back, the bytes would change before their reader has read them.
 */
ssize_t
spool_read(
    struct spool *spool, const struct segment *seg, char *data, size_t size)
{
	ssize_t n;

	if (size > seg->end - seg->start)
		size = seg->end - seg->start;
	do
		n = pread(
		    spool->fd, data, size, seg->offset + (off_t)seg->start);
	while (n < 0 && errno == EINTR);
	if (n == 0) {
		errno = EIO; /* the file was truncated by somebody else */
		return -1;
	}
	return n;
}
