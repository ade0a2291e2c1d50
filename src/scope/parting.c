#include "parting.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "remote/greeting.h"
#include "report/outcome.h"

/* So many bytes that a carrier has said are known at most. */
#define SAID_MAX 2048

void
parting_forget(struct parting *parting)
{
	free(parting->link_why);
	free(parting->carrier_why);
	parting->link_why = parting->carrier_why = NULL;
	parting->said.len = 0;
	parting->gone = parting->refused = parting->lacks_agent = false;
}

void
parting_release(struct parting *parting)
{
	parting_forget(parting);
	buf_release(&parting->said);
}

void
parting_hear(struct parting *parting, const char *data, size_t len)
{
	static const char sign[] = "exchange_identification";
	struct buf *said = &parting->said;

	buf_append(said, data, len);
	if (memmem(said->data, said->len, sign, sizeof(sign) - 1) != NULL)
		parting->refused = true;
	if (said->len > SAID_MAX)
		buf_consume(said, said->len - SAID_MAX);
}

void
parting_show(struct parting *parting)
{
	parting->said.len = 0;
}

/* What was said as one line that is safe to print; from malloc(3). */
static char *
one_line(const struct buf *said)
{
	struct buf lines = BUF_INIT;
	char *clean;

	buf_puts(&lines, " ");
	for (size_t i = 0; i < said->len; i++) {
		char c = said->data[i];

		if (c == '\n' && i + 1 < said->len)
			buf_puts(&lines, "; ");
		else if (c != '\r')
			buf_append(&lines, &c, 1);
	}
	clean = greeting_clean(lines.data, lines.len);
	buf_release(&lines);
	return clean;
}

void
parting_carrier(struct parting *parting, const char *program,
    const struct outcome *outcome, bool early)
{
	char how[OUTCOME_TEXT_MAX], *clean;

	if (!early && outcome->kind == OUTCOME_SUCCEEDED) {
		parting->carrier_why = xstrdup(""); /* the link knows more */
		return;
	}
	outcome_describe(outcome, how, sizeof(how));
	clean = one_line(&parting->said);
	parting->carrier_why = xasprintf("%s: %s%s%s", program,
	    outcome->kind == OUTCOME_SUCCEEDED ? "exit status 0" : how,
	    *clean != '\0' ? ": " : "", clean);
	free(clean);
}

char *
parting_describe(const struct parting *parting, const char *agent)
{
	const char *link = parting->link_why, *carrier = parting->carrier_why;

	if (parting->lacks_agent)
		return xasprintf("nursery cannot be started there as '%s', see "
				 "--agent-path (%s)",
		    agent, carrier);
	if (link != NULL && carrier != NULL && *carrier != '\0')
		return xasprintf("%s (%s)", link, carrier);
	return xstrdup(link != NULL ? link : carrier);
}
