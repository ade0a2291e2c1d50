#!/usr/bin/env bats
# What labels are made of: names, times, colours.  tag.bats is about where they go.

load ../helper

# shows LINE...: stdout is these lines, with each ESC shown as ^[
shows() {
	output=$(printf '%s\n' "$output" | sed 's/\x1b/^[/g')
	out "$@"
}

coloured() {
	TERM=xterm-256color nursery --color=always "$@"
}

@test "--tag labels plain commands with their names" {
	try 0 nursery --tag --names web 'echo a' 'echo b' 'cd / && A=1 exec printf "c\n"'
	out $'web\ta' $'echo\tb' $'printf\tc'
	# Names that are not unique have the number of the job.
	try 0 nursery --tag 'printf "a\n"' 'echo b' 'echo c'
	out $'printf\ta' $'echo 2\tb' $'echo 3\tc'
	try 0 nursery --tag --names echo 'echo a' 'echo b'
	out $'echo\ta' $'echo 2\tb'
	# In any order, and where a blank command is no job, the label is that of the command.
	try 0 nursery --tag --shuf 'echo echo' 'printf "printf\n"'
	grep -qE $'^echo [12]\techo$' <<<"$output"
	grep -qE $'^printf [12]\tprintf$' <<<"$output"
	try 0 nursery --tag ' ' 'echo a' 'printf "b\n"'
	out $'echo 1\ta' $'printf 2\tb'
}

@test "--tag labels special jobs with their names" {
	try 0 nursery -j1 --tag --shield 'echo s' --name keep --finally 'echo f' 'echo a {}' ::: x
	out $'keep\ts' $'x\ta x' $'echo\tf'
}

@test "--tagstring has the name, the time and the other replacement strings" {
	try 0 nursery --tagstring '{#}:{name}:{1/.}' --names one 'echo {}' ::: a/b.c d
	out $'1:one:b\ta/b.c' $'2:echo 2:d\td'
	try 0 nursery --timestamps=%%T --tagstring '<{time} {name}> {time}' 'echo a'
	out $'<%T echo> %T\ta'
	try 0 nursery --timestamps=%%T --tag 'echo a; echo b >&2'
	out $'%T\techo\ta'
	err $'%T\techo\tb'
	# A column of that name goes first.
	try 0 nursery --header : --tagstring '{name}' 'echo a {name}' ::: name x
	out $'x\ta x'
}

@test "a name in a label cannot change a terminal" {
	try 0 nursery --tag $'\e[31mx() { echo a; }; \e[31mx' || :
	[[ $output$stderr != *$'\e'* ]]
}

@test "--timestamps: seconds since the start go before each line, in every mode" {
	local mode
	for mode in -k --group --lb; do
		try 0 to_files $mode --timestamps 'printf "a\nb"; echo c >&2'
		grep -qxE $'[0-9]+\\.[0-9]{3}\ta' o
		grep -qxE $'[0-9]+\\.[0-9]{3}\tb' o
		grep -qxE $'[0-9]+\\.[0-9]{3}\tc' e
		[ "$(wc -l <o)" -eq 2 ]
	done
	try 0 nursery --timestamps -u 'echo a'
	out a
}

@test "--timestamps=FORMAT is one for strftime, with %N as in date(1)" {
	try 0 nursery --timestamps='%Y %3N %N %%N' 'echo a'
	[[ $output =~ ^20[0-9][0-9]\ [0-9]{3}\ [0-9]{9}\ %N$'\t'a$ ]] || fail
	try 0 nursery --timestamps=%%T --service 'echo up; exec puppet sleep' --ready log:up 'echo a'
	out $'%T\ta'
	err $'%T\t[echo] up'
	try 0 nursery --timestamps= 'echo a'
	[[ $output =~ ^[0-9.]+$'\t'a$ ]]
	for bad in '' %n "$(printf '%%H%.0s' {1..200})"; do
		[ -n "$bad" ] || continue
		try 125 nursery --timestamps="$bad" 'touch ran'
		complains 'not a format of times'
		[ ! -e ran ]
	done
}

@test "the time is that of the first byte of the line" {
	local before
	gate up one two
	start --timestamps=%s%N 'puppet wait-fifo one write-text first' \
		'printf late; puppet say up wait-fifo two; echo st'
	await up
	before=$(date +%s%N)
	open_gate two
	open_gate one
	finish 0
	[ "$(tail -n 1 <<<"$output" | cut -f1)" -lt "$before" ] || fail
	[ "$(cut -f2 <<<"$output")" = $'first\nlatest' ]
}

