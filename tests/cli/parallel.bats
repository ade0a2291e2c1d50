#!/usr/bin/env bats
# nursery called as parallel: the grammar, the defaults and the statuses of that
# program.  differential.bats compares it with GNU parallel, which this does not need.
#
# shellcheck disable=SC1083,SC2016

load ../helper
load byname

setup() {
	nursery_setup
	by_name
}

# refused WORDS ARG...: one line with WORDS, status 255, nothing on stdout
refused() {
	local words=$1
	shift
	try 255 parallel "$@"
	complains "$words" || fail "refused: $*"
}

@test "words are a template over standard input, or over :::" {
	try 0 parallel -k echo x < <(printf 'a\nb c\n')
	out 'x a' 'x b c'
	try 0 parallel -k echo x ::: a 'b c'
	out 'x a' 'x b c'
	err
}

@test "without words the lines are commands" {
	try 0 parallel -k < <(printf 'echo a; echo b\n\n# comment\necho "c d"\n')
	out a b 'c d'
	try 0 parallel -k ::: 'echo a' 'echo b'
	out a b
}

@test "output comes whole, in the order of completion" {
	# The first job waits until the second has ended and was reaped.
	cat >one-after-two <<-'END'
		if [ "$1" = 2 ]; then
			echo $$ >second
		else
			until pid=$(cat second) && [ -n "$pid" ] && ! kill -0 "$pid"; do
				sleep 0.01
			done 2>/dev/null
		fi
		echo "$1"
		echo "$1"
	END
	try 0 parallel -j2 sh one-after-two ::: 1 2
	out 2 2 1 1
	rm second
	try 0 parallel -k -j2 sh one-after-two ::: 1 2
	out 1 1 2 2
	rm second
	try 0 parallel -j2 -k --no-keep-order sh one-after-two ::: 1 2
	out 2 2 1 1
}

@test "the status is the number of jobs that failed, and nothing more is said" {
	try 2 parallel 'exit {}' ::: 3 0 5
	out
	err
	try 0 parallel 'exit {}' ::: 0 0
	try 100 parallel -j8 'exit 1 #' ::: {1..100}
	try 101 parallel -j8 'exit 1 #' ::: {1..102}
}

@test "under --halt the status is the job's" {
	try 3 parallel -j1 --halt now,fail=1 'exit {}' ::: 0 3 5
	try 137 parallel -j1 --halt now,fail=1 'kill -9 $$ #' ::: a
	try 2 parallel -j1 --halt now,fail=2 'exit {}' ::: 3 0 5
	try 0 parallel -j1 --halt now,success=1 'exit {}' ::: 3 0 5
	try 67 parallel -j1 --halt now,fail=50% 'exit {}' ::: 3 0 5
	try 3 parallel -j1 --halt soon,done=1 'exit {}' ::: 3 0 5
	err
}

@test "under --halt with a percentage the status is that of all jobs that had failed" {
	try 50 parallel -j1 --halt soon,fail=50% 'exit {}' ::: 1 1 0 0
	try 20 parallel -j1 --halt soon,fail=20% 'exit {}' ::: 3 0 3 0 0 0 3 3 3 3
	try 25 parallel -j1 --halt soon,done=50% 'exit {}' ::: 0 3 3 0
	try 67 parallel -j1 --halt now,fail=100% 'exit {}' ::: 3 0 3
	try 50 parallel -j4 --halt now,fail=50% 'exit {}' ::: 3 3 3 3
	try 0 parallel -j1 --halt now,success=50% 'exit {}' ::: 3 0
	err
}

@test "under --halt with a percentage that is one job the status is the job's" {
	try 3 parallel -j1 --halt 50% 'exit {}' ::: 3 4
	try 3 parallel -j1 --halt now,fail=10% 'exit {}' ::: 0 3 0 4 0 0 0 0 0 0
	try 0 parallel -j1 --halt now,done=50% 'exit {}' ::: 0 3
}

@test "as long as the input goes on a percentage is one of the jobs that are over" {
	try 67 parallel -j1 --halt soon,fail=50% 'exit {}' < <(printf '%s\n' 3 3 0 0)
}

@test "jobs that fail while they are waited for do not count under --halt" {
	mkfifo out gate
	{ read -r <out && echo >gate; } 3>&- &
	ended_by_first() {
		parallel -j2 --halt "$1" '{}' ::: 'echo over' 'read x <gate; exit 3' >out
	}
	try 0 ended_by_first soon,done=1
	wait $!
	{ read -r <out && echo >gate; } 3>&- &
	try 0 ended_by_first soon,done=50%
	wait $!
}

