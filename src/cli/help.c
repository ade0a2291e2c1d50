#include "help.h"

#include "parallel.h"

/* At most 80 columns and 23 lines, which fit a screen with the prompt below. */
/* clang-format off */
static const char *const nursery_lines[] = {
"usage: nursery [OPTION...] COMMAND...             options go before the commands",
"  nursery 'make lint' 'make test'                 each argument is one command",
"  nursery < commands.txt                          each line is one command",
"  nursery gzip -9 {} ::: *.log                    one command for each argument",
"  nursery --service ./server --ready tcp:8080 ./test.sh   a server for a test",
"The first failure stops all. Jobs run in /bin/sh, without input or terminal.",
"",
"At once     -j N: 4, 50% of the CPUs, 0: no limit;  --delay 1s between starts",
"Arguments   ::: WORDS;  -a FILE: its lines (-a -: of standard input, -0: NUL);",
"            {} is the argument, {.} without extension, {/} the name, {//} folder",
"Failures    -K, --keep-going: run all;  --retries 3;  --race: first success wins",
"            --halt soon,fail=3: start no more when 3 have failed (or now,done=1)",
"Time        --timeout 10m for all;  --job-timeout 1m;  --idle-timeout: no output",
"Output      in order, the first live;  --lb: lines as they come;  --tag: labels",
"            --group: whole jobs as they end;  -v tells more, --quiet tells less",
"Servers     --service CMD: until the jobs are over;  --finally CMD: at the end",
"            --ready tcp:PORT, log:REGEX, exec:CMD, file:PATH, unix:PATH, fd:N,",
"            notify: the jobs start when it is so",
"In a job    nursery --spawn CMD: adds a command;  --spawn --wait CMD",
"Others      --shell bash;  --dry-run: only print the commands;  --version",
"Status      that of the first failure; 124: time ran out, 125: nursery's own",
"",
"nursery -v --help lists all options, 'man nursery' explains them.",
};

/* All options, those of a theme together, as in the manual. */
static const char *const all_lines[] = {
"usage: nursery [OPTION...] COMMAND...             options go before the commands",
"       nursery [OPTION...] < FILE                 each line is one command",
"       nursery [OPTION...] COMMAND ::: ARGUMENT...   one for each argument",
"",
"Commands",
"  -j, -P, --jobs N          run N at once: 4, 50%, +1, -1; 0 is no limit",
"  -0, --null                commands or arguments that are read end with NUL",
"  -d, --delimiter C         they end with this character",
"      --shell WORDS         instead of /bin/sh: bash, 'bash -eo pipefail'",
"      --delay TIME          between one start and the next",
"      --load N              start nothing while the machine is so busy",
"      --memfree SIZE        start nothing while less memory is free",
"      --spawn               in a job: add the commands to its nursery",
"      --wait                with --spawn: until they have ended",
"      --contain HOW         auto, strict or pidns: what keeps processes together",
"      --doctor              what this machine offers for that",
"Arguments                   also ::: WORDS  :::: FILES  :::+ ::::+ linked",
"  -a, --arg-file FILE       the lines of a file, - is standard input",
"      --link                first with first, second with second",
"      --shuf                in random order",
"  -r, --no-run-if-empty     skip blank arguments",
"  -E STRING                 stop at this argument",
"      --trim HOW            l, r, lr or n: remove blanks from arguments",
"  -C, --colsep REGEX        split them into columns: {1} {2}",
"      --header :            the first line has names: {name}",
"  -n, --max-args N          so many in one command, all in place of {}",
"  -N, --max-replace-args N  so many, {1} {2} ...",
"  -L, --max-lines N         so many lines",
"  -X, -m                    as many as fit; -X repeats the word around {}",
"  -s, --max-chars N         no command is longer",
"  -I, --replace STRING      instead of {}",
"      --plus                more strings: {..} {:2} {%x} {#x} {/a/b} {^^x}",
"  -q, --quote               the shell gives no meaning to any character",
"      --argv                a script that gets arguments as \"$1\" \"$2\"",
"The end",
"      --halt WHEN,WHY=N     now or soon; fail, success, done; N or N%; or never",
"  -K, --keep-going          the same as --halt never",
"      --race                the same as --halt now,success=1",
"      --orphans HOW         kill, wait, fail or leave what jobs leave behind",
"Failures",
"      --retries N           run a job that failed up to N more times",
"      --retry-delay TIME    before the second attempt, then twice as long",
"      --show-attempts       print all attempts, not only the last",
"      --ok-codes LIST       statuses that are no failure: 1,3-5",
"Special jobs",
"      --service COMMAND     a server, until the jobs are over",
"      --ready WHAT          notify, fd:N, tcp:[HOST:]PORT, unix:PATH, file:PATH,",
"                            log:REGEX or exec:COMMAND: of the service before",
"      --ready-timeout TIME  how long that may take (30s)",
"      --shield COMMAND      is not cancelled by failures and time limits",
"      --finally COMMAND     at the very end, whatever happened",
"      --adopt PID           a process that runs already",
"      --name NAME           names the special job before it",
"Time                        300ms, 90s, 5m, 1h30m; 0 is no limit",
"      --timeout, --fail-after TIME   stop everything; status 124",
"      --move-on-after TIME  the same, but this is no failure",
"      --job-timeout TIME    for each job",
"      --idle-timeout TIME   for a job that writes nothing",
"      --signal NAME         stop jobs with it instead of TERM",
"      --kill-after TIME     and with KILL after that (5s)",
"Limits",
"      --memory-max SIZE     of each job",
"      --pids-max N          processes of each job",
"      --cpu-max P%          of one CPU for each job",
"Output",
"  -k, --keep-order          in the order of the commands (the default)",
"      --group               whole jobs, as they end",
"      --lb, --line-buffer   whole lines, as they come",
"  -u, --ungroup             jobs write directly, mixed",
"      --tag                 begin each line with the argument or the job's name",
"      --tagstring STRING    begin each line with this: {name}, {time}, {1} ...",
"      --timestamps[=FORMAT] begin each line with seconds, or with strftime's",
"      --color WHEN          auto, always or never: labels have colours",
"      --names A,B,C         names for the commands, in order",
"      --show WHICH          all, failed or none: the output of which jobs",
"      --sections STYLE      auto, none, github, gitlab, plain: in CI logs",
"      --buffer SIZE         what may wait in memory (64M)",
"  -v, --verbose             tell when jobs start and end",
"      --progress WHEN       show what runs: auto (a terminal), always, never",
"      --quiet               no summary of failures",
"      --dry-run             print the commands, run nothing",
"  -h, --help                a screen of help, with -v all options",
"      --version",
"",
"Status: of the first failure; 124: time ran out, 125: nursery's own error.",
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

#define PRINT(lines, out)                                                      \
	print_lines(lines, sizeof(lines) / sizeof((lines)[0]), out)

void
help_print(FILE *out, bool parallel, bool all)
{
	if (parallel)
		PRINT(parallel_lines, out);
	else if (all)
		PRINT(all_lines, out);
	else
		PRINT(nursery_lines, out);
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