@test "labels have colours, another for each job, services too" {
	try 0 coloured -j1 --tag 'echo a' 'printf "b\n"'
	shows $'^[[38;5;30mecho^[[0m\ta' $'^[[38;5;166mprintf^[[0m\tb'
	try 0 coloured --service 'echo up; exec puppet sleep' --ready log:up true
	stderr=$(sed 's/\x1b/^[/g' <<<"$stderr")
	[[ $stderr =~ ^'^[[38;5;'[0-9]+'m[echo]^[[0m up'$ ]] || fail
	# A terminal that has only eight.
	export TERM=linux
	try 0 nursery --color=always --tag 'echo a'
	shows $'^[[36mecho^[[0m\ta'
}

@test "what a job has coloured reaches neither a label nor another job" {
	try 0 coloured -j1 --tag 'printf "\033[1;31ma\nb\033[0m\n\033[4mc"' 'echo d'
	shows $'^[[38;5;30mprintf^[[0m\t^[[1;31ma^[[0m' \
		$'^[[38;5;30mprintf^[[0m\t^[[1;31mb^[[0m' \
		$'^[[38;5;30mprintf^[[0m\t^[[4mc^[[0m' \
		$'^[[38;5;166mecho^[[0m\td'
	# Without labels, too.
	for mode in -k --group; do
		try 0 coloured -j1 $mode 'printf "\033[38;5;0mx\ny"' 'echo d'
		shows $'^[[38;5;0mx^[[0m' $'^[[38;5;0my^[[0md'
	done
	gate go two
	start --color=always --lb 'printf "\033[38;5;0mx\n"; puppet read-line go; echo y' \
		'puppet wait-fifo two write-text d say go'
	eventually grep -q x "$BATS_TEST_TMPDIR/out"
	open_gate two
	finish 0
	shows $'^[[38;5;0mx^[[0m' d $'^[[38;5;0my^[[0m'
	# It ends where the job has ended it, by whatever sequence.
	try 0 coloured 'printf "\033[31;1ma\033[39;22m\nb\033[48;2;0;0;0mc\033[m\n\033[4:3md\033[24m\n"'
	shows $'^[[31;1ma^[[39;22m' $'b^[[48;2;0;0;0mc^[[m' $'^[[4:3md^[[24m'
	# A title that has no end ends with its line, so that it hides no label.
	try 0 coloured -j1 --tag 'printf "\033]0;a\nb\n"' 'echo c'
	shows $'^[[38;5;30mprintf^[[0m\t^[]0;a^[[0m' \
		$'^[[38;5;30mprintf^[[0m\tb' $'^[[38;5;166mecho^[[0m\tc'
	# Sequences that are cut, or not about colours, turn nothing on.
	try 0 coloured 'printf "\033[2Ja\n\033[>4;2mb\n\033[3"' 'echo c'
	shows $'^[[2Ja' $'^[[>4;2mb' '^[[3^[[0mc'
}

@test "a sequence is understood wherever the pipe cuts it" {
	gate up go
	start --color=always 'printf "\033[3"; puppet say up wait-fifo go; printf "1mx\ny\n"'
	await up
	open_gate go
	finish 0
	shows '^[[31mx^[[0m' '^[[31my^[[0m'
}

@test "no colours where nobody sees them, unless they are wanted" {
	export TERM=xterm-256color
	unset NO_COLOR CLICOLOR_FORCE FORCE_COLOR
	red() {
		"$@" --tag 'printf "\033[31ma\n"'
		[ "$status" -eq 0 ]
	}
	on_terminal() {
		try 0 watched pty -- "$BINARY" "$@"
	}
	in_pipe() {
		try 0 nursery "$@"
	}
	has() {
		[[ $output == *'[38;5;'* ]] || fail 'no colours'
	}
	lacks() {
		[[ $output != *'[38;5;'* ]] || fail 'colours'
	}
	red in_pipe && lacks
	red on_terminal && has
	red on_terminal --color=never && lacks
	red in_pipe --color always && has
	TERM=dumb red on_terminal && lacks
	NO_COLOR=1 red on_terminal && lacks
	NO_COLOR= red on_terminal && has
	NO_COLOR=1 red on_terminal --color=always && has
	CLICOLOR_FORCE=1 red in_pipe && has
	CLICOLOR_FORCE=0 red in_pipe && lacks
	FORCE_COLOR=3 red in_pipe && has
	FORCE_COLOR=0 red on_terminal && lacks
	NO_COLOR=1 FORCE_COLOR=1 red in_pipe && lacks
	try 125 nursery --color=red 'touch ran'
	complains "--color: 'red' is none of auto, always and never (try --color=always)"
	[ ! -e ran ]
}

@test "what is no terminal gets the bytes that the job wrote" {
	try 0 to_files 'printf "\033[31ma\nb"'
	[ "$(cat -v o)" = $'^[[31ma\nb' ]
	try 0 to_files --tag 'printf "\033[31ma\nb"'
	[ "$(cat -v o)" = $'printf\t^[[31ma\nprintf\tb' ]
}
