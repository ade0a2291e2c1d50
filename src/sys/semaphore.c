#include "semaphore.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/xalloc.h"
#include "loop.h"

/*
 * The file is an array of records of this size.  The first byte of each record
 * from FIRST on is locked while that one is taken, and the record is a note of
 * who has it.  The record before has the two bytes below.
 */
#define RECORD 128
#define FIRST 1

/* Locked while somebody counts and takes: for microseconds. */
#define BYTE_TURN 0
/* Locked, by all of them together, by those who have the file open. */
#define BYTE_USED 1

/* How often, and after which pauses, a turn is asked for. */
#define TURN_TRIES 20
#define TURN_PAUSE_NS (100 * (NS_PER_MS / 1000))

/* The pauses while somebody removes the file: they grow. */
#define REMOVAL_PAUSE_MAX_NS (100 * NS_PER_MS)

/* How often the folder is made anew if it goes away. */
#define OPEN_TRIES 3

/* The pauses between two tries when it is taken. */
#define PAUSE_FIRST_NS (1 * NS_PER_MS)
#define PAUSE_MAX_NS (1 * NS_PER_S)
/* When somebody has waited so long he is told. */
#define SLOW_NS (5 * NS_PER_S)
/* Less than that: who says then what he waits for knows. */
#define STALLED_NS (4 * NS_PER_S)

struct semaphore {
	int fd;
	int folder_fd; /* locked, so that nobody tidies it up */
	int notify_fd; /* of inotify(7); -1: not made yet, or not to be had */
	char *path;
	int64_t turnless_ns; /* when the turn was first not to be had, or 0 */
	size_t *mine;        /* the records that are ours */
	size_t n_mine, cap_mine;
};

/* What is known while one is opened. */
struct opening {
	char *file, *path; /* owned; path: NULL or the last that was tried */
	void (*stalled)(const char *path); /* NULL: it was told */
	int64_t start_ns;
};

/* Locks one byte, or unlocks it.  Returns 0, or -1 with errno. */
static int
lock_byte(int fd, size_t byte, short type)
{
	struct flock lock = { .l_type = type,
		.l_whence = SEEK_SET,
		.l_start = (off_t)byte,
		.l_len = 1 };

	return fcntl(fd, F_OFD_SETLK, &lock);
}

/* True if another process has locked the byte, or nobody can tell. */
static bool
is_locked(int fd, size_t byte)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)byte,
		.l_len = 1 };

	return fcntl(fd, F_OFD_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
}

/* Opens the folder in that one.  Returns a descriptor, or -1 with errno. */
static int
open_folder(const char *parent, char *path, size_t size)
{
	struct stat st;
	int fd;

	snprintf(path, size, "%s/nursery-%u", parent, (unsigned)geteuid());
	if (mkdir(path, 0700) < 0 && errno != EEXIST)
		return -1;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) == 0 && st.st_uid == geteuid() &&
	    (st.st_mode & 077) == 0) {
		/* without it systemd-tmpfiles(8) may find old files to remove
		 */
		(void)flock(fd, LOCK_SH | LOCK_NB);
		return fd;
	}
	close(fd);
	errno = EPERM;
	return -1;
}

/* The name as that of a file: what is no letter or digit in hex. */
static char *
file_name(const char *name)
{
	struct buf out = BUF_INIT;

	buf_puts(&out, "lock-");
	for (const char *s = name; *s != '\0'; s++)
		if ((*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'z') ||
		    (*s >= 'A' && *s <= 'Z') || *s == '-' || *s == '_' ||
		    *s == '.')
			buf_append(&out, s, 1);
		else
			buf_printf(&out, "%%%02x", (unsigned char)*s);
	return buf_detach(&out);
}

/*
 * Notes that the file is used.  Who removes it has that byte for himself alone:
 * then errno is ENOENT.  Returns 0, or -1 with errno.
 */