@test "a separator of arguments is not empty" {
	refused '--arg-sep: '"''"' is no separator' --arg-sep '' echo ::: a
	refused '--arg-file-sep: '"''"' is no separator' --arg-file-sep '' echo ::: a
}

@test "what a job cannot say itself is said" {
	try 1 parallel nosuchcommand ::: a
	err 'nursery: job 1 failed: command not found after T: nosuchcommand a'
	try 1 parallel --timeout 0.1 'exec sleep' ::: 1000
	err 'nursery: job 1 failed: ran past its time limit of 100ms after T: exec sleep 1000'
	try 1 parallel --timeout 0 'sleep 0.1; exit' ::: 3
	err
	try 124 parallel --timeout 0.1 --halt now,fail=1 'exec sleep' ::: 1000
}

@test "errors of nursery itself are 255" {
	refused 'No such file' echo :::: /nonexistent
	refused "--jobs: 'x'" --jobs x echo ::: a
	refused "-j: 'x'" -j x echo ::: a
	refused "--colsep: '('" -C '(' echo ::: a
	refused "--colsep: ''" --csv -C '' echo ::: '"a"b'
	refused "--timeout: 'x%'" --timeout x% echo ::: a
	refused '-j: missing argument' -j
	refused '--jobs: missing argument' --jobs
}

@test "a failure of nursery itself is 255, too" {
	need bash
	limited() {
		watched bash -c 'ulimit -n "$1" && exec "${@:2}"' - "$@"
	}
	full() {
		parallel "$@" >/dev/full
	}
	try 255 full echo ::: a
	err_has 'No space left on device'
	# First the front has too few descriptors, then the worker.
	local limit
	for limit in 4 6; do
		try 255 limited "$limit" "$PWD/bin/parallel" echo ::: a
		err_has 'nursery: '
		try 125 limited "$limit" "$BINARY" 'echo a'
		err_has 'nursery: '
	done
}

@test "an option that nursery does not have is named" {
	local option
	for option in --nosuch --tmuxed; do
		refused "$option: nursery, called as parallel, has no such option (see nursery(1))" \
			"$option" 1 echo ::: a
	done
	refused '-Z: nursery' -Z echo ::: a
}

@test "what is refused says what to do instead" {
	refused '--tmux is not supported: there are no windows' --tmux echo ::: a
	refused 'is not supported: no database' --sqlworker x echo ::: a
	refused '--embed is not supported' --embed
	refused '--fast is not needed' --fast echo ::: a
	refused '--trc is not supported: no files are copied to and from' --trc x echo ::: a
	refused '--transfer is not supported: no files are copied' --transfer echo ::: a
	refused '--show-limits is not supported: limits are not printed (try --max-line-length-allowed)' --show-limits echo ::: a
	refused '--hostgroups is not supported: machines have no groups' --hgrp echo ::: a
	refused '-p is not supported: nobody is asked' -p echo ::: a
	refused '--interactive is not supported: nobody is asked' --interactive echo ::: a
	refused '--shell-completion is not supported: completions are installed by make install-parallel' --shell-completion auto
	refused '-W has been retired in GNU parallel, too: it is --workdir' -W x echo ::: a
}

@test "options are read as that program reads them" {
	local form
	try 0 parallel -kj2 --halt=never echo ::: a b
	out a b
	try 0 parallel --keep --max-p 2 echo ::: a b
	out a b
	try 0 parallel -k -- echo -k ::: a b
	out '-k a' '-k b'
	try 0 parallel -k -l 2 echo < <(printf 'a\nb\nc\n')
	out 'a b' c
	for form in -i --replace -ki; do
		try 0 parallel -k $form {} echo x{} < <(printf 'a\nb\n')
		out xa xb
		try 0 parallel $form -k echo x{} < <(printf 'a\nb\n')
		out xa xb
	done
	try 0 parallel -k -e b echo < <(printf 'a\nb\n')
	out a
	for form in -d= '-d =' --delimiter== '--delimiter =' -kd=; do
		try 0 parallel -k $form echo < <(printf 'a=b=')
		out a b
	done
	try 0 parallel -k -i% echo x% < <(printf 'a\nb\n')
	out xa xb
}

