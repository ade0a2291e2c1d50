#include "help.h"

#include "parallel.h"

/* At most 80 columns and 23 lines, which fit a screen with the prompt below. */
/* clang-format off */
static const char *const nursery_lines[] = {
"usage: nursery [OPTION...] [--] COMMAND...    each argument is a shell command",
"       nursery [OPTION...] < FILE             each line is a shell command",
"       nursery [OPTION...] COMMAND ::: ARG... one for each ARG, {} in COMMAND",
"Jobs    -j, --jobs, -P N    N at once; N% of the CPUs, +N, -N; 0 is no limit",
"        -0, --null, -d, --delimiter C: commands end with NUL, C; --shell PATH",
"        --delay D apart; wait at --load N, below --memfree N; --help, --version",
"Retry   --retries N, --retry-delay D; --ok-codes 1,3-5; in jobs --spawn, --wait",
"Limits  --memory-max S, --pids-max N, --cpu-max P%; names: --names A,B; --name N",
"Special --service CMD: until the jobs are over; --ready notify, fd:N, log:REGEX,",
"          tcp:PORT, unix:PATH, file:PATH or exec:CMD;  --ready-timeout D (30s)",
"        --shield CMD: not cancelled;  --finally CMD: at the end;  --adopt PID",
"Args    ::: WORDS, :::: FILES, -a, --arg-file F; linked: :::+ ::::+ --link",
"        {} {.} {/} {//} {/.} {2} {-1} {#} {%}; --plus: {..} {:2} {%x} {^^x} ...",
"        -n, --max-args, -N, --max-replace-args, -L, --max-lines N   per command",
"        -X, -m, -s, --max-chars N; -I, --replace R; -q, --quote; --argv; --shuf",
"        -C, --colsep REGEX, --header :, --trim HOW, -E S, -r, --no-run-if-empty",
"Ending  -K, --keep-going, --halt never; --halt soon|now,fail|success|done=N|N%",
"        --race; --orphans kill|wait|fail|leave; --contain strict|pidns; --doctor",
"Time    --timeout, --fail-after D: stop all, 124; --move-on-after D: no failure",
"        --job-timeout, --idle-timeout D: a job; --signal S, --kill-after D (5s)",
"Output  -k, --keep-order (default); --group; --lb, --line-buffer; -u, --ungroup",
"        --tag, --tagstring S; --buffer SIZE; -v, --verbose, --quiet; --dry-run",
"D: 300ms, 90s, 1h30m.  Status: of the first failure; 124: timeout, 125: nursery",
};

static const char *const parallel_lines[] = {
"usage: parallel [OPTION...] [COMMAND] < ARGUMENTS",
"       parallel [OPTION...] [COMMAND] ::: ARGUMENT... | :::: FILE...",
"",
"This is nursery, called as parallel: it takes the options of GNU parallel that",
"are listed here and some others, and leaves no process behind.",
"",
"-j, -P N  -k  -u  --lb  --group  --tag  --tagstring S  -t  --dry-run",
"--delay SECONDS  --load N  --memfree SIZE",
"-a FILE  -0  -d C  -E STR  -r  -C REGEX  --header :  --trim n|l|r|lr|rl",
"--skip-first-line  --shebang  --workdir DIR  --termseq TERM,200,KILL,25",
"--link  --shuf  -n N  -N N  -L N  -X  -m  --xargs  -s N  -I STR  --plus  -q",
"--halt never|WHEN,WHY=N  --timeout SECONDS  --retries N  --arg-sep S  --plain",
"{} {.} {/} {//} {/.} {#} {%} {2} {2.} {-1}   replacement strings",
"",
"Status: how many jobs failed (101: more than 100), 255: error.",
"Manual: man nursery",
};
/* clang-format on */

static void
print_lines(const char *const *lines, size_t n, FILE *out)
{
	for (size_t i = 0; i < n; i++)
		fprintf(out, "%s\n", lines[i]);
}

void
help_print(FILE *out, bool parallel)
{
	if (parallel)
		print_lines(parallel_lines,
		    sizeof(parallel_lines) / sizeof(parallel_lines[0]), out);
	else
		print_lines(nursery_lines,
		    sizeof(nursery_lines) / sizeof(nursery_lines[0]), out);
}

/*
 * Programs that call parallel find its version behind the words "GNU parallel",
 * at the start of the line.
 */
void
help_print_version(FILE *out, bool parallel)
{
	if (parallel)
		fputs("GNU parallel " PARALLEL_VERSION
		      " is what this imitates: it is nursery " NURSERY_VERSION
		      "\n",
		    out);
	else
		fputs("nursery " NURSERY_VERSION "\n", out);
}