static int
join_users(int fd, struct opening *opening)
{
	struct timespec pause = { .tv_nsec = TURN_PAUSE_NS };
	bool joined = lock_byte(fd, BYTE_USED, F_RDLCK) == 0;
	struct stat st;

	while (!joined && (errno == EAGAIN || errno == EACCES)) {
		if (fstat(fd, &st) < 0)
			return -1;
		if (st.st_nlink == 0)
			break;
		if (opening->stalled != NULL &&
		    loop_clock() - opening->start_ns >= SLOW_NS) {
			opening->stalled(opening->path);
			opening->stalled = NULL;
		}
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < REMOVAL_PAUSE_MAX_NS)
			pause.tv_nsec *= 2;
		joined = lock_byte(fd, BYTE_USED, F_RDLCK) == 0;
	}
	if (!joined && errno != EAGAIN && errno != EACCES)
		return -1;
	if (fstat(fd, &st) < 0)
		return -1;
	errno = ENOENT;
	return st.st_nlink > 0 ? 0 : -1;
}

static int
open_file(int folder_fd, struct opening *opening)
{
	int fd, error;

	do {
		fd = openat(folder_fd, opening->file,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd < 0 || join_users(fd, opening) == 0)
			return fd;
		error = errno;
		close(fd);
		errno = error;
	} while (error == ENOENT);
	return -1;
}

/*
 * Opens the file in the folder in parent.  An empty folder may be tidied up
 * before there is a file in it: then both are made once more.  Returns a
 * descriptor, that of the folder and the path; or -1 with errno.
 */
static int
open_in(const char *parent, struct opening *opening, int *ret_folder_fd)
{
	char folder[PATH_MAX];
	int fd = -1, error;

	for (int i = 0; i < OPEN_TRIES && fd < 0; i++) {
		int folder_fd = open_folder(parent, folder, sizeof(folder));

		if (folder_fd < 0 && errno == ENOENT)
			continue;
		if (folder_fd < 0)
			return -1;
		free(opening->path);
		opening->path = xasprintf("%s/%s", folder, opening->file);
		fd = open_file(folder_fd, opening);
		*ret_folder_fd = folder_fd;
		if (fd >= 0)
			return fd;
		error = errno;
		close(folder_fd);
		errno = error;
		if (error != ENOENT)
			return -1;
	}
	return fd;
}

struct semaphore *
semaphore_open(const char *name, void (*stalled)(const char *path))
{
	struct opening opening = { .file = file_name(name),
		.stalled = stalled,
		.start_ns = loop_clock() };
	struct semaphore *s;
	int folder_fd = -1, error, fd = open_in("/tmp", &opening, &folder_fd);

	if (fd < 0 && (errno == ENOENT || errno == EROFS || errno == EACCES))
		fd = open_in("/dev/shm", &opening, &folder_fd);
	error = errno;
	free(opening.file);
	if (fd < 0) {
		free(opening.path);
		errno = error;
		return NULL;
	}
	s = xcalloc(1, sizeof(*s));
	s->fd = fd;
	s->folder_fd = folder_fd;
	s->notify_fd = -1;
	s->path = opening.path;
	return s;
}

const char *
semaphore_why(int error)
{
	static char text[96];
	const char *what = error == EPERM
	    ? "is another user's, or others may enter it"
	    : "is no folder (remove it)";

	if (error != EPERM && error != ENOTDIR)
		return strerror(error);
	snprintf(text, sizeof(text), "/tmp/nursery-%u %s", (unsigned)geteuid(),
	    what);
	return text;
}

/*
 * Removes the file if nobody else uses it.  Two who leave at the same time must
 * not take each other for a user: the second try is that of one who is none.
 */
static void
remove_unused(const struct semaphore *s)
{
	struct stat st;

	if (lock_byte(s->fd, BYTE_USED, F_WRLCK) < 0 &&
	    (lock_byte(s->fd, BYTE_USED, F_UNLCK) < 0 ||
		lock_byte(s->fd, BYTE_USED, F_WRLCK) < 0))
		return;
	if (fstat(s->fd, &st) == 0 && st.st_nlink > 0)
		unlink(s->path);
}

