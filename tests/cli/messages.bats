#!/usr/bin/env bats
# No text that nursery is given can look like a message of its own, or change the
# state of a terminal.
#
# shellcheck disable=SC2016 # what a job's shell expands

load ../helper

# Colour, carriage return, a forged line, DEL, C1 in UTF-8 and alone, bytes that are no
# UTF-8, the order of writing turned round, an end of line in Unicode
evil=$'a\e[31m\r\nnursery: forged\n\x7f\xc2\x9b\x9b\xff\xfe\xe2\x80\xae\xe2\x80\xa8('

# harmless FILE: only whole lines of nursery's own, with no byte that a terminal obeys
harmless() {
	! LC_ALL=C grep -aqP '[\x00-\x08\x0b-\x1f\x7f]|\t|\xc2[\x80-\x9f]|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]' "$1" ||
		fail "what is unsafe: $(LC_ALL=C cat -v "$1")"
	! LC_ALL=C grep -aqv '^nursery: ' "$1" || fail "a line of its own: $(LC_ALL=C cat -v "$1")"
	! LC_ALL=C grep -aq '^nursery: forged' "$1" || fail 'a forged line'
	iconv -f UTF-8 -t UTF-8 "$1" >/dev/null || fail "no UTF-8: $(LC_ALL=C cat -v "$1")"
}

# The names of all options, of nursery and of parallel.
options() {
	sed -n 's/^[[:space:]]*{ "\([a-z0-9-]*\)", .*/--\1/p; s/^[[:space:]]*{ [^,]*, '"'\\([a-zA-Z0-9]\\)'"', .*/-\1/p' "$REPO"/src/cli/opt_*.c | sort -u
}

@test "the value of no option comes out as it is" {
	local option locale said=0
	[ "$(options | wc -l)" -gt 100 ]
	for locale in C C.UTF-8; do
		export LC_ALL=$locale
		while read -r option; do
			[ "$locale" = C ] || in_turn 4 || continue
			"$BINARY" --dry-run "$option" "$evil" true ::: x </dev/null >/dev/null 2>e || :
			[ ! -s e ] || said=$((said + 1))
			[[ $option != --* ]] || "$BINARY" --dry-run "$option=$evil" true </dev/null >/dev/null 2>>e || :
			# what is said is made safe in one place
			[ "$locale" != C ] ||
				(exec -a parallel "$BINARY" --dry-run "$option" "$evil" true ::: x </dev/null >/dev/null 2>>e) || :
			[ ! -s e ] || [ -z "$(tail -c 1 e)" ] || fail "no whole line: $(cat -v e)"
			cat e >>all
		done < <(options)
		harmless all
	done
	[ "$said" -gt 100 ] || fail "only $said messages"
}

@test "words, files and folders do not come out as they are" {
	local words
	for words in "--$evil" "-$evil" "--signal TERM --$evil=1"; do
		# shellcheck disable=SC2086 # the space in them
		IFS=' ' "$BINARY" $words true 2>e || :
		[ -s e ]
		harmless e
		IFS=' ' bash -c 'exec -a parallel "$0" "$@"' "$BINARY" "--$evil" true 2>e || :
		harmless e
	done
	"$BINARY" --dry-run -a "/none/$evil" echo 2>e || :
	[ -s e ]
	harmless e
	NURSERY_SOCKET="/none/../$evil/x" "$BINARY" --spawn : 2>e || :
	[ -s e ]
	harmless e
	: >"$PWD/${evil//\//}"
	NURSERY_SOCKET="$PWD/${evil//\//}" "$BINARY" --spawn : 2>e || :
	[ -s e ]
	harmless e
}

@test "what a job is called comes out safe in all that is said of it" {
	gate up
	watched "$BINARY" -v -K "exec 2>/dev/null; no-such # $evil" "exit 3 # $evil" >/dev/null 2>e || :
	[ "$(grep -ac 'exit status' e)" -ge 3 ]
	harmless e
	start "puppet say up sleep # $evil"
	await up
	tell USR1
	eventually err_so_far_has '1 running'
	tell TERM
	wait "$started" || :
	started=
	harmless "$BATS_TEST_TMPDIR/err"
	watched "$BINARY" --service 'exec sleep 1000' --ready "tcp:no-$evil-host:1" --ready-timeout 100ms true >/dev/null 2>e || :
	[ -s e ]
	harmless e
}

@test "UTF-8 stays readable where the locale has it" {
	LC_ALL=C.UTF-8 try 127 nursery 'größer-→-как'
	err_has 'größer-→-как'
}

@test "a label is one line that no terminal obeys, and keeps UTF-8" {
	try 0 nursery --tagstring {} 'echo a # größer'$'\e[31m\rb\n: c'
	out $'echo a # größer^[[31m\\rb\\n: c\ta'
}

@test "--dry-run prints for a terminal what it cannot obey, for others the bytes" {
	try 0 nursery --dry-run $'echo \e[31m größer'
	out $'echo \e[31m größer'
	try 0 watched pty -- "$BINARY" --dry-run $'echo \e[31m größer'
	[[ $output != *$'\e'* ]]
	[[ $output == *größer* ]]
}
