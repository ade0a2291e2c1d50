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
"Input       --pipe: a block for each job;  --stdin first;  --pty: a terminal",
"Servers     --service CMD, --procfile FILE: until the jobs are over, or alone",
"            --ready tcp:PORT, http://..., log:REGEX, exec:CMD, notify: jobs wait",
"Machines    --hosts n1,user@n2: by ssh;  --slurm: all nodes of the allocation",
"In a job    nursery --spawn CMD: adds a command;  --spawn --wait CMD",
"Others      --joblog FILE --resume-failed;  --shell bash;  --dry-run;  --version",
"Status      that of the first failure; 124: time ran out, 125: nursery's own",
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
"      --jobserver[=KIND]    -j counts what jobs start, too: a GNU job server",
"  -0, --null                commands or arguments that are read end with NUL",
"  -d, --delimiter C         they end with this character",
"      --shell WORDS         instead of /bin/sh: bash, 'bash -eo pipefail'",
"      --stdin WHAT          what jobs read: null, open, first, each",
"      --delay TIME          between one start and the next",
"      --load N              start nothing while the machine is so busy",
"      --memfree SIZE        start nothing while less memory is free",
"      --limit CLASS=N       N such jobs at once in all nurseries of this user",
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
"      --csv                 at commas, but not among quotes",
"      --header :            the first line has names: {name}; with --pipe so",
"                            many lines, or a REGEX, are given to each job",
"  -n, --max-args N          so many in one command, all in place of {}",
"  -N, --max-replace-args N  so many, {1} {2} ...",
"  -L, --max-lines N         so many lines",
"  -X, -m                    as many as fit; -X repeats the word around {}",
"  -s, --max-chars N         no command is longer",
"  -I, --replace STRING      instead of {}",
"      --plus                more strings: {..} {:2} {%x} {#x} {/a/b} {^^x}",
"  -q, --quote               the shell gives no meaning to any character",
"      --argv                a script that gets arguments as \"$1\" \"$2\"",
"Input                       standard input, split and given to the jobs",
"      --pipe                each job gets a block of whole records to read",
"      --block SIZE          about so large (1M); with --pipe-part -N: N a job",
"      --block-timeout TIME  then a block need not be full",
"      --recstart, --recend STRING   records begin and end so (a newline ends)",
"      --regexp              these are regular expressions",
"      --remove-rec-sep      they are not given to the jobs",
"      --round-robin         as many jobs as -j says get the blocks in turn",
"      --tee                 the job of each argument gets all of the input",
"      --shard, --bin COLUMN a line goes to a job by what is in this column",
"      --group-by COLUMN     lines with the same value there go together",
"      --pipe-part           each job reads its part of the file of -a itself",
"      --cat, --fifo         {} is a file, a FIFO with the input",
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
"Going on later",
"      --joblog FILE         a line for each job that ended; +FILE: add to it",
"      --resume              go on with a run: skip what its --joblog has",
"      --resume-failed       the same, but what failed runs again",
"      --retry-failed        run only what failed, commands from the --joblog",
"      --order longest       what took longest comes first; or given",
"      --history FILE        the log with the times for that (the --joblog)",
"Special jobs",
"      --service COMMAND     a server, until the jobs are over; or alone",
"      --procfile FILE       each line 'name: command' is one; PORT, .env",
"      --env-file FILE       variables for all, NAME=value a line",
"      --ready WHAT          notify, fd:N, tcp:[HOST:]PORT, unix:PATH, file:PATH,",
"                            http://HOST:PORT/PATH, log:REGEX, exec:COMMAND",
"      --ready-timeout TIME  how long that may take (30s)",
"      --restart WHEN        never, on-failure[=N], always[=N]: it starts again",
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
"      --die-with-parent     stop all when the process that started nursery ends",
"Limits",
"      --memory-max SIZE     of each job",
"      --pids-max N          processes of each job",
"      --cpu-max P%          of one CPU for each job",
"Machines                    one nursery on each; jobs see $NURSERY_HOST",
"      --hosts LIST          by ssh: n1,user@n2,4/n3 (4 CPUs), : is this machine",
"      --hostfile FILE       the same, one on each line",
"      --slurm[=OPTIONS]     in an allocation, with more options for srun",
"      --carrier COMMAND     instead of ssh: 'docker exec -i {host}'",
"      --agent-path PATH     where nursery is there",
"      --machine-timeout D   silence until one is lost (60s)",
"      --onall, --nonall     each command once on each machine; none reads input",
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
"      --pty                 each job has a terminal: colours, output at once",
"      --buffer SIZE         what may wait in memory (64M)",
"  -v, --verbose             tell when jobs start and end",
"      --progress WHEN       show what runs: auto (a terminal), always, never",
"      --quiet               no summary of failures",
"Afterwards                  FILE may be fd:3, or - for standard output",
"      --events FILE         all that happens, as it happens, in lines of JSON",
"      --junit FILE          a report for CI systems, in JUnit's XML",
"      --results FOLDER      keep the output of each job in files there; or in a",
"                            table: FILE.csv, FILE.tsv, FILE.json",
"      --summary FILE        a page of Markdown, or none: no GitHub step summary",
"      --timeline FILE.svg   draw the run, for a browser",
"      --timings[=N]         tell the slowest jobs (10)",
"      --trace FILE          write it as trace events, for Perfetto and others",
"Others",
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
"--pipe  --block SIZE  --recstart S  --recend S  --regexp  --rrs  --round-robin",
"--tee  --shard N  --bin N  --group-by N  --pipe-part  --cat  --fifo  --bt TIME",
"-S, --sshlogin LIST  --slf FILE  --onall  --nonall  --nice N  --shellquote",
"--skip-first-line  --shebang  --workdir DIR  --termseq TERM,200,KILL,25",
"--process-slot-var NAME  --seqreplace S  --slotreplace S  --er S  --bnr S",
"--dnr S  --bner S  -J, --profile NAME  --record-env",
"--results DIR  --files  --progress  --eta  --bar  --latest-line  --color-failed",
"--link  --shuf  -n N  -N N  -L N  -X  -m  --xargs  -s N  -I STR  --plus  -q",
"--halt never|WHEN,WHY=N  --timeout SECONDS  --retries N  --arg-sep S  --plain  --tty",
"--joblog FILE  --resume  --resume-failed  --retry-failed",
"{= PERL =}  {=2 PERL =}  --rpl 'TAG PERL'  --parens {==}  --filter PERL",
"--csv  --template FILE=NAME  --cleanup",
"--semaphore  --id NAME  --fg  --bg  --wait  --st SECONDS   also the name sem",
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