@test "a script that names it in its first line is its own input" {
	printf '%s\n' "#!$PWD/bin/parallel --shebang -k -r echo 'x  y' {}" a '' 'b c' >script
	chmod +x script
	try 0 watched ./script
	out 'x y a' 'x y b c'
	printf '%s\n' "#!/usr/bin/env -S parallel --shebang --ungroup --jobs 1" 'echo a' 'echo b' >script
	try 0 watched ./script
	out a b
	err
	mkdir "$HOME/.parallel"
	echo --nosuch >"$HOME/.parallel/config"
	printf '%s\n' "#!/usr/bin/env -S parallel --shebang --plain echo" a >"./it's one"
	chmod +x "./it's one"
	try 0 watched "./it's one"
	out a
	rm "$HOME/.parallel/config"
	try 0 parallel --skip-first-line -k echo ::: a b c
	out b c
	refused '--shebang: no script' --shebang
	refused '--shebang must be the first option' -k --shebang script
	refused '--shebang-wrap: nursery, called as parallel, has no such option' --shebang-wrap sh script
}

@test "options about citations and the like are taken in silence" {
	try 0 parallel --will-cite --no-notice --nn --gnu --silent --env HOME --tmpdir /tmp echo ::: a
	out a
	err
	try 0 parallel --noswap --use-cpus-instead-of-cores --use-cores-instead-of-threads \
		--use-sockets-instead-of-threads --compress \
		--compress-program gzip --decompress-program 'gzip -d' echo ::: a
	out a
	err
	try 0 parallel --citation < <(echo will cite)
	out
	err
	try 0 parallel --bibtex </dev/null
	out
}

@test "--termseq is the signal that ends a job, and how long the job has for it" {
	local sequence
	try 0 parallel --termseq TERM,200,TERM,100,TERM,50,KILL,25 'echo $NURSERY_GRACE_MS #' ::: a
	out 280
	try 0 parallel --termseq KILL,25 'echo $NURSERY_GRACE_MS #' ::: a
	out 0
	try 0 parallel --term-seq SIGINT,1000,2,500,KILL 'echo $NURSERY_GRACE_MS #' ::: a
	out 1200
	mkfifo trapped
	try 1 parallel -j2 -u --termseq INT,100000,KILL,25 --halt now,fail=1 ::: \
		'puppet catch-exit INT int 0 say trapped sleep' 'read line <trapped; exit 1'
	out int
	for sequence in '' TERM,KILL,25 TERM,x,KILL NOSUCH,200,KILL,25 ,KILL KILL, KILL,x \
		TERM,200,KILL,oops TERM,200,KILL,INT,5; do
		refused "--termseq: '$sequence' is no sequence" --termseq "$sequence" echo ::: a
	done
}

@test "--termseq may have more than one signal before KILL" {
	mkfifo trapped
	try 1 parallel -j2 -u --termseq TERM,300,HUP,300,INT,100000,KILL,25 --halt now,fail=1 ::: \
		'puppet catch TERM term catch HUP hup catch-exit INT int 0 say trapped sleep' \
		'read line <trapped; exit 1'
	out term hup int
	try 0 parallel --termseq TERM,200,INT,100 'echo $NURSERY_GRACE_MS #' ::: a
	out 4240
}

@test "the pauses of --termseq are summed up, and a sum that is too large is refused" {
	local steps
	printf -v steps 'TERM,2147483647,%.0s' {1..4294}
	try 0 parallel --termseq "${steps}KILL,25" 'echo $NURSERY_GRACE_MS #' ::: a
	out 7377035824174
	printf -v steps 'TERM,2147483647,%.0s' {1..4295}
	refused 'is no sequence' --termseq "${steps}KILL,25" echo ::: a
	printf -v steps 'TERM,2147483647,%.0s' {1..4400}
	refused 'is no sequence' --termseq "${steps}KILL,25" echo ::: a
}

@test "a --nice that is not permitted is said, once" {
	local drop=()
	[ "$(id -u)" -ne 0 ] || drop=(setpriv --bounding-set=-sys_nice)
	try 0 watched "${drop[@]}" prlimit --nice=0:0 bin/parallel --nice -5 'echo "$(nice) {}"' ::: a b
	out_sorted "$(nice) a" "$(nice) b"
	err 'nursery: --nice -5: not permitted, so jobs are as nice as nursery is (see ulimit -e)'
	try 0 watched "${drop[@]}" nice -n 19 bin/parallel nice '#' ::: a
	out 19
	err
}

@test "a --timeout of very many percent is none" {
	try 0 parallel -j1 --timeout 99999999999999% 'sleep 0.05; echo {}' ::: 1 2 3
	out 1 2 3
}

