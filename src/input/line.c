#include "line.h"

#include <string.h>

#include "csv.h"

/* Behind the newline; 0 for NULL. */
static size_t
behind(const char *newline, const char *data)
{
	return newline != NULL ? (size_t)(newline - data) + 1 : 0;
}

size_t
line_end(bool csv, const char *data, size_t len, size_t at)
{
	if (csv)
		return csv_record(data, len, at);
	return behind(memchr(data + at, '\n', len - at), data);
}

size_t
line_before(bool csv, const char *data, size_t end)
{
	if (csv)
		return csv_record_before(data, end);
	return behind(memrchr(data, '\n', end - 1), data);
}

size_t
line_last(bool csv, const char *data, size_t len)
{
	if (csv)
		return csv_last(data, len);
	return len > 0 ? behind(memrchr(data, '\n', len), data) : 0;
}
