#!/usr/bin/env bats
# The text of the live block, how fast jobs end, and following the cursor.

load driver

DRIVER=report

# block COLUMNS ROWS WORD... -- LINE...: the block is these lines, none too wide
block() {
	local words=() want
	while [ "$1" != -- ]; do
		words+=("$1")
		shift
	done
	shift
	printf -v want '%s\n' "$@"
	is "${want%$'\n'}" block "${words[@]}"
}

run_of_1000=(done=412 total=1000 running=8 failed=2 to_start=580 rate=31000)

@test "the first line says how far the run is, how fast it goes and how long it takes" {
	block 80 24 "${run_of_1000[@]}" -- \
		'[########------------] 412/1000  8 running  2 failed  31/s  left 19s'
}

@test "a job that runs shows its number, its age, its command and what of its output waits" {
	block 80 24 "${run_of_1000[@]}" \
		job='make test-net' seq=405 age=12 lines=240 behind \
		job='make test-db' seq=407 age=3 -- \
		'[########------------] 412/1000  8 running  2 failed  31/s  left 19s' \
		'  job 405  12s  make test-net  (240 lines wait for job 1)' \
		'  job 407   3s  make test-db'
}

@test "what is said behind commands of different lengths stands in one column" {
	block 80 24 total=3 running=3 job='a' others=2 job='a longer one' lines=1 behind \
		job='x' -- \
		'[--------------------] 0/3  3 running' \
		'  job 1  0s  a             (2 lines wait for it)' \
		'  job 2  0s  a longer one  (1 line waits for job 1)' \
		'  job 3  0s  x'
}

@test "who could speak with --line-buffer is told once" {
	block 80 24 total=3 running=3 hint job=a others=5 job=b lines=2 behind \
		job=c lines=3 behind -- \
		'[--------------------] 0/3  3 running' \
		'  job 1  0s  a  (5 lines wait for it)' \
		'  job 2  0s  b  (2 lines wait for job 1: --line-buffer)' \
		'  job 3  0s  c  (3 lines wait for job 1)'
}

@test "output that waits for no other job waits for the end of its own" {
	block 80 24 total=1 running=1 job=a lines=7 -- \
		'[--------------------] 0/1  1 running' \
		'  job 1  0s  a  (7 lines wait for its end)'
}

@test "what nursery waits for cannot give orders to the terminal" {
	block 80 24 total=1 waits=$'waiting for a\nb\e[31m' -- \
		'[--------------------] 0/1  0 running' '  waiting for a\nb^[[31m'
}

@test "the total is a dash, and there is no bar, while the input is open" {
	block 80 24 open done=412 running=8 rate=2500 -- '412/-  8 running  2.5/s'
}

@test "the rate and the time left are not guessed when nothing is left to start" {
	block 80 24 done=992 total=1000 running=8 rate=31000 -- \
		'[###################-] 992/1000  8 running'
}

@test "a slow rate is told by the minute or the hour, a long time without its seconds" {
	block 80 24 done=1 total=100 running=1 to_start=98 rate=200 -- \
		'[--------------------] 1/100  1 running  12/min  left 8m15s'
	block 80 24 done=1 total=100 running=1 to_start=98 rate=2 -- \
		'[--------------------] 1/100  1 running  7.2/h  left 13h45m'
	block 80 24 done=1 total=1000 running=1 to_start=98 rate=2 -- \
		'[--------------------] 1/1000  1 running  7.2/h  left 5d18h'
}

@test "retries, services alone and the end are said" {
	block 80 24 total=2 retrying=2 waits='waits 3s for another attempt of job 1' -- \
		'[--------------------] 0/2  0 running  2 to retry' \
		'  waits 3s for another attempt of job 1'
	block 80 24 services=2 job=db kind=service not_ready job=web kind=service seq=2 -- \
		'2 services' \
		'  service 1  0s  db  (not ready)' \
		'  service 2  0s  web'
	block 80 24 done=3 total=9 running=2 rate=1000 to_start=4 stopping \
		job=a state=stopping lines=2 job=b attempt=2 -- \
		'[######--------------] 3/9  2 running  stopping' \
		'  job 1  0s  a  (stopping, 2 lines wait for its end)' \
		'  job 2  0s  b  (attempt 2)'
}

@test "where there is little room the bar shrinks, then the rate goes, then words" {
	local jobs=(job='make test-net' seq=405 age=12 lines=240 behind)
	block 60 24 "${run_of_1000[@]}" -- \
		'[####-------] 412/1000  8 running  2 failed  31/s  left 19s'
	block 40 24 "${run_of_1000[@]}" "${jobs[@]}" -- \
		'412/1000  8 running  2 failed  left 19s' \
		'  job 405  12s  ma...  (240 lines wait)'
	block 30 24 "${run_of_1000[@]}" "${jobs[@]}" -- \
		'412/1000  8 running  2 failed' \
		'  job 405  12s  make test-net'
	block 20 24 "${run_of_1000[@]}" "${jobs[@]}" -- \
		'412/1000  8 runn...' \
		'  job 405  12s  '
}

@test "a wide screen gets a wider bar and more of the commands" {
	block 200 50 done=50 total=100 running=1 to_start=9 rate=1000 \
		job="$(printf 'x%.0s' {1..300})" age=5 -- \
		'[####################--------------------] 50/100  1 running  1.0/s  left 50s' \
		"  job 1  5s  $(printf 'x%.0s' {1..183})..."
}

