#include "help.h"

/* A line has at most 79 columns, all of them fit 24 rows with the prompt. */
/* clang-format off */
static const char *const lines[] = {
"usage: nursery [OPTION...] [--] COMMAND...    each argument is a shell command",
"       nursery [OPTION...] < FILE             each line is a shell command",
"",
"Jobs    -j, --jobs, -P N    N at once; N% of the CPUs, +N, -N; 0 is no limit",
"        -0, --null          commands read end in NUL; -d, --delimiter C: in C",
"        --shell PATH        run commands with PATH -c instead of /bin/sh -c",
"Ending  --halt WHEN,WHY=N   never, or soon|now,fail|success|done=N|N%",
"        -K, --keep-going    --halt never;  --race: --halt now,success=1",
"        --orphans MODE      its leftovers: kill (default), wait, fail or leave",
"Time    --timeout D         stop all after D, status 124 (also --fail-after)",
"        --move-on-after D   stop all after D, which is no failure",
"        --job-timeout D     a job has failed that runs longer than D,",
"        --idle-timeout D    ... or writes nothing for D",
"        --signal S          stop jobs with S (TERM); --kill-after D: KILL (5s)",
"Output  -k, --keep-order    in the order of the commands (default)",
"        --group             each job whole, in the order they end",
"        --lb, --line-buffer lines as they come;  -u, --ungroup: not captured",
"        --buffer SIZE       memory for output that waits its turn (64M)",
"        -v, --verbose       tell starts and ends, too;  --quiet: no summary",
"        --dry-run           print the commands, run nothing;  --help, --version",
"",
"D: 300ms, 1.5, 90s, 1h30m.  Status: that of the first job to fail, 124 if time",
"ran out, 125 if nursery itself failed.  Manual: man nursery",
};
/* clang-format on */

void
help_print(FILE *out)
{
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		fprintf(out, "%s\n", lines[i]);
}
