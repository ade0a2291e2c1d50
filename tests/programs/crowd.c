/*
 * crowd: counts how many of its kind run at once.
 *
 *	crowd FILE MS		runs for so many milliseconds; FILE is made
 *	crowd -m FILE		prints the most that ran at once, and how many
 *				in all
 *
 * The counts in FILE are changed under a lock.  One that is killed counts as
 * running from then on.
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sys/file.h>

struct counts {
	int running, most, all;
};

static void
add(const char *path, int n)
{
	struct counts counts = { 0, 0, 0 };
	int fd = open(path, O_RDWR | O_CREAT, 0666);

	if (fd < 0 || flock(fd, LOCK_EX) < 0)
		err(8, "%s", path);
	if (pread(fd, &counts, sizeof(counts), 0) < 0)
		err(8, "%s", path);
	counts.running += n;
	counts.all += n > 0;
	if (counts.most < counts.running)
		counts.most = counts.running;
	if (pwrite(fd, &counts, sizeof(counts), 0) != sizeof(counts))
		err(8, "%s", path);
	close(fd);
}

static void
show(const char *path)
{
	struct counts counts;
	FILE *file = fopen(path, "r");

	if (file == NULL || fread(&counts, sizeof(counts), 1, file) != 1)
		err(8, "%s", path);
	printf("%d %d\n", counts.most, counts.all);
	fclose(file);
}

int
main(int argc, char **argv)
{
	struct timespec pause;
	long ms;

	if (argc != 3)
		errx(8, "usage: crowd FILE MS, or crowd -m FILE");
	if (strcmp(argv[1], "-m") == 0) {
		show(argv[2]);
		return 0;
	}
	ms = strtol(argv[2], NULL, 10);
	pause = (struct timespec){ ms / 1000, ms % 1000 * 1000000 };
	add(argv[1], 1);
	nanosleep(&pause, NULL);
	add(argv[1], -1);
	return 0;
}