@test "the block fills a third of the screen at most" {
	local words=() i rows lines
	for i in {1..40}; do words+=("job=$i"); done
	for rows in 4 6 9 10 24 50; do
		lines=$(report block 80 "$rows" total=40 "${words[@]}" | wc -l)
		[ "$lines" -le $((rows / 3 > 1 ? rows / 3 : 1)) ] ||
			fail "$lines lines of $rows"
	done
	[ "$lines" -eq 16 ]
}

@test "no byte of a command can move the cursor or break a line" {
	block 80 24 total=1 running=1 job=$'a\tb\nc\e[2Jd\x7f\x9b' -- \
		'[--------------------] 0/1  1 running' \
		'  job 1  0s  a\tb\nc^[[2Jd^?\233'
}

@test "wide characters are cut where they would pass the edge" {
	LC_ALL=C.UTF-8 block 30 24 total=1 running=1 job=日本語日本語日本語 -- \
		'[----------] 0/1  1 running' \
		'  job 1  0s  日本語日本語...'
	LC_ALL=C.UTF-8 block 32 24 total=1 running=1 job=日本語日本語日本語 -- \
		'[----------] 0/1  1 running' \
		'  job 1  0s  日本語日本語日本語'
}

@test "on no terminal the first line is all there is, and what is waited for" {
	is '412/1000  8 running  2 failed  31/s  left 19s' line "${run_of_1000[@]}"
	is '0/-  0 running  waits for commands' line open waits='waits for commands'
}

@test "the rate is that of the last half minute, or of all time if few have ended" {
	is 0 rate 1000:0
	is 1000 rate 1000:1
	is 31000 rate 1000:31
	local notes=() s
	for ((s = 2; s <= 100; s += 2)); do notes+=("${s}000:$((s * 5))"); done
	for ((s = 102; s <= 140; s += 2)); do notes+=("${s}000:$((500 + (s - 100) * 50))"); done
	is 50000 rate "${notes[@]}"
	is 100 rate 10000:1 20000:2 30000:3 40000:4
}

# cursor WANT TEXT...: where it is on a terminal of 10 columns and 5 rows
cursor() {
	is "$1" cursor 10 5 "${@:2}"
}

@test "the cursor is known to be at the start of a line, or within one" {
	cursor start ''
	cursor start $'text\n'
	cursor line 'text'
	cursor line $'text\r'
	cursor line $'a\n\tb\b'
	cursor start $'0123456789\n'
	cursor line '0123456789a'
	cursor line $'\e[31mred'
	cursor start $'\e[31mred\e[m\n'
	cursor start $'text\e[2K\r'
	cursor line $'text\e[2D\e[C'
	cursor line $'\e]0;a title\a'text
	# another set of characters, and a private sequence that ends in s
	cursor line $'\e(7\e[?1s'text
	# the terminal gives up a sequence
	cursor line $'\e[3\030'text
}

@test "nothing is drawn where a character more would begin a line" {
	cursor unsafe 0123456789
	cursor unsafe 01234567890123456789
	cursor line $'0123456789\r'
	LC_ALL=C.UTF-8 cursor unsafe 日本語日本
	LC_ALL=C.UTF-8 cursor line 日本語日本語
	LC_ALL=C.UTF-8 cursor line 0日本語日本
}

@test "nothing is drawn within an escape sequence or a character" {
	cursor unsafe $'a\e'
	cursor unsafe $'a\e[3'
	cursor unsafe $'a\e[3' 1
	cursor line $'a\e[3' 1m
	cursor unsafe $'\e]0;a title'
	cursor unsafe $'\e]0;a title\e'
	cursor line $'\e]0;a title\e' '\text'
	LC_ALL=C.UTF-8 cursor unsafe $'\xe6\x97'
	LC_ALL=C.UTF-8 cursor line $'\xe6\x97' $'\xa5'
}

@test "nothing is drawn above text of a job that has moved the cursor up" {
	cursor unsafe $'a\nb\nc\n\e[3A'
	cursor unsafe $'a\nb\nc\n\e[3A1\n2\n'
	# the line that it had left may have text
	cursor line $'a\nb\nc\n\e[3A1\n2\n3\n'
	cursor start $'a\nb\nc\n\e[3A1\n2\n3\n4\n'
	cursor start $'a\nb\nc\n\e[3A\e[J'
	cursor unsafe $'a\nb\nc\n\e[H'
	cursor start $'a\nb\nc\n\e[H\e[2J'
	cursor start $'a\nb\nc\n\e[2J\e[H'
	cursor start $'\e[2J\e[Hcleared\n'
	cursor unsafe $'a\eM'
}

@test "nothing is drawn while a job has the screen, a part of it, or a saved place" {
	cursor unsafe $'\e[?1049h'
	cursor unsafe $'\e[?1049htext\n'
	cursor unsafe $'\e[?25;1049htext\n'
	cursor start $'\e[?1049htext\n\e[?1049l\n'
	cursor unsafe $'\e[1;3rtext\n'
	cursor unsafe $'\e7text\n'
	cursor unsafe $'\e7text\n\e8'
	cursor start $'\e[1;3rtext\n\ec'
}

@test "the column in a line is unknown after a resize, until it ends" {
	cursor start $'text\n' resize
	cursor unsafe text resize
	cursor unsafe text resize more
	cursor start text resize $'\n'
	cursor line text resize $'\r'more
}
