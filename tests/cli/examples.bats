#!/usr/bin/env bats
# Every example of the manual, as it is printed, and of README runs as it stands
# there.
#
# shellcheck disable=SC2016 # for the shell of the example

load ../helper

setup() {
	nursery_setup
	need bash
}

# render WIDTH KIND: the manual as a terminal shows it, made once
render() {
	local page=$BATS_FILE_TMPDIR/$2.$1
	if [ ! -e "$page" ]; then
		case $2 in
		man) MANWIDTH=$1 LC_ALL=C.UTF-8 man -l "$REPO/man/nursery.1" ;;
		*) mandoc "-T$2" -O "width=$1" "$REPO/man/nursery.1" ;;
		esac 2>/dev/null | LC_ALL=C.UTF-8 col -bx >"$page"
	fi
	cat "$page"
}

renderers() {
	! command -v mandoc >/dev/null || printf '%s\n' ascii utf8
	! man --version 2>/dev/null | grep -q '^man 2' || echo man
}

# The examples in what render prints: in these sections, the lines that are
# further to the right, with an empty line behind each example.
examples_of_manual() {
	awk '/^[A-Z]/ { on = /^(FIRST )?EXAMPLES/; next }
		on && substr($0, 1, 11) ~ /^ *$/ && /[^ ]/ { print substr($0, 12); block = 1; next }
		block { print ""; block = 0 }'
}

# The same of README: blocks without a mark before them that run nursery.
examples_of_readme() {
	awk '/^<!-- / { marked = 1; next }
		/^    / { if (!marked) block = block substr($0, 5) "\n"; next }
		/./ { marked = 0 }
		block ~ /(^|\n|\| )nursery / { print block }
		{ block = "" }' "$REPO/README.md"
}

# What the examples name and is not here, or takes too long, does nothing.
stand_in() {
	local name
	mkdir bin
	for name in make npm pytest convert curl ping tail redis-server; do
		printf '#!/bin/sh\necho "%s $*"\n' "$name" >"bin/$name"
	done
	echo 'exec server listen tcp4 "$2"' >>bin/redis-server
	for name in test.sh build.sh walk train; do
		printf '#!/bin/sh\necho "%s $*"\n' "$name" >"$name"
	done
	echo 'echo from a file' >commands.txt
	echo 'web: echo from a Procfile' >Procfile
	echo ERROR >big.log
	echo >a.yaml
	printf '%s\n' host,port a,1 >hosts.csv
	for name in a.log "it's one.log" -rf.log 1.png "it's 2.png"; do
		echo >"./$name"
	done
	chmod +x bin/* ./*.sh walk train
}

# Runs each example of standard input in a folder of its own.
run_all() {
	local block count=0
	while IFS= read -r -d '' block; do
		[ -n "${block//[$'\n']/}" ] || continue
		count=$((count + 1))
		mkdir "$count"
		cd "$count"
		stand_in
		PATH=$PWD/bin:$PATH try 0 watched bash -c "set -eo pipefail
			convert_one() { echo convert_one \"\$@\"; }
			${block//7777/$(server free-port)}" </dev/null
		err_lacks nursery: 'not found' 'No such file'
		cd ..
	done < <(awk 'BEGIN { RS = "" } { printf "%s\n%c", $0, 0 }')
	[ "$count" -eq "$1" ] || fail "$count examples were found instead of $1"
}

@test "the examples of README run as they stand there" {
	run_all 21 < <(examples_of_readme)
}

@test "the examples of the manual run as they are printed" {
	local kind examples
	kind=$(renderers | head -n 1)
	[ -n "$kind" ] || skip 'neither mandoc nor man here'
	examples=$(render 80 "$kind" | examples_of_manual)
	run_all 23 <<<"$examples"
}

@test "the examples and the table of the manual look the same at every width and by every program" {
	local kind width first='' table='' found
	[ -n "$(renderers)" ] || skip 'neither mandoc nor man here'
	for kind in $(renderers); do
		for width in 80 90 120; do
			found=$(render "$width" "$kind" | examples_of_manual)
			[ -n "$first" ] || first=$found
			[ "$found" = "$first" ] || fail "different with $kind at $width:" "$found"
			found=$(render "$width" "$kind" | grep -A8 'This is what an event does')
			[ -n "$table" ] || table=$found
			[ "$found" = "$table" ] || fail "different with $kind at $width:" "$found"
		done
	done
	[[ $table == *'it fails itself   cancels    cancels     cancels     counts      cancels'* ]]
}

@test "no line of the manual is wider than the screen" {
	local kind width line LC_ALL=C.UTF-8 # so that characters are counted
	[ -n "$(renderers)" ] || skip 'neither mandoc nor man here'
	for kind in $(renderers); do
		for width in 80 90 120; do
			line=$(render "$width" "$kind" | grep -E ".{$((width + 1))}") || continue
			fail "$kind at $width: $line"
		done
	done
}

@test "the examples for *.log do for every name, one that begins with a dash, too" {
	local block count=0
	while IFS= read -r -d '' block; do
		[[ $block == *'*.log'* ]] || continue
		mkdir "$((++count))"
		cd "$count"
		echo >a.log
		echo >./-rf.log
		echo >"it's one.log"
		try 0 watched bash -c "set -eo pipefail; $block" 3>&-
		out
		err
		cd ..
	done < <({
		examples_of_readme
		render 80 "$(renderers | head -n 1)" | examples_of_manual
	} | awk 'BEGIN { RS = "" } { printf "%s\n%c", $0, 0 }')
	[ "$count" -ge 6 ] || fail "only $count examples were found"
}

# The commands of README's tables: what is in backticks and has all its words.
commands_of_readme() {
	sed -n '/^## If you know/,/^## What is promised/s/^| .* | \(.*\) |$/\1/p' "$REPO/README.md" |
		grep -oE '`[^`]*\bnursery [^`]*`' | tr -d '`' | sed 's/\\|/|/g'
}

@test "the commands of README's tables are right" {
	local line count=0
	printf '%s\n' a b >LIST
	echo 'echo a' >COMMANDS
	printf '%s\n' 'web: echo a' >Procfile
	echo A=1 >.env
	while IFS= read -r line; do
		[[ $line != *'; f '* && $line != *'/'*'PORT'* && $line != *--spawn* ]] || continue
		line=${line//PORT/7777}
		try 0 watched bash -c 'f() { :; }; CMD=echo
			nursery() { command nursery --dry-run "$@"; }; eval "$1"' - "$line" <LIST
		[ -n "$output" ] || fail "nothing would run: $line"
		[ -z "$stderr" ] || fail "an error for: $line"
		count=$((count + 1))
	done < <(commands_of_readme)
	[ "$count" -ge 12 ] || fail "only $count commands were found"
}

# README shows what is on a terminal, so that both streams are one.
@test "README's failure looks as it stands there" {
	local shown
	shown=$(readme failure | sed -E 's/ (after|in) [0-9.]+s/ \1 T/')
	run watched bash -c "$(readme failure | sed -n 's/^\$ //p') 2>&1"
	expect_status 2
	[ "$(sed -E 's/ (after|in) [0-9.]+s/ \1 T/' <<<"$output")" = "$(tail -n +2 <<<"$shown")" ] ||
		fail "README shows:" "$shown"
}
