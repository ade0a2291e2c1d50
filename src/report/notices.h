/*
 * Messages that no option turns off, said at once: processes that a job left
 * behind, what cannot be ended, why a service is not ready, and the status that
 * SIGUSR1 asks for.
 */
#ifndef REPORT_NOTICES_H
#define REPORT_NOTICES_H

#include "event.h"

struct report_options;

/* The options are borrowed. */
struct report_listener notices_listener(const struct report_options *options);

#endif
