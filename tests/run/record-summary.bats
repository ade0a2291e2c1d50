#!/usr/bin/env bats
# --summary: what came of the run as a page of Markdown.

load ../helper

# The page as text, as a renderer shows it.
rendered() {
	need cmark-gfm
	cmark-gfm -e table -e autolink -e strikethrough -t plaintext --width 0 "${1:-s.md}"
}

page_has() {
	local text
	for text; do
		rendered | grep -qF -e "$text" ||
			fail "the page has no: $text" "$(rendered)"
	done
}

page_lacks() {
	local text
	for text; do
		! rendered | grep -qF -e "$text" || fail "the page has: $text" "$(rendered)"
	done
}

@test "failures come first, with the last lines they wrote" {
	try 3 nursery -K -j1 --summary s.md 'echo fine' 'seq 100; echo oops >&2; exit 3'
	page_has 'nursery: 1 failed, 1 succeeded in ' \
		'job 2 failed: exit status 3 after ' 'seq 100; echo oops >&2; exit 3' \
		100 oops 'Slowest jobs'
	page_lacks 80 '  fine'
	[ "$(rendered | grep -c '^    ')" -eq 20 ] || [ "$(grep -cx '[0-9]*' s.md)" -ge 19 ]
	[[ $(head -1 s.md) == '## nursery: '* ]]
	[[ $(sed -n 3p s.md) == '### job 2 failed'* ]]
}

@test "what closed the run, and what ran then, is on the page" {
	try 124 nursery --timeout "$SHORT" --summary s.md 'exec sleep 1000' true
	page_has "timed out after $SHORT" 'Were running' 'when time ran out: exec sleep 1000'
}

@test "jobs that succeeded at a later attempt are on the page" {
	try 0 nursery --retries 2 --retry-delay 1ms --summary s.md \
		'echo try $NURSERY_ATTEMPT; [ $NURSERY_ATTEMPT = 2 ]' true
	page_has 'Succeeded at a later attempt' 'job 1 succeeded at the second attempt: echo try'
	page_lacks 'failed'
}

@test "nothing that jobs are or write changes how the page looks" {
	try 1 nursery --names 'a|*b*,<i>' --summary s.md -K \
		'printf "\033[31mred\033[0m\n\`\`\`\`\n# heading\n<b>&amp;\n"; exit 1 # | *x* </code>' \
		'exit 1 # `` | <b> [a](b)'
	page_has 'job 1 (a|*b*) failed' 'red' '````' '# heading' '<b>&amp;' \
		'exit 1 # | *x* </code>' 'job 2 (<i>) failed' 'exit 1 # `` | <b> [a](b)'
	cmark-gfm -e table s.md >s.html
	[ "$(grep -c '<h1>' s.html)" -eq 0 ]
	[ "$(grep -c '<h3>' s.html)" -eq 3 ]
	[ "$(grep -c '<tr>' s.html)" -eq 3 ]
	[ "$(grep -c '<pre>' s.html)" -eq 1 ]
	run ! grep -q $'\e' s.md
}

@test "services and final commands that failed are on the page" {
	try 3 nursery --service 'echo bad config; exit 3' --name db --finally 'echo bye; exit 4' --name tidy \
		--summary s.md 'exec sleep 1000'
	page_has 'service db failed: exit status 3' 'final command tidy failed: exit status 4' bye \
		'bad config'
}

@test "the page is never larger than GitHub shows, and says what is left out" {
	try 101 parallel_many
	[ "$(stat -c %s s.md)" -lt 1048576 ]
	[ "$(stat -c %s s.md)" -gt 300000 ]
	page_has 'More failures' 'more, for which there is no room here' 'Slowest jobs'
	[ "$(grep -c '^## ' s.md)" -eq 1 ]
}

parallel_many() {
	nursery -K -j8 --quiet --show=none --summary s.md \
		'head -c 4000 /dev/zero | tr "\0" "*"; exit 101 # {} aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' \
		::: {1..900}
}

@test "GitHub's step gets it without being asked, behind what it has" {
	export GITHUB_STEP_SUMMARY=$PWD/step.md
	echo '# before' >step.md
	try 1 nursery -K 'exit 1' true
	[ "$(head -1 step.md)" = '# before' ]
	grep -q '^## nursery: 1 failed' step.md
	try 0 nursery true true
	[ "$(grep -c '^## nursery: ' step.md)" -eq 2 ]
}

