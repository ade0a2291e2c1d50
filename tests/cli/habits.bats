#!/usr/bin/env bats
# What people type by habit, from other programs and from the shell: it works, or
# one line says what to type instead.

load ../helper

setup() {
	nursery_setup
	[ "$(readlink -f /bin/sh)" = "$(command -v dash)" ] || plain_sh=no
	touch_list
}

touch_list() {
	printf '%s\n' a b c >list
}

# typed STATUS COMMAND: what a shell does that is given the command by a person
typed() {
	try "$1" watched bash -c "$2"
}

# refused COMMAND TEXT...: nothing is started, and one line has all these texts
refused() {
	local command=$1 text
	shift
	rm -f started
	typed 125 "$command"
	complains "$1"
	for text; do
		err_has "$text"
	done
	[ ! -e started ] || fail "something started for: $command"
}

# The options that the manual names, as in docs.bats.
options_of_manual() {
	sed -n '/^\.Ss Options for/,/^\.Ss Messages/p' "$REPO/man/nursery.1" |
		grep '^\.It Fl' | grep -oE 'Fl [-A-Za-z0-9]+' | sed 's/^Fl /-/' | sort -u
}

# Each row of the table: option, peer.
habits() {
	sed -n '/^static const struct habit habits/,/^};/p' "$REPO/src/cli/habits.c" |
		tr -d '\n' | grep -oE '\{ *"-[^"]+", *"[^"]+"' | sed -E 's/^\{ *"([^"]+)", *"([^"]+)"/\1\t\2/'
}

@test "every option of another program that is known is answered with one of ours" {
	local option peer ours named count=0
	ours=$(options_of_manual)
	while IFS=$'\t' read -r option peer; do
		! grep -qxe "$option" <<<"$ours" || fail "nursery has $option by now: drop its row in habits.c"
		count=$((count + 1))
		in_turn 4 || continue
		try 125 nursery "$option" x 'touch started'
		complains "$option: unknown option (known from $peer: "
		for named in $(grep -oE -e '(^|[^-a-z])--?[A-Za-z][a-z-]*' <<<"${stderr#*known from}" | tr -d ' ,();:\047'); do
			case $named in
			--color=* | -n | -p) continue ;; # of grep(1), nice(1)
			esac
			[[ $stderr == *"'"*"$named"*"'"* ]] || grep -qxe "$named" <<<"$ours" ||
				fail "$option is answered with $named, which nursery does not have"
		done
	done < <(habits)
	[ "$count" -ge 100 ] || fail "only $count rows were found"
	[ ! -e started ]
}

@test "an option of another program is known with its value, and in a cluster of letters" {
	try 125 nursery --kill-others=yes 'touch started'
	complains '--kill-others: unknown option (known from concurrently: '
	try 125 nursery -Kc 'touch started'
	complains '-c: unknown option (known from concurrently'
}

@test "a misspelt option is answered with the one that is meant" {
	local given meant
	while read -r given meant; do
		try 125 nursery "$given" 1 'touch started'
		complains "${given%%=*}: unknown option (did you mean $meant? see 'nursery --help')"
	done <<'EOF'
--timeot --timeout
--tiemout --timeout
--timeouts=3 --timeout
--keep-goin --keep-going
--keepgoing --keep-going
--linebuffer2 --line-buffer
--job --jobs
--move-on --move-on-after
--max-arg --max-args
-timeout --timeout
-tag --tag
-lb --lb
-race --race
-argv --argv
-delay --delay
-header --header
EOF
	try 125 nursery --ssh-login x 'touch started'
	complains "--ssh-login: unknown option (like --sshlogin of parallel: "
	[ ! -e started ]
}

@test "an option that is like no other is only unknown" {
	local option
	for option in --nosuch --x -Z --ab "--$(printf 'y%.0s' {1..500})"; do
		try 125 nursery "$option" 'touch started'
		complains "(try 'nursery --help')"
	done
	[ ! -e started ]
}

@test "-h is --help" {
	try 0 nursery --help
	local long=$output
	try 0 nursery -h
	[ "$output" = "$long" ]
}

