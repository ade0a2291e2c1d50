/* The words in a picture of the run. */
#ifndef RECORD_CAPTION_H
#define RECORD_CAPTION_H

#include <stddef.h>
#include <stdint.h>

struct buf;
struct picture;
struct span;

/* Append "2 failed, 3 succeeded in 1.204s", and the numbers below it. */
void caption_title(const struct picture *picture, struct buf *out);
void caption_facts(const struct picture *picture, struct buf *out);

/* What is shown when the pointer is over a span. */
void caption_of_span(const struct span *span, struct buf *out);

/* A duration with no more digits than matter: "340ms", "1.2s", "9m58s". */
void caption_duration(int64_t ns, char *buf, size_t size);

#endif