@test "the step's page has room for what is there" {
	export GITHUB_STEP_SUMMARY=$PWD/step.md
	head -c 1048000 /dev/zero | tr '\0' x >step.md
	try 1 nursery -K 'seq 1000; exit 1' true
	[ "$(stat -c %s step.md)" -lt 1048576 ]
	grep -q 'nursery: 1 failed' step.md
	head -c 1048576 /dev/zero | tr '\0' x >step.md
	try 1 nursery -K 'exit 1' true
	[ "$(stat -c %s step.md)" -eq 1048576 ]
}

@test "the step gets no page of one job, of a nursery in a job, or if that is switched off" {
	export GITHUB_STEP_SUMMARY=$PWD/step.md
	: >step.md
	try 0 nursery true
	try 0 nursery --summary=none true true
	try 0 nursery "$BINARY true true"
	[ ! -s step.md ]
}

@test "a file of the step that cannot be reached is nobody's mistake" {
	export GITHUB_STEP_SUMMARY=/no/such/file
	try 0 nursery true true
	err
	export GITHUB_STEP_SUMMARY=
	try 0 nursery true true
	err
}

# no_page WHY: a step's file that cannot be written is said in one line, if there
# is something to write, and is no reason to fail
no_page() {
	try 0 nursery -K 'echo a' 'echo b'
	out a b
	err "nursery: the page of GITHUB_STEP_SUMMARY cannot be written to $GITHUB_STEP_SUMMARY: $1 (the exit status is still that of the jobs)"
	try 0 nursery 'echo a'
	out a
	err
	try 3 nursery 'exit 3' true
	err_has "$1" '1 failed'
}

@test "a file of the step that cannot be written is said, and changes no exit status" {
	export GITHUB_STEP_SUMMARY=/dev/full
	no_page 'No space left on device'
	export GITHUB_STEP_SUMMARY=$PWD/folder
	mkdir folder
	no_page 'Is a directory'
	export GITHUB_STEP_SUMMARY=$PWD/o
	: >o
	try 0 to_files -K 'echo a' 'echo b'
	[ "$(cat o)" = $'a\nb' ] || fail "$(cat o)"
	grep -qF 'cannot be written to '"$PWD/o: standard output goes there, too (the" e || fail "$(cat e)"
	export GITHUB_STEP_SUMMARY=$PWD/log
	: >log
	try 0 nursery --joblog log true true
	err_has 'another report is written there'
	[ "$(grep -c . log)" -eq 3 ] || fail "$(cat log)"
	export GITHUB_STEP_SUMMARY=$PWD/args
	printf '%s\n' a b >args
	try 0 nursery -a args echo
	err_has 'arguments are read from there'
	[ "$(cat args)" = $'a\nb' ] || fail "$(cat args)"
}

@test "a page that was asked for and cannot be written is an error" {
	try 125 nursery --summary /dev/full true true
	err_has '--summary cannot be written to /dev/full: No space left on device'
	export GITHUB_STEP_SUMMARY=$PWD/folder
	mkdir folder
	try 125 nursery --summary "$GITHUB_STEP_SUMMARY" 'touch ran'
	complains '--summary cannot be written to '"$PWD/folder: Is a directory (nothing was started)"
	[ ! -e ran ]
}

@test "the step's file is added to, too, if it is given" {
	export GITHUB_STEP_SUMMARY=$PWD/step.md
	echo before >step.md
	try 0 nursery --summary "$GITHUB_STEP_SUMMARY" true
	[ "$(head -1 step.md)" = before ]
	grep -q 'nursery: 1 succeeded' step.md
}

@test "another file is used instead of the step's, and replaced when the page is whole" {
	export GITHUB_STEP_SUMMARY=$PWD/step.md
	: >step.md
	echo old >s.md
	gate up go
	start --summary s.md 'echo >up; : <go' true
	await up
	[ "$(cat s.md)" = old ]
	open_gate go
	finish 0
	page_has 'nursery: 2 succeeded in '
	page_lacks old
	[ ! -s step.md ]
}

@test "where no page can be written nothing is started" {
	try 125 nursery --summary no/such/s.md 'echo started'
	complains '--summary cannot be written to no/such/s.md: '
}
