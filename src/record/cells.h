/*
 * The cells of a table.  The last two of a row are what a job has written,
 * which may be more than memory has room for: they are put in pieces.
 */
#ifndef RECORD_CELLS_H
#define RECORD_CELLS_H

#include <stdbool.h>
#include <stddef.h>

#include "json.h"
#include "store/queue.h"

struct buf;
struct store;
struct writer;

enum sheet_format { SHEET_CSV, SHEET_TSV, SHEET_JSON };

/* Where cells go; all is borrowed. */
struct sheet {
	enum sheet_format format;
	struct writer *writer;
	struct store *store;                /* where they wait */
	void (*lost)(void *arg, int error); /* some of what a job wrote */
	void *arg;
};

/* Of a stream in JSON: the text, and perhaps the same bytes in base64. */
enum part { PART_NONE, PART_TEXT, PART_BASE64 };

/* What a job has written to its standard output and standard error. */
struct cells {
	struct written {
		struct queue q;
		bool quoted; /* it cannot stand in a cell as it is */
	} written[2];
	int n_put;          /* how many of the two were put */
	enum part part;     /* what of the next one is being put */
	bool kept;          /* its bytes are kept to be put again */
	struct queue again; /* these bytes */
	struct json_pieces pieces;
};

/* Prepares cells in the caller's storage. */
void cells_init(struct cells *cells);

/* Frees what was not put. */
void cells_release(struct cells *cells, struct sheet *sheet);

/* Adds bytes that the job has written; which is 1 for standard error. */
void cells_take(struct cells *cells, struct sheet *sheet, int which,
    const char *data, size_t len);

/*
 * Puts both to the writer, each with what goes before it, or as much of them as
 * *left bytes or so are; *left becomes smaller by that.  True once all was put.
 * Nothing can be taken afterwards.
 */
bool cells_put(struct cells *cells, struct sheet *sheet, size_t *left);

/* Append what separates two cells of CSV or TSV; and such a cell. */
void cells_separate(const struct sheet *sheet, struct buf *row);
void cells_add(
    const struct sheet *sheet, struct buf *row, const char *text, size_t len);

#endif