@test "an option behind the commands is refused, and the right order is said" {
	refused 'nursery "touch started" "echo b" -K' \
		"-K: options go before the commands (try nursery -K 'touch started' 'echo b')"
	refused 'nursery "touch started" --keep-going' \
		"--keep-going: options go before the commands (try nursery --keep-going 'touch started')"
	refused 'nursery -j2 "touch started" -K --timeout 5' "try nursery -j2 -K 'touch started' --timeout 5"
	refused 'nursery "touch started" --timeout 5 "echo b"' "try nursery --timeout 5 'touch started' 'echo b'"
	refused 'nursery "touch started" --timeout=5' "try nursery --timeout=5 'touch started'"
	refused 'nursery --service "sleep 100" "touch started" --ready tcp:1' \
		"try nursery --service 'sleep 100' --ready tcp:1 'touch started'"
	refused 'nursery -d= "touch started" -K' "try nursery -d= -K 'touch started'"
	refused 'nursery make -j4' "(try nursery -j4 make; for one command, nursery 'make -j4')"
	refused 'nursery --dry-run "touch started" -K' 'options go before the commands'
}

@test "a command that was not quoted is refused, and said in quotes" {
	refused 'nursery ls -l /tmp' "-l: each argument is one command: quote all its words (try nursery 'ls -l /tmp')"
	refused 'nursery cd /tmp "&&" touch started' "(try nursery 'cd /tmp && touch started')"
	refused 'nursery -j2 echo -- a b' "--: this goes between options and commands; arguments follow ::: (try nursery -j2 echo ::: a b)"
	refused 'nursery "touch started" --kill-others' "--kill-others: unknown option (known from concurrently"
}

@test "what may be a command is not refused for its dash" {
	try 127 nursery -j1 -- 'touch started' -K
	[ -e started ]
	mkdir bin
	printf '#!/bin/sh\necho dashed "$@"\n' >bin/-dashed
	chmod +x bin/-dashed
	PATH=$PWD/bin:$PATH try 0 nursery -j1 'echo a' '-dashed x'
	out a 'dashed x'
	err
	try 0 nursery echo -k {} --tag ::: a -j b
	out '-k a --tag' '-k -j --tag' '-k b --tag'
	try 0 nursery --version -h
	echo 'nursery alias --many --jobs' >"$HOME/.popt"
	NURSERY_NO_POPT=0 try 127 nursery --many 1 -- 'echo a' -K
	out a
	NURSERY_NO_POPT=0 try 125 nursery --many 1 'echo a' -K
	complains "(try nursery --many 1 -K 'echo a')"
}

@test "a server, an address and a test are told to be a service and its readiness" {
	refused "nursery 'npm start' http://localhost:3000 'npm test'" \
		"(try nursery --service 'npm start' --ready http://localhost:3000 'npm test')"
	refused "nursery 'npm start' 3000 'npm test'" "(try nursery --service 'npm start' --ready tcp:3000 'npm test')"
}

@test "scripts of npm and words for help are told" {
	refused "nursery npm:watch 'touch started'" "npm:watch: a script of npm needs npm to run it (try nursery 'npm run watch' 'touch started')"
	refused "nursery npm:watch npm:serve" "(try nursery 'npm run watch' 'npm run serve')"
	refused 'nursery help' 'help: there is no such command (try nursery --help)'
	refused 'nursery version' '(try nursery --version)'
}

@test "an address or a port as --ready is told how it is written" {
	refused "nursery --service 'sleep 100' --ready https://localhost:3000 'touch started'" \
		"--ready: 'https://localhost:3000' is no kind of readiness (try 'exec:curl -fsS https://localhost:3000')"
	refused "nursery --service 'sleep 100' --ready 3000 'touch started'" '(try tcp:3000)'
	refused "nursery --service 'sleep 100' --ready localhost:3000 'touch started'" 'tcp:8080'
}

@test "a template whose arguments are on standard input is told of -a -" {
	refused 'seq 5 | nursery echo {}' \
		'{}: arguments from standard input are read with -a - (try nursery -a - echo {}; if none is meant, < /dev/null)'
	refused 'seq 3 | nursery "touch started {}"' "(try nursery -a - 'touch started {}'; if none is meant, < /dev/null)"
	refused 'nursery -j 2 gzip {} < list' '(try nursery -j 2 -a - gzip {}; if none is meant, < /dev/null)'
	refused 'seq 3 | timeout 20 nursery "touch started {.}"' 'read with -a -'
	refused 'nursery -0 -P4 -n1 wc -l < list' '--max-args needs a template (try nursery -a - -0 -P4 -n1 wc -l)'
	refused 'nursery wc -l < list' '(try nursery -a - wc -l)'
	typed 0 'seq 3 | nursery -a - "echo got {}"'
	out 'got 1' 'got 2' 'got 3'
}

