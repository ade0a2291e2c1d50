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
	local expected=$1
	run --separate-stderr watched bash -c "$2"
	expect_status "$expected"
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
		try 125 nursery "$option" x 'touch started'
		complains "$option: unknown option (known from $peer: "
		for named in $(grep -oE -e '(^|[^-a-z])--?[A-Za-z][a-z-]*' <<<"${stderr#*known from}" | tr -d ' ,();:\047'); do
			case $named in
			--color=* | -n | -p) continue ;; # of grep(1), nice(1)
			esac
			# those that are built now
			case $named in
			--progress | --color | --timestamps | --names) continue ;;
			esac
			[[ $stderr == *"'"*"$named"*"'"* ]] || grep -qxe "$named" <<<"$ours" ||
				fail "$option is answered with $named, which nursery does not have"
		done
		count=$((count + 1))
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
EOF
	try 125 nursery --jobs-log x 'touch started'
	complains "--jobs-log: unknown option (like --joblog of parallel: "
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
}

@test "a server, an address and a test are told to be a service and its readiness" {
	refused "nursery 'npm start' http://localhost:3000 'npm test'" \
		"(try nursery --service 'npm start' --ready 'exec:curl -fsS http://localhost:3000' 'npm test')"
	refused "nursery 'npm start' 3000 'npm test'" "(try nursery --service 'npm start' --ready tcp:3000 'npm test')"
}

@test "scripts of npm and words for help are told" {
	refused "nursery npm:watch 'touch started'" "npm:watch: a script of npm needs npm to run it (try nursery 'npm run watch' 'touch started')"
	refused 'nursery help' 'help: there is no such command (try nursery --help)'
	refused 'nursery version' '(try nursery --version)'
}

@test "an address or a port as --ready is told how it is written" {
	refused "nursery --service 'sleep 100' --ready http://localhost:3000 'touch started'" \
		"--ready: 'http://localhost:3000' is no kind of readiness (try 'exec:curl -fsS http://localhost:3000')"
	refused "nursery --service 'sleep 100' --ready 3000 'touch started'" '(try tcp:3000)'
	refused "nursery --service 'sleep 100' --ready localhost:3000 'touch started'" 'tcp:8080'
}

@test "a template whose arguments are on standard input is told of -a -" {
	refused 'seq 5 | nursery echo {}' \
		'{}: arguments from standard input are read with -a - (try nursery -a - echo {}; else < /dev/null)'
	refused 'seq 3 | nursery "touch started {}"' "(try nursery -a - 'touch started {}'; else < /dev/null)"
	refused 'nursery -j 2 gzip {} < list' '(try nursery -j 2 -a - gzip {}; else < /dev/null)'
	refused 'seq 3 | timeout 20 nursery "touch started {.}"' 'read with -a -'
	refused 'nursery -0 -P4 -n1 wc -l < list' '-a - for standard input'
	refused 'nursery wc -l < list' '(try nursery -a - wc -l)'
	typed 0 'seq 3 | nursery -a - "echo got {}"'
	out 'got 1' 'got 2' 'got 3'
}

@test "standard input that nobody reads is told, and the jobs run" {
	typed 0 'nursery cat <<<hello'
	out
	err "nursery: nobody reads standard input: jobs have none (nursery -a - cat runs it for each line; for one job, 'COMMAND < FILE')"
	typed 0 'nursery "echo a" "echo b" < list'
	out a b
	err "nursery: nobody reads standard input: jobs have none (redirect it in a command, as in 'COMMAND < FILE')"
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
		"(try sed 's/^[^:]*: *//' Procfile | nursery -j 0 --lb --halt now,done=1)"
	refused 'nursery --tag < Procfile' 'a line of a Procfile'
	printf 'web: touch started' >Procfile
	refused 'nursery -j 0 < Procfile' 'a line of a Procfile'
	typed 0 'printf "a:b() { echo a; }\n" | sed s/a:b/f/ | nursery'
	printf '%s\n' ': "no: name"; echo a' >commands
	typed 0 'nursery < commands'
	out a
	err
}

@test "the advice for a Procfile runs it" {
	printf '%s\n' 'web: echo web; exec sleep 1000' 'job: echo job' >Procfile
	typed 0 "sed 's/^[^:]*: *//' Procfile | nursery -j 0 --lb --halt now,done=1"
	out_sorted web job
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

@test "what looks like bash and is not is run" {
	try 0 nursery "grep -c '<<<' list || :" 'echo "<("' "echo '=('" 'echo source [[ ]]' 'echo set -o pipefail'
	out 0 '<(' '=(' 'source [[ ]]' 'set -o pipefail'
	err
	typed 0 'echo() { :; }; ls() { :; }; export -f echo ls; nursery "echo a" "ls list"'
	out a list
	err
	mkdir bin
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