@test "--workdir is where jobs run, and is made if it is not there" {
	local option
	for option in --workdir --wd; do
		try 0 parallel "$option" new/er 'pwd; echo $PWD; rmdir ../er #' ::: a
		out "$PWD/new/er" "$PWD/new/er"
		try 0 parallel "$option" . pwd '#' ::: a
		out "$PWD"
		try 0 parallel "$option" other --dry-run pwd '#' ::: a
		[ ! -e other ]
		HOME=$PWD/home try 0 parallel "$option" ... 'basename "$PWD" #' ::: a
		[[ ${lines[0]} == *-[0-9]*-1 ]] && [ -d home/.parallel/tmp/"${lines[0]}" ]
	done
	touch file
	refused "--workdir: cannot enter 'file': Not a directory" --wd file echo ::: a
	try 0 parallel --wd new printenv ::: PWD # without a shell
	out "$PWD/new"
	try 1 parallel -j1 --wd gone 'rmdir "$PWD" #' ::: a b
	err_has 'job 2 failed: cannot enter the directory it is to run in: No such file'
}

@test "\$PARALLEL and the config files come before the command line" {
	PARALLEL='-k --tagstring "a b"' try 0 parallel echo ::: 1 2
	out $'a b\t1' $'a b\t2'
	PARALLEL='-k echo pre' try 0 parallel x ::: 1
	out 'pre x 1'
	mkdir "$HOME/.parallel"
	printf '# comment\n--tag\n\n-k\n' >"$HOME/.parallel/config"
	try 0 parallel echo ::: 1 2
	out $'1\t1' $'2\t2'
	try 0 parallel --plain -k echo ::: 1 2
	out 1 2
	PARALLEL=--nosuch try 255 parallel echo ::: 1
	err_has '--nosuch'
	# one that is there but cannot be read is not taken for one that is not
	rm "$HOME/.parallel/config"
	mkdir "$HOME/.parallel/config"
	ln -s loop "$HOME/.parallel/loop"
	try 0 parallel echo ::: 1
	err "nursery: cannot read $HOME/.parallel/config: Is a directory"
	try 255 parallel -J loop echo ::: 1
	err "nursery: cannot read $HOME/.parallel/loop: Too many levels of symbolic links"
}

@test "-j takes a regular file only" {
	local file
	mkfifo fifo
	for file in . fifo /dev/zero; do
		try 255 parallel -j "$file" 'touch ran; echo' ::: a
		complains "-j: '$file' is no regular file, nor a number of jobs"
	done
	[ ! -e ran ]
}

@test "a named file of options that cannot be read is an error, one that is not there is none" {
	mkdir folder
	printf 'a\n"b\n' >open
	printf 'a\0b' >nul
	refuses() {
		try 255 parallel -J "$1" 'touch ran; echo' ::: a
		complains "$2"
	}
	refuses /dev/zero 'cannot read /dev/zero: File too large'
	refuses ./folder 'cannot read ./folder: Is a directory'
	refuses ./open './open: a quote has no end: "b'
	refuses ./nul 'cannot read ./nul: it has a NUL byte'
	[ ! -e ran ]
	HOME=$PWD/open try 0 parallel --jobs 1 echo ::: a
	out a
}

@test "--plain keeps \$PARALLEL out wherever it stands among the options" {
	local options
	export PARALLEL=--tag
	for options in '-j 2' -j2 '--jobs 2' --jobs=2 '--max-p 2' '-k -j 2' '-kj 2' -kj2 \
		'-l 1' '--max-lines 1' '-i {}' '--replace {}' -i -e -l '-E x' '--env PATH'; do
		try 0 parallel $options --plain echo ::: a
		out a
		try 0 parallel $options --plai echo ::: a
		out a
	done
}

@test "--plain is no option as the value of one, nor among the words" {
	local options
	export PARALLEL=--tag
	for options in '-E --plain' '--cols --plain' '-kC --plain' '--env --plain' \
		'--arg-sep --plain --' '--colsep=--plain' -E--plain; do
		try 0 parallel $options 'echo x #' < <(echo a)
		out $'a\tx'
	done
	try 0 parallel -k echo ::: --plain
	out $'--plain\t--plain'
	try 0 parallel echo --plain ::: a
	out $'a\t--plain a'
	try 0 parallel -k -- echo --plain ::: a
	out $'a\t--plain a'
	mkdir tools
	printf '#!/bin/sh\necho tool\n' >tools/--plain
	chmod +x tools/--plain
	PATH=$PWD/tools:$PATH try 0 parallel -k -- --plain ::: a
	out $'a\ttool'
	try 0 parallel --will-cite --gnu echo ::: a
	out $'a\ta'
}