void
semaphore_close(struct semaphore *s)
{
	if (s == NULL)
		return;
	semaphore_give_back(s, 0);
	remove_unused(s);
	if (s->notify_fd >= 0)
		close(s->notify_fd);
	close(s->fd);
	close(s->folder_fd);
	free(s->path);
	free(s->mine);
	free(s);
}

void
semaphore_leave(const struct semaphore *s)
{
	if (s != NULL)
		remove_unused(s);
}

static bool
is_mine(const struct semaphore *s, size_t record)
{
	for (size_t i = 0; i < s->n_mine; i++)
		if (s->mine[i] == record)
			return true;
	return false;
}

/* True if another process has taken that record or one behind it. */
static bool
is_any_behind(const struct semaphore *s, size_t record)
{
	struct flock lock = { .l_type = F_WRLCK,
		.l_whence = SEEK_SET,
		.l_start = (off_t)(record * RECORD) };

	return fcntl(s->fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

/*
 * All that are taken are before the number that this returns.  The size of the
 * file does not tell: on a full disk there are locks, but no notes.
 */
static size_t
count_records(const struct semaphore *s)
{
	size_t n = FIRST;
	struct stat st;

	if (fstat(s->fd, &st) == 0 && st.st_size > RECORD * FIRST)
		n = ((size_t)st.st_size + RECORD - 1) / RECORD;
	while (is_any_behind(s, n))
		n++;
	for (size_t i = 0; i < s->n_mine; i++)
		if (s->mine[i] >= n)
			n = s->mine[i] + 1;
	return n;
}

/* Nothing depends on the notes but what people read. */
static void
write_note(struct semaphore *s, size_t record, const char *note)
{
	char text[RECORD] = "";

	strlcpy(text, note, sizeof(text));
	if (pwrite(s->fd, text, sizeof(text), (off_t)(record * RECORD)) < 0)
		return;
}

/* With the turn: takes a record if so few are taken. */
static bool
take_record(struct semaphore *s, size_t most, const char *note)
{
	size_t n = count_records(s), taken = s->n_mine, record = n;

	for (size_t i = n; i-- > FIRST;) {
		if (is_mine(s, i))
			continue;
		if (is_locked(s->fd, i * RECORD))
			taken++;
		else
			record = i;
	}
	if (taken >= most || lock_byte(s->fd, record * RECORD, F_WRLCK) < 0)
		return false;
	if (s->n_mine == s->cap_mine) {
		s->cap_mine = s->cap_mine * 2 + 4;
		s->mine = xreallocarray(s->mine, s->cap_mine, sizeof(*s->mine));
	}
	s->mine[s->n_mine++] = record;
	write_note(s, record, note);
	return true;
}

bool
semaphore_take(struct semaphore *s, size_t most, const char *note)
{
	const struct timespec pause = { .tv_nsec = TURN_PAUSE_NS };
	int tries = 0;
	bool taken;

	while (lock_byte(s->fd, BYTE_TURN, F_WRLCK) < 0) {
		if (s->turnless_ns == 0)
			s->turnless_ns = loop_clock();
		if (++tries == TURN_TRIES)
			return false;
		nanosleep(&pause, NULL);
	}
	s->turnless_ns = 0;
	taken = take_record(s, most, note);
	lock_byte(s->fd, BYTE_TURN, F_UNLCK);
	return taken;
}

bool
semaphore_is_stalled(const struct semaphore *s)
{
	return s->turnless_ns != 0 &&
	    loop_clock() - s->turnless_ns >= STALLED_NS;
}

const char *
semaphore_path(const struct semaphore *s)
{
	return s->path;
}

size_t
semaphore_held(const struct semaphore *s)
{
	return s->n_mine;
}

/* Unlocks first: writing wakes those who wait. */
bool
semaphore_give_back(struct semaphore *s, size_t keep)
{
	bool any = s->n_mine > keep;

	while (s->n_mine > keep) {
		size_t record = s->mine[--s->n_mine];

		lock_byte(s->fd, record * RECORD, F_UNLCK);
		if (pwrite(s->fd, "", 1, BYTE_TURN) < 0)
			continue; /* they look now and then anyway */
	}
	return any;
}

void
semaphore_note(struct semaphore *s, const char *note)
{
	for (size_t i = 0; i < s->n_mine; i++)
		write_note(s, s->mine[i], note);
}

int
semaphore_fd(struct semaphore *s)
{
	if (s->notify_fd >= 0)
		return s->notify_fd;
	s->notify_fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (s->notify_fd >= 0 &&
	    inotify_add_watch(
		s->notify_fd, s->path, IN_MODIFY | IN_CLOSE_WRITE) < 0) {
		close(s->notify_fd);
		s->notify_fd = -1;
	}
	return s->notify_fd;
}

void
semaphore_heed(struct semaphore *s)
{
	char events[4096];

	while (
	    s->notify_fd >= 0 && read(s->notify_fd, events, sizeof(events)) > 0)
		continue;
}

void
semaphore_holders(const struct semaphore *s, char *buf)
{
	size_t n = count_records(s), more = 0, len = 0;

	buf[0] = '\0';
	for (size_t i = FIRST; i < n; i++) {
		char note[RECORD] = "";

		if (is_mine(s, i) || !is_locked(s->fd, i * RECORD))
			continue;
		if (pread(s->fd, note, sizeof(note) - 1, (off_t)(i * RECORD)) <=
			0 ||
		    len + strlen(note) + 32 > SEMAPHORE_HOLDERS_MAX) {
			more++;
			continue;
		}
		len += (size_t)snprintf(buf + len, SEMAPHORE_HOLDERS_MAX - len,
		    "%s%s", len > 0 ? ", " : "", note);
	}
	if (more > 0)
		snprintf(buf + len, SEMAPHORE_HOLDERS_MAX - len, "%s%zu %s",
		    len > 0 ? " and " : "", more, len > 0 ? "more" : "others");
}

/*
 * Waits for news, or the end of the pause, which grows: after news it is short.
 */
static void
wait_for_news(struct semaphore *s, int64_t *pause_ns, int64_t most_ns)
{
	int64_t ns = *pause_ns < most_ns ? *pause_ns : most_ns;
	struct pollfd poll_fd = { .fd = semaphore_fd(s), .events = POLLIN };

	*pause_ns = *pause_ns < PAUSE_MAX_NS / 2 ? *pause_ns * 2 : PAUSE_MAX_NS;
	if (poll(&poll_fd, 1, (int)((ns + NS_PER_MS - 1) / NS_PER_MS)) <= 0)
		return;
	semaphore_heed(s);
	*pause_ns = PAUSE_FIRST_NS;
}

bool
semaphore_wait(struct semaphore *s, size_t most, const char *note,
    int64_t limit_ns, void (*slow)(struct semaphore *s))
{
	const int64_t start_ns = loop_clock();
	int64_t pause_ns = PAUSE_FIRST_NS;
	bool told = false, told_stalled = false;

	while (!semaphore_take(s, most, note)) {
		int64_t waited_ns = loop_clock() - start_ns;
		int64_t left_ns =
		    limit_ns > 0 ? limit_ns - waited_ns : PAUSE_MAX_NS;

		if (left_ns <= 0)
			return false;
		if (slow != NULL &&
		    ((!told && waited_ns >= SLOW_NS) ||
			(!told_stalled && semaphore_is_stalled(s)))) {
			told = true;
			told_stalled = semaphore_is_stalled(s);
			slow(s);
		}
		wait_for_news(s, &pause_ns, left_ns);
	}
	return true;
}