@test "standard input that nobody reads is told, and the jobs run" {
	typed 0 'nursery cat <<<hello'
	out
	err "nursery: nobody reads standard input: jobs have none (nursery -a - cat runs it for each line; --stdin=first gives it to the first job, --stdin=each to each)"
	typed 0 'nursery "echo a" "echo b" < list'
	out a b
	err "nursery: nobody reads standard input: jobs have none (--stdin=first gives it to the first job, --stdin=each to each)"
	typed 0 'nursery echo ::: a < list'
	out a
	err_has 'nobody reads standard input'
	typed 0 'nursery "find . -name list -exec echo {} +" <<<hello'
	out ./list
	err_has 'nobody reads standard input'
}

@test "standard input that is another's, empty or read is nobody's business" {
	local command
	for command in 'while read -r _; do nursery "echo {}"; done < list' \
		'cat list | while read -r _; do nursery "echo {}"; done' \
		'{ nursery "echo {}"; cat >/dev/null; nursery "echo {}" "echo {}"; } < list' \
		'for i in 1 2 3; do nursery "echo {}" < /dev/null; done' \
		'for i in 1 2 3; do : | nursery "echo {}"; done' \
		'for i in 1 2 3; do nursery "echo {}" <&-; done' \
		': > none; for i in 1 2 3; do nursery "echo {}" < none; done' \
		'python3 -c "import subprocess
for i in range(3): subprocess.run([\"nursery\", \"echo {}\"], input=b\"x\")"'; do
		typed 0 "$command"
		out {} {} {}
		err
	done
	typed 0 'bash -s <<<"nursery \"echo {}\"; : the shell reads this"'
	out {}
	err
	typed 0 'nursery -a - echo < list'
	out a b c
	err
	typed 0 'nursery echo :::: - < list'
	out a b c
	err
	typed 0 'nursery <<<"echo {}"'
	out {}
	err
}

@test "a Procfile is not taken for commands" {
	printf '%s\n' '# all' 'web: touch started' 'worker_1: touch started' >Procfile
	refused 'nursery < Procfile' 'web: touch started: a line of a Procfile is no command' \
		'(try nursery --procfile Procfile)'
	refused 'nursery --tag < Procfile' 'a line of a Procfile'
	printf 'web: touch started' >Procfile
	refused 'nursery -j 0 < Procfile' 'a line of a Procfile'
	rm -f started
	typed 125 'cat Procfile | nursery'
	err 'nursery: web: touch started: a line of a Procfile is no command (try nursery --procfile Procfile)'
	[ ! -e started ]
	typed 127 'printf "%s\n" "echo a" "web: echo b" | nursery -j1'
	out a
	typed 0 'printf "a:b() { echo a; }\n" | sed s/a:b/f/ | nursery'
	printf '%s\n' ': "no: name"; echo a' >commands
	typed 0 'nursery < commands'
	out a
	err
}

@test "the advice for a Procfile runs it" {
	mkfifo up
	printf '%s\n' 'web: echo web; : >up; exec sleep 1000' 'job: echo job; : <up; exit 3' >Procfile
	typed 3 'nursery --procfile Procfile'
	err_has '[web] web' '[job] job' 'service job failed: exit status 3'
}

@test "what only bash knows is refused where /bin/sh does not know it" {
	[ -z "${plain_sh:-}" ] || skip '/bin/sh is not dash'
	refused "nursery 'touch started' '[[ a = a ]]'" '[[ a = a ]]: /bin/sh does not know [[ (try nursery --shell bash)'
	refused 'f() { touch started; }; export -f f; nursery f ::: 1' 'f: /bin/sh does not know a function that bash has exported (try nursery --shell bash)'
	refused 'f() { touch started; }; export -f f; nursery "f 1"' '--shell bash'
	refused "nursery 'touch started' 'set -euo pipefail; touch started'" 'does not know pipefail (try nursery --shell bash)'
	refused "nursery 'set -o pipefail && false | true'" '--shell bash'
	refused "nursery 'touch started' 'source venv/bin/activate'" '--shell bash'
	refused "nursery 'touch started' 'diff <(echo a) <(echo b)'" 'this syntax of bash (try nursery --shell bash)'
	refused "nursery 'touch started' 'cat <<<a'" '--shell bash'
	refused "nursery 'a=(1 2); touch started'" '--shell bash'
	refused "nursery --service 'source x; touch started' 'touch started'" '--shell bash'
	printf '%s\n' '[[ a = a ]] && touch started' >commands
	refused 'nursery < commands' '--shell bash'
}

@test "with --shell bash, bash is understood" {
	need bash
	typed 0 "f() { echo f \$1; }; export -f f
		nursery --shell bash f ::: 1 && nursery --shell bash '[[ a = a ]]' 'set -o pipefail' 'cat <<<a' 'cat <(echo b)'"
	out 'f 1' a b
	err
}

@test "a job that fails for what only bash knows gets a hint" {
	[ -z "${plain_sh:-}" ] || skip '/bin/sh is not dash'
	typed 127 "printf '%s\n' 'echo a' 'true && [[ a = a ]]' | nursery -j1"
	err_has '[[ a = a ]] (if this is for bash: nursery --shell bash)'
	typed 2 "nursery ':; set -o pipefail'"
	err_has '(if this is for bash: nursery --shell bash)'
	typed 127 "f() { :; }; export -f f; printf '%s\n' 'echo a' 'f 1' | nursery -j1"
	err_has 'job 2 failed: command not found after T: f 1 (if this is for bash: nursery --shell bash)'
	typed 127 "f() { :; }; export -f f; nursery ':; f'"
	err_has '(if this is for bash: nursery --shell bash)'
	typed 127 "f() { :; }; export -f f; nursery ':; f2; ff; nosuch; exit 127'"
	err_lacks 'for bash'
	typed 3 "nursery ': \"[[ \"; exit 3'"
	err_lacks 'for bash'
	typed 127 "nursery --shell bash '[[ a = a ]] && nosuch'"
	err_lacks 'for bash'
}

@test "what looks like bash and is not is run" {
	try 0 nursery 'pushd / 2>/dev/null || cd /; pwd'
	out /
	try 0 nursery "grep -c '<<<' list || :" 'echo "<("' "echo '=('" 'echo source [[ ]]' 'echo set -o pipefail'
	out 0 '<(' '=(' 'source [[ ]]' 'set -o pipefail'
	err
	typed 0 'echo() { :; }; ls() { :; }; export -f echo ls; nursery "echo a" "ls list"'
	out a list
	err
	mkdir bin
	typed 0 "nursery --shell bash -j1 'f() { echo f; }; export -f f; nursery --spawn f \"[[ a = a ]]\"'"
	out f
	err
	printf '#!/bin/sh\necho sourced\n' >bin/source
	chmod +x bin/source
	PATH=$PWD/bin:$PATH try 0 nursery 'source x'
	out sourced
}

@test "-j without a number, and options whose letters mean something else, are told" {
	refused 'nursery -j make all' "--jobs: 'make' is not a number of jobs" '-j alone, as of make, is -j 0'
	refused 'nursery -n web,api -c blue,green "touch started"' "--max-args: 'web,api' is not a number of arguments" '--names' '--dry-run'
	refused 'nursery -s KILL "touch started"' "--max-chars: 'KILL' is not a length" '--signal' '--quiet'
	refused 'nursery -C dir "touch started"' "make's -C is 'cd DIR && make'"
}

# tasks HABIT: runs what is typed by the habit, a line each: the status, the command,
# and what must be in the output, or in nursery's answer, which gives the command
# that does.  Each runs in the same folder of small files.
tasks() {
	local expected command text count=0
	printf '%s\n' a.txt b.txt 'c d.txt' >list
	for text in a.txt b.txt 'c d.txt'; do
		echo "x in $text" >"$text"
	done
	printf '%s\n' 'echo one' '# c' 'echo two' >cmds.txt
	printf '%s\n' name,age ann,3 bob,4 >t.csv
	printf '%s\n' 'web: echo web; exec sleep 1000' 'job: echo job' >Procfile
	printf '%s\n' 'all a b:' $'\t@echo made $@' >Makefile
	printf '%s\n' '#!/bin/sh' '[ ! -e tried ] || exit 0' 'touch tried; exit 1' >flaky
	chmod +x flaky
	while IFS='|' read -r expected command text; do
		rm -f tried
		command=${command//_PIPE_/|}
		run --separate-stderr watched bash -c "$command" </dev/null
		expect_status "$expected" || fail "typed: $command"
		[[ $output$'\n'$stderr == *"$text"* ]] || fail "typed: $command" "no answer has: $text"
		count=$((count + 1))
	done
	[ "$count" -ge 4 ] || fail "only $count tasks"
}

@test "tasks of somebody who knows GNU parallel" {
	tasks <<'EOF'
0|nursery gzip -k ::: *.txt && ls|c d.txt.gz
125|seq 5 _PIPE_ nursery echo {}|try nursery -a - echo {}
125|seq 3 _PIPE_ nursery -j2 "echo got {}"|try nursery -j2 -a - 'echo got {}'
0|nursery -j4 < cmds.txt|two
125|nursery --bar "echo a"|try --progress=always
125|nursery --eta echo ::: a|try --progress=always
0|nursery --joblog log "echo a" && wc -l <log|2
0|nursery -k echo {} ::: 3 1 2|1
0|nursery --dry-run convert {} {.}.png ::: a.jpg|convert a.jpg a.png
0|nursery --results out echo ::: a b && cat out/1/b/stdout|b
125|nursery --files echo ::: a b|try --results FOLDER
0|nursery 'echo {} > {/}.log 2>&1' ::: a b && cat b.log|b
0|nursery echo {1}-{2} ::: a b ::: 1 2|b-2
0|nursery --colsep , echo {2} :::: t.csv|4
0|nursery --retries 3 ./flaky|
0|cat list _PIPE_ nursery --pipe wc -l|3
0|nursery --tag echo ::: a b|b	b
125|nursery -S host1,host2 uptime|try --hosts n1,n2
EOF
}

@test "tasks of somebody who knows xargs" {
	tasks <<'EOF'
0|find . -name "*.txt" -print0 _PIPE_ nursery -0 -a - ls -d|./c d.txt
125|nursery -0 -P4 -n1 wc -l < list|nursery -a - -0 -P4 -n1 wc -l
125|ls *.txt _PIPE_ nursery wc -c|nursery -a - wc -c
0|nursery cat < list|nursery -a - cat
0|nursery -I% echo %% ::: a|aa
125|echo a b c _PIPE_ nursery -n1 echo|nursery -a - -n1 echo
0|nursery -a list -n 2 echo|a.txt b.txt
125|nursery -t echo ::: a|try -v
125|nursery --max-procs 2 "echo a"|try -j N
0|ls *.txt _PIPE_ nursery -a - -X echo|c d.txt
EOF
}

@test "tasks of somebody who knows concurrently or npm-run-all" {
	tasks <<'EOF'
125|nursery -n web,api -c blue,green "echo a" "echo b"|--names
0|nursery --tag --names web,api "echo a" "echo b"|web	a
0|nursery --timestamps "echo a"|	a
125|nursery npm:watch npm:serve|nursery 'npm run watch' 'npm run serve'
125|nursery --kill-others "sleep 100" "echo b"|--halt now,done=1
0|nursery --halt now,done=1 "sleep 100" "echo b"|b
125|nursery --success first "echo a"|--halt now,done=1
125|nursery --restart-tries 2 ./flaky|--retries N
125|nursery --prefix time "echo a"|--timestamps
125|nursery --max-processes 2 "echo a"|-j N
125|nursery --parallel "echo a" "echo b"|that is what nursery does anyway
125|nursery --continue-on-error false "echo b"|try -K
125|nursery false "echo b" -K|nursery -K false 'echo b'
0|nursery --race "sleep 100" "echo won"|won
EOF
}

@test "tasks of somebody who knows foreman" {
	tasks <<'EOF'
125|nursery < Procfile|nursery --procfile Procfile
125|nursery start|nursery --procfile Procfile
125|nursery -f Procfile|nursery --procfile Procfile
1|nursery --procfile Procfile|[job] job
125|nursery --env .env "echo a"|--env-file FILE
0|nursery --lb --tag "echo web" "echo worker"|worker
EOF
}

@test "tasks of somebody who writes a CI job" {
	tasks <<'EOF'
0|nursery --timeout 10m "echo lint" "echo test"|test
3|nursery -K "echo a; exit 3" "echo b"|1 failed, 1 succeeded
125|nursery --fail-fast "echo a" "echo b"|that is what nursery does anyway
125|nursery --log-dir logs "echo a"|try --results FOLDER
4|nursery --retries 2 --retry-delay 1ms "exit 4"|attempt 3
125|nursery --no-color "echo a"|--color=never
125|nursery --time-limit 10m "echo a"|--timeout 10m
0|nursery -v "echo a"|job 1 succeeded
124|nursery --timeout .1 "exec sleep 100"|timed out
EOF
}

@test "tasks of somebody who knows start-server-and-test" {
	tasks <<'EOF'
125|nursery 'npm start' http://localhost:3000 'npm test'|nursery --service 'npm start' --ready http://localhost:3000 'npm test'
125|nursery 'npm start' 3000 'npm test'|nursery --service 'npm start' --ready tcp:3000 'npm test'
125|nursery --service 'sleep 100' --ready https://localhost:8000 true|'exec:curl -fsS https://localhost:8000'
125|nursery --service 'sleep 100' --ready 8000 true|tcp:8000
125|nursery --service 'sleep 100' --wait-on http://localhost:8000 true|--ready tcp:PORT
0|nursery --service 'echo up; exec sleep 100' --ready log:up 'echo tested'|tested
EOF
}

@test "tasks of somebody who knows bash" {
	tasks <<'EOF'
0|nursery 'cd / && pwd' 'echo b'|/
125|nursery ls -l|nursery 'ls -l'
0|f() { echo f $1; }; export -f f; nursery --shell bash f ::: 1|f 1
0|for f in a b; do echo "echo $f"; done _PIPE_ nursery|b
0|nursery 'read x; echo $x' <<< hi|jobs have none
0|nursery --shell bash 'cat <(echo a)'|a
0|nursery --shell bash 'set -o pipefail; cat list _PIPE_ head -n 1'|a.txt
125|nursery "echo a" "&&" "echo b"|nursery 'echo a && echo b'
0|while read -r f; do nursery "echo $f"; done < list|c d.txt
EOF
}

@test "tasks of somebody who knows make" {
	tasks <<'EOF'
125|nursery -j make all|-j 0
0|nursery -j8 'make a' 'make b'|made b
125|nursery make -j4|nursery 'make -j4'
125|nursery -C . make a|cd DIR && make
125|nursery -n "make a"|--dry-run
125|nursery -s "make a"|--quiet
125|nursery -i "make a"|-K
0|nursery --keep-going "make a" "make b"|made a
EOF
}

@test "tasks of somebody who works with data" {
	tasks <<'EOF'
0|nursery -a list 'sort {} > {.}.sorted'; ls|c d.sorted
0|nursery 'echo seed {}' ::: 1 2 3|seed 3
0|nursery --header : -C , -a t.csv echo {name} is {age}|bob is 4
0|seq 3 _PIPE_ nursery -a - 'echo got {}' _PIPE_ sort -r|got 3
0|nursery wc -l {} ::: *.txt > counts; cat counts|1 c d.txt
125|cat list _PIPE_ nursery wc -c {}|nursery -a - wc -c {}
0|nursery --memfree 1M -j 50% echo ::: a|a
125|nursery --resume echo ::: a|try --joblog FILE
EOF
}

@test "tasks of somebody who knows Trio" {
	tasks <<'EOF'
0|nursery --move-on-after .1 'exec sleep 100'|
124|nursery --fail-after .1 'exec sleep 100'|timed out
0|nursery 'nursery --spawn "echo hi"'|hi
1|nursery --shield 'echo shielded' 'false'|shielded
1|nursery --finally 'echo bye' 'false'|bye
125|nursery --deadline 5 true|--timeout 10m
EOF
}

@test "tasks of somebody at a terminal" {
	tasks <<'EOF'
125|nursery --timeot 5 "echo a"|did you mean --timeout?
0|nursery -h|nursery 'make lint' 'make test'
125|nursery help|nursery --help
125|nursery --hlep|did you mean --help?
125|nursery -timeout 5 "echo a"|did you mean --timeout?
125|nursery "echo a" --verbose|nursery --verbose 'echo a'
125|nursery --stdin=frist cat|first
EOF
}