@test "jobs find that program's variables" {
	try 0 parallel -k -j1 'echo $PARALLEL_SEQ $PARALLEL_JOBSLOT; [ $PARALLEL_PID = $NURSERY_PID ] && echo' ::: a b
	out '1 1' a '2 1' b
	PARALLEL_SEQ=outer try 0 nursery 'echo $PARALLEL_SEQ'
	out outer
}

@test "commands run in the shell that called, which knows what it exported" {
	need bash
	cat >caller <<-'END'
		greet() { echo "hello $1"; }
		export -f greet
		parallel -k greet ::: a 'b c'
		parallel 'echo $BASH_VERSION $0 #' ::: a
	END
	try 0 watched bash caller
	[ "${lines[0]}" = 'hello a' ] && [ "${lines[1]}" = 'hello b c' ]
	[[ ${lines[2]} == [0-9]*bash ]]
	PARALLEL_SHELL=/bin/sh try 0 parallel 'echo $0 #' ::: a
	out /bin/sh
	PARALLEL_SHELL=sh try 0 parallel 'echo $0 #' ::: a
	out sh
}

@test "PARALLEL_SHELL is refused before the start if it is no program" {
	local shell
	for shell in /nonexistent no-such-shell "$PWD"; do
		PARALLEL_SHELL=$shell refused \
			"PARALLEL_SHELL: '$shell' is no shell" 'touch started #' ::: a
		[ ! -e started ]
	done
}

@test "PARALLEL_ENV goes before each command, and jobs do not get it" {
	PARALLEL_ENV=$'v="x y"\001alias hi="echo"' try 0 parallel 'echo "$v" {} ${PARALLEL_ENV-none}' '#' ::: a
	out 'x y a none'
	mkfifo fifo
	echo 'v=fifo' >fifo &
	PARALLEL_ENV=$PWD/fifo try 0 parallel 'echo $v #' ::: a
	out fifo
	PARALLEL_ENV='' try 0 parallel echo ::: a
	out a
	head -c 140000 /dev/zero | tr '\0' x >long
	PARALLEL_ENV=$PWD/long refused 'PARALLEL_ENV: it is longer' 'touch started #' ::: a
	PARALLEL_ENV=$PWD refused "PARALLEL_ENV: cannot read '$PWD': Is a directory" echo ::: a
	[ ! -e started ]
}

@test "a relative PARALLEL_SHELL is found wherever the jobs run" {
	mkdir elsewhere
	printf '#!/bin/sh\necho mine\nexec /bin/sh "$@"\n' >mysh
	chmod +x mysh
	PARALLEL_SHELL=./mysh try 0 parallel --workdir elsewhere 'pwd; :' ::: a
	out mine "$PWD/elsewhere"
}

@test "-t tells each command on standard error, -v on standard output" {
	try 0 parallel -j1 -t 'echo x{}' ::: a b
	out xa xb
	err 'echo xa' 'echo xb'
	try 0 parallel -j1 -u -t 'echo x{} >&2' ::: a b
	err 'echo xa >&2' xa 'echo xb >&2' xb
	try 0 parallel -j1 -v 'echo x{}' ::: a b
	out 'echo xa' xa 'echo xb' xb
	err
	try 0 parallel -k -v --tag 'echo x{}' ::: a b
	out $'a\techo xa' $'a\txa' $'b\techo xb' $'b\txb'
}

@test "-v with --files tells the command in the file, not beside its name" {
	try 0 parallel -v --files --tmpdir . 'echo x{}' ::: a
	[ "$(wc -l <<<"$output")" = 1 ]
	out_file=$output
	[ "$(cat "$out_file")" = $'echo xa\nxa' ]
}

@test "-v tells a command before its job starts that is not captured" {
	try 0 parallel -j1 -u -v 'echo x{}' ::: a b
	out 'echo xa' xa 'echo xb' xb
	err
	full() {
		parallel -j1 -u -v 'exec sleep' ::: 1000 >/dev/full
	}
	try 255 full
	err_has 'No space left on device'
	# Nobody reads: bash says 128+SIGPIPE.
	mkfifo unread
	try 141 watched bash -c 'exec 5<>unread 6>unread 5<&-
		"$1" -u -v "exec sleep" ::: 1000 >&6 6>&-; exit $?' - "$PWD/bin/parallel"
	# A reader that comes late finds the command first.
	mkfifo slow
	exec {reader}<>slow
	puppet write 65536 >slow 3>&- {reader}<&-
	parallel -u -v 'echo x{}' ::: a >slow 3>&- {reader}<&- &
	head -c 65536 <&"$reader" >/dev/null
	wait $!
	[ "$(head -n 2 <&"$reader" {reader}<&-)" = $'echo xa\nxa' ]
}

@test "-v does not wait for standard error" {
	local reader
	mkfifo slow
	exec {reader}<>slow
	puppet write 65536 >slow 3>&- {reader}<&-
	parallel -j1 -u -v -t 'echo x{}' ::: a b >said 2>slow 3>&- {reader}<&- &
	eventually grep -qx xb said
	head -c 65536 <&"$reader" >/dev/null
	wait $!
	[ "$(cat said)" = $'echo xa\nxa\necho xb\nxb' ]
	[ "$(head -n 2 <&"$reader" {reader}<&-)" = $'echo xa\necho xb' ]
}

@test "--ctag and --ctagstring are --tag and --tagstring with colours" {
	TERM=xterm-256color try 0 parallel -k --ctag 'printf "x\ny"' ::: a
	[ "$(cat -v <<<"$output")" = $'^[[48;5;134;38;5;231m^[[Ka\tx^[[m\n^[[48;5;134;38;5;231m^[[Ka\ty^[[m' ] || fail
	TERM=linux try 0 parallel --lb --ctagstring '{}{}' echo ::: a
	[ "$(cat -v <<<"$output")" = $'^[[36maa^[[0m\ta' ] || fail
}

@test "--dry-run prints, --tag labels, -u does not capture" {
	try 0 parallel --dry-run echo ::: a 'b c'
	out 'echo a' "echo 'b c'"
	try 0 parallel -k --tag echo ::: a b
	out $'a\ta' $'b\tb'
	try 0 parallel -j1 -u --tag echo ::: a b
	out a b
	try 0 parallel -j1 --lb -k echo ::: a b
	out a b
}

@test "--version looks like that program's, and says what this is" {
	try 0 parallel --version
	[[ $output == 'GNU parallel '[0-9]*' '*'nursery '[0-9]* ]]
	try 0 parallel --help
	[[ $output == *'This is nursery'* ]]
	try 0 parallel --minversion 20180122
	out 20221122
	try 255 parallel --minversion 20991231
	local what threads
	try 0 parallel --number-of-threads
	[[ $output =~ ^[0-9]+$ ]]
	threads=$output
	for what in cores cpus; do
		try 0 parallel "--number-of-$what"
		out "$threads"
	done
	full() {
		parallel --version >/dev/full
	}
	try 255 full
}

@test "no process is left behind by this name either, but nothing is said of it" {
	try 0 parallel '(setsid sleep 1000 &) #' ::: a
	err
}

@test "SIGHUP starts no more and lets what runs end, SIGUSR1 tells what runs" {
	gate begun go
	BINARY=$PWD/bin/parallel start -j1 'echo {} >begun; read line <go; echo end {}' '#' ::: 1 2 3
	await begun
	tell USR1
	eventually err_so_far_has 'job 1 running'
	tell HUP
	eventually err_so_far_has 'waiting for 1 job to end: SIGHUP came'
	open_gate go
	echo >&"${GATE_FD[go]}"
	finish 0
	out 'end 1'
	err_has 'nursery: 2 not started, because SIGHUP came'
}

@test "SIGUSR2 begins to tell the progress, and stops that" {
	gate begun go
	BINARY=$PWD/bin/parallel start -j1 'echo {} >begun; read line <go' '#' ::: 1 2
	await begun
	tell USR2
	eventually err_so_far_has '0/2  1 running'
	tell USR2
	open_gate go
	printf '\n\n' >&"${GATE_FD[go]}"
	finish 0
	out
}

@test "--record-env notes the names of variables" {
	mkdir home2
	PARALLEL_HOME=$PWD/home2 V='a
b=c' try 0 parallel --record-env
	grep -qx V home2/ignored_vars
	grep -qx HOME home2/ignored_vars
	PARALLEL_HOME=$PWD/gone HOME=$PWD/gone refused 'cannot write' --record-env
}

@test "a signal is told as it is" {
	run -143 --separate-stderr watched bash -c 'exec "$1" -j1 "kill -TERM \$PARALLEL_PID; exec sleep 1000 #" ::: a' - "$PWD/bin/parallel"
}
