#!/usr/bin/env bats
# The controller's end of a connection to an agent, which is a puppet here: what
# it says and what the link makes of it.

load driver

VERSION=$(sed -n 's/^VERSION = //p' "$BATS_TEST_DIRNAME/../../Makefile")
READY='ready: host, process 7, 8 CPUs, step none'

# follows SCRIPT LINE...: the driver follows the script, a line for each command,
# and says these lines, @V being the version; with a script that begins with "+"
# the greeting and the configuration come before it.
follows() {
	local script=$1 got
	shift
	if [[ $script == +* ]]; then
		script=$'greet\nhello\nready\nquiet\nclear\n'${script#+}
		set -- "$READY" "$@"
	fi
	script=${script//@V/$VERSION}
	set -- "${@//@V/$VERSION}"
	got=$(timeout 60 "${UNDER[@]}" link "${OPTIONS[@]}" <<<"$script") ||
		fail "status $? of the script:" "$script" "$got"
	text_is 'what the link said' "$got" "$@" ||
		fail 'but it was:' "$got"
}

setup() {
	driver_setup
	OPTIONS=() UNDER=()
}

@test "what a login shell prints before the greeting does no harm" {
	follows $'write Welcome!\\n\\x1b[31m$ \ngreet\nhello\nready' "$READY"
	follows $'noise 65000\ngreet\nhello\nready' "$READY"
	follows $'write NURSERY-\nwrite AGENT 1 @V 0123\nwrite 456789abcdef\nwrite \\n\nhello\nready' "$READY"
	# what looks alike
	follows $'write NURSERY-AGENT 1 \ngreet\nhello\nready' "$READY"
	follows $'write NURSERY-AGENT 1 @V 0123456789abcdee\\n\ngreet\nhello\nready' "$READY"
	follows $'write nursery --agent= 0123456789abcdef\\n\ngreet\nhello\nready' "$READY"
}

@test "without a greeting the link ends and says what came instead" {
	follows hangup \
		'ended: the connection ended before an agent answered (gone)'
	follows $'write Account\\n\\n\\x1b[1mclosed\\x07\\n\nhangup' \
		'ended: the connection ended before an agent answered; the login shell printed: Account closed (gone)'
	local x
	x=$(printf '%0240d' 0 | tr 0 x)
	follows $'noise 70000\nhangup' \
		"ended: no agent has answered, but 64 KiB of something else have come; the login shell printed: ...$x (gone)"
	follows $'write \\n \\x07\\n\nhangup' \
		'ended: the connection ended before an agent answered (gone)'
	OPTIONS=(-g 50)
	follows $'write hm\nwait ended' \
		'ended: no agent has answered within 50ms; the login shell printed: hm (gone)'
	follows 'wait ended' 'ended: no agent has answered within 50ms (gone)'
}

@test "another nonce is no greeting" {
	follows $'write NURSERY-AGENT 1 @V 0123456789abcdee\\n\nhangup' \
		'ended: the connection ended before an agent answered; the login shell printed: NURSERY-AGENT 1 @V 0123456789abcdee (gone)'
}

@test "another build or protocol is refused, and both are named" {
	follows 'write NURSERY-AGENT 1 0.0.9\x07 0123456789abcdef\n' \
		'ended: nursery is 0.0.9 (protocol 1) there, but @V (protocol 1) here: both must be the same, see --agent-path (gone)'
	follows 'write hi NURSERY-AGENT 2 @V 0123456789abcdef\n' \
		'ended: nursery is @V (protocol 2) there, but @V (protocol 1) here: both must be the same, see --agent-path (gone)'
	follows 'write NURSERY-AGENT 7 0123456789abcdef\n' \
		'ended: nursery is of another kind there, but @V (protocol 1) here: both must be the same, see --agent-path (gone)'
}

@test "an agent that cannot begin says why" {
	follows $'greet\nerror no directory "/x"\\x1b[1m here' \
		'ended: no directory "/x" here (gone)'
	follows $'greet\nhello\nlog a line\nerror it is full' \
		'said: a line' 'ended: it is full (gone)'
	follows $'greet\nhello\nhangup' 'ended: the connection ended (gone)'
	OPTIONS=(-l 50)
	follows $'greet\nwait ended' \
		'ended: the agent has not answered for 50ms (gone)'
	follows $'greet\nhello\nwait ended' \
		'ended: the agent has not answered for 50ms (gone)'
}

@test "messages at the wrong time are refused" {
	local before='ended: the agent sent nonsense: a frame of type'
	follows $'greet\nready' "$before 33, job 0, 0 bytes (gone)"
	follows $'greet\nhello\nhello' "$before 32, job 0, 20 bytes: 00 00 00 04 68 6f 73 74 00 00 00 07 00 00 00 08 (gone)"
	follows $'greet\nhello\nstarted 1' "$before 34, job 1, 4 bytes: 00 00 12 67 (gone)"
	follows $'greet\nbye' "$before 41, job 0, 4 bytes: 00 00 00 01 (gone)"
	before="ended: the agent sent nonsense: a frame of type"
	follows $'+ready' "$before 33, job 0, 0 bytes (not gone)"
	follows $'+started 1' "$before 34, job 1, 4 bytes: 00 00 12 67 (not gone)"
	follows $'+frame 1 0 0' "$before 1, job 0, 0 bytes (not gone)"
	follows $'+run a\nout 1 3 x' "$before 35, job 1, 1 bytes: 78 (not gone)"
	follows $'+run a\nstarted 1\nstarted 1' 'started 1: 4711' \
		"$before 34, job 1, 4 bytes: 00 00 12 67 (not gone)"
	follows $'+run a\nstarted 1\nbye' 'started 1: 4711' \
		"$before 41, job 0, 4 bytes: 00 00 00 01 (not gone)"
	follows $'+run a\nexit 1 1 256' \
		"$before 37, job 1, 52 bytes: 01 00 00 01 00 00 00 00 00 00 00 00 00 ff ff ff (not gone)"
	follows $'+frame 41 0 0' "$before 41, job 0, 0 bytes (not gone)"
	follows $'+frame 38 0 0' "$before 38, job 0, 0 bytes (not gone)"
	follows $'+run a\nframe 36 0 1 00' "$before 36, job 1, 1 bytes: 00 (not gone)"
	follows $'+run a\nfill 1 1 100000\nexit 1 0 0\nout 1 1 x\ncheck 1 1' 'exited 1: 0 0' \
		"$before 35, job 1, 1 bytes: 78 (not gone)" '100000 bytes (end)'
	follows $'+run a\nexit 1 2 0' \
		"$before 37, job 1, 52 bytes: 02 00 00 00 00 00 00 00 00 00 00 00 00 ff ff ff (not gone)"
	# what may come later is ignored
	follows $'+frame 200 0 9 0102\nbye' 'ended: bye (gone)'
}

@test "garbage is shown in hex" {
	follows $'+write XXXXXXXXXXXXXXXXXXXXXXX' \
		'ended: the agent sent nonsense: this is no frame: 58 58 58 58 58 58 58 58 58 58 58 58 58 58 58 58 (not gone)'
	follows $'+write \\x00\\x00\\x00\\x01\\x27\\x00\\x00\\x00\\x00\\x00ab' \
		'ended: the agent sent nonsense: a frame does not end where it should: 00 00 00 01 27 00 00 00 00 00 61 62 (not gone)'
}

@test "what can be no frame is refused as soon as its head has come" {
	local head before='ended: the agent sent nonsense: this is no frame:'
	# of no type; READY, STARTED and PONG that are too long; OUT of 64 KiB and more
	for head in '00 00 00 01 32' '00 00 00 01 21' '00 00 00 05 22' '00 00 80 04 26' '00 01 00 01 23'; do
		follows "+write \\x${head// /\\x}\\x00\\x00\\x00\\x00\\x00" "$before $head 00 00 00 00 00 (not gone)"
	done
}

@test "a message that is not whole is refused" {
	local part
	printf -v part 'frame 39 128 0 %0131072d\n' 0
	follows "+$part"$'log b\nbye' 'said: ' 'ended: bye (gone)'
	follows "+$part"$'frame 35 1 1 00' \
		'ended: the agent sent nonsense: a part of a frame is missing: 00 00 00 01 23 01 00 00 00 01 00 0a (not gone)'
	follows "+$part"hangup \
		'ended: the connection ended in the middle of a message (not gone)'
	follows '+write \x00\x00\x00\x01\x27\x80\x00\x00\x00\x00b\x0a' \
		'ended: the agent sent nonsense: this is no frame: 00 00 00 01 27 80 00 00 00 00 62 0a (not gone)'
}

@test "the end of the connection without BYE is a lost machine" {
	follows $'+run a\nhangup' 'ended: the connection ended (not gone)'
	follows $'+write \\x00\\x00\nhangup' \
		'ended: the connection ended in the middle of a message (not gone)'
	follows $'+bye\nhangup' 'ended: bye (gone)'
	follows $'+quit 1000\nbye' 'ended: bye (gone)'
	# what was sent to it just before was not started
	follows $'+run a\nbye\nforget 1' 'ended: bye (gone)'
	# its last words, which end once its jobs have
	follows $'+run a\nerror I must go\nexit 1 0 0\nbye' \
		'exited 1: 0 0' 'ended: I must go (gone)'
	follows $'+run a\nerror I must go\nexit 1 0 0\nhangup' \
		'exited 1: 0 0' 'ended: I must go (gone)'
	follows $'+run a\nerror I must go\nhangup' 'ended: I must go (not gone)'
	follows $'+error I must go' 'ended: I must go (gone)'
}

@test "an agent that does not read is lost, but heard to its end" {
	follows $'+run a\ndeaf\nkill 1\nout 1 1 last\nexit 1 0 0\nshow 1 1\nerror so be it' \
		'exited 1: 0 0' 'last (end)' 'ended: so be it (gone)'
	follows $'+run a\ndeaf\nkill 1\nwait ended' \
		'ended: cannot write to the agent: Broken pipe (not gone)'
}

@test "what a job wrote comes through its pipes" {
	follows $'+run a\nstarted 1\norphans 1\nout 1 1 one\\n\nout 1 2 two\\n\nexit 1 1 7\nshow 1 1\nshow 1 2' \
		'started 1: 4711' 'orphans 1: 2, a, b' 'exited 1: 1 7' \
		'one' ' (end)' 'two' ' (end)'
	follows $'+joined a\nout 1 1 one\nout 1 2 two\nout 1 1 three\nexit 1 0 0\nshow 1 1' \
		'exited 1: 0 0' 'onetwothree (end)'
}

@test "nothing is lost in a pipe that is full, and the end waits for it" {
	follows $'+run a\nfill 1 1 300000\nfill 1 2 90000\nexit 1 0 0\ncheck 1 1\ncheck 1 2' \
		'300000 bytes (open)' 'exited 1: 0 0' '90000 bytes (end)'
	# the other job does not wait, the connection's end does
	follows $'+run a\nrun b\nfill 1 1 300000\nexit 1 0 0\nout 2 1 b\nexit 2 0 0\nbye\nshow 2 1\ncheck 1 1' \
		'exited 2: 0 0' 'b (end)' 'exited 1: 0 0' 'ended: bye (gone)' \
		'300000 bytes (end)'
	# unless nobody wants it any more
	follows $'+run a\nfill 1 1 300000\nhangup\nforget 1' \
		'ended: the connection ended (not gone)'
	# nor is anything lost with the machine that has come
	follows $'+run a\nrun b\nfill 1 1 300000\nfill 2 1 100000\nexit 1 0 0\nhangup\ncheck 1 1\ncheck 2 1\nforget 2\ncheck 2 1' \
		'exited 1: 0 0' '300000 bytes (end)' \
		'ended: the connection ended (not gone)' '100000 bytes (open)' \
		'100000 bytes (end)'
}

@test "a job gets credit for what was taken, and no more" {
	# 65536 bytes are in the pipe, the rest waits
	follows $'+run a\nfill 1 1 200000\ncredits 1\ncheck 1 1\ncredits 1' \
		'credit 65536' '200000 bytes (open)' 'credit 135168'
	follows $'+run a\nfill 1 1 65535\nfill 1 2 1\ncredits 1' 'credit 65536'
	follows $'+run a\nfill 1 1 65535\ncredits 1' 'credit 0'
	# it is nonsense to send so much without
	follows $'+run a\nfill 1 1 8000000\ncheck 1 1' \
		'ended: the agent sent nonsense: a frame of type 35, job 1, 65536 bytes: 63 82 a1 c0 df fe 1d 3c 5b 7a 99 b8 d7 f6 15 34 (not gone)' \
		'4521984 bytes (open)'
}

@test "if nobody reads the pipe, what the job wrote is dropped, and that is told" {
	follows $'+run a\nshut 1 1\nfill 1 1 300000\ncredits 1\nout 1 2 e\nexit 1 0 0\nshow 1 2' \
		'credit 262144' 'exited 1: 0 0 unread' 'e (end)'
	follows $'+run a\nfill 1 1 200000\nshut 1 1\ncredits 1\nexit 1 0 0' \
		'credit 200000' 'exited 1: 0 0 unread'
	follows $'+run a\nfill 1 1 200000\nexit 1 0 0\nshut 1 1' 'exited 1: 0 0 unread'
}

@test "what is asked of a job goes to the agent" {
	local run='2 0 1 46: 00000000 00000001 00000000 00000001 00000000 00000001 ffffffff 00000001 61000000 0000ffff ffff0000 0000'
	follows $'+clear\nrun a\nsent\nask 1 15 1000\nsent\nsignal 1 20\nkill 1\nquit 5000\nsent' \
		"$run" '4 0 1 12: 0000000f 00000000 3b9aca00' '6 20 1 0:' \
		'5 0 1 0:' '8 0 0 8: 00000001 2a05f200'
}

@test "after its end nothing is asked of a job" {
	follows $'+run a\nfill 1 1 100000\nexit 1 0 0\nclear\nask 1 15 1000\nsignal 1 20\nkill 1\nsent'
}

@test "nothing is sent on a connection that has ended" {
	follows $'+run a\nhangup\nask 1 15 1\nsignal 1 2\nkill 1\nsuspend\nresume\nquit 0\nrun b\nforget 1' \
		'ended: the connection ended (not gone)' \
		'cannot run: Broken pipe'
}

@test "nothing is started after quit" {
	follows $'+quit 0\nrun a' 'cannot run: Broken pipe'
	follows $'greet\nrun a' 'cannot run: Broken pipe'
	follows $'greet\nhello\nquit 0' 'ended: bye (gone)'
	follows $'quit 0\nrun a' 'ended: bye (gone)' 'cannot run: Broken pipe'
}

@test "an agent is asked whether it is there, and lost when it is not" {
	OPTIONS=(-p 20 -l 200)
	follows $'+run a\nwait ended' \
		'ended: the agent has not answered for 200ms (not gone)'
	# an answer will do, however long it takes
	OPTIONS=(-p 10 -l 10000)
	timeout 60 link -p 10 -l 10000 < <(
		printf '%s\n' greet hello ready 'wait ping' pong clear 'wait ping' sent bye) >o
	grep -Eqx '7 0 0 8: 0000000[2-9] 00000078' o
	grep -qx 'ended: bye (gone)' o
	# but not if it is taken for the rest of a frame whose length is wrong
	OPTIONS=(-p 10 -l 100)
	follows $'+answer\nwrite \\x00\\x01\\x00\\x00\\x23\\x01\\x00\\x00\\x00\\x01x\nwait ended' \
		'ended: the agent has not answered for 100ms (not gone)'
	# it is told that we are here, too, however much it has to say
	timeout 60 link -p 200 -l 10000 < <(
		printf '%s\n' greet hello ready clear
		printf '%s\nlog a\n' 'freeze '{60..67}
		echo sent) >o
	cat o
	grep '^7 0 0 8: 00000001 00000078$' o
}

@test "that we were stopped ourselves is not the silence of an agent" {
	OPTIONS=(-p 100 -l 1000)
	follows $'+wait ping\nfreeze 1300\npong\nbye' 'ended: bye (gone)'
	# if it stays silent it is lost all the same
	follows $'+wait ping\nfreeze 1300\nwait ended' \
		'ended: the agent has not answered for 1s (not gone)'
}

@test "Ctrl-Z switches the dead-man timer off, and on again" {
	follows $'+suspend\nsent\nresume\nsent' '7 0 0 8: 00000001 00000000' \
		'7 0 0 8: 00000002 00000078'
	# before it is configured there is nobody to be told
	follows $'suspend\ngreet\nhello\nclear\nresume\nsent\nready' \
		'7 0 0 8: 00000001 00000078' "$READY"
	# while it is off, no other ping switches it on
	OPTIONS=(-p 10 -l 10000)
	timeout 60 link -p 10 -l 10000 < <(
		printf '%s\n' greet hello ready suspend clear 'wait ping' sent) >o
	grep -Eqx '7 0 0 8: 0000000[2-9] 00000000' o
	run ! grep -q ' 00000078' o
	# it does not wait for an agent that does not read
	OPTIONS=(-c 2000000)
	follows $'ignore\ngreet\nhello\nsuspend'
}

@test "a large configuration is sent in parts" {
	OPTIONS=(-c 5000000)
	follows $'greet\nhello\nready\nsent' "$READY" \
		'1 0 0 4964007: 00000002 6e310000 00042f74 6d700000 00120000 13880000 03dd4135 30303030 30303d30 30303030 30303030 30303030 30303030 30303030 30303030 30303030'
}

@test "a job may be forgotten and the link be freed from within an event" {
	local start=$'greet\nhello\nready\n' event
	local story=$'run a\nstarted 1\norphans 1\nout 1 2 x\nfill 1 1 100000\nlog b\ncheck 1 1\nexit 1 0 0\nbye'
	for event in ready started wrote orphans exited said ended; do
		timeout 60 link <<<$'on '"$event"$' free\n'"$start$story" >o
		cat o
		[[ $(tail -n 1 o) == "$event"* ]]
	done
	for event in started orphans wrote; do
		timeout 60 link <<<$'on '"$event"$' forget\n'"$start$story" >o
		cat o
		[[ $(sed '/said/,$d' o | tail -n 1) == "$event"* ]]
		[ "$(tail -n 1 o)" = 'ended: bye (gone)' ]
	done
}

@test "thousands of jobs run through one link" {
	follows $'+jobs 20000 16\nbye' '20000 jobs, 0 left' 'ended: bye (gone)'
	follows $'+jobs 2000 500\nbye' '2000 jobs, 0 left' 'ended: bye (gone)'
}

@test "a shortage of the kernel delays, and loses nothing" {
	need_strace
	UNDER=(strace -qq -o /dev/null -e trace=epoll_ctl -e inject=epoll_ctl:error=ENOSPC:when=1)
	follows $'greet\nhello\nready\nwait ready' "$READY"
	UNDER=(strace -qq -o /dev/null -e trace=epoll_ctl -e inject=epoll_ctl:error=ENOMEM:when=2+)
	# most often the pipe is full before the next try, after 10 ms
	for _ in 1 2 3; do
		follows $'+run a\nfill 1 1 100000\ncheck 1 1\nfreeze 20\ncheck 1 1\nexit 1 0 0' \
			'65536 bytes (open)' '100000 bytes (open)' 'exited 1: 0 0' && return
	done
	false
}

@test "a job for which there is no descriptor is not started" {
	need_strace
	local call
	for call in {7..10}; do # those of link_run(), and all before it
		UNDER=(strace -qq -o /dev/null -e trace=fcntl -e "inject=fcntl:error=EMFILE:when=$call")
		follows $'+run a\nshow 1 1\nshow 1 2\nrun b\nout 1 1 b\nexit 1 0 0\nbye\nshow 2 1' \
			'cannot run: Too many open files' ' (end)' ' (end)' \
			'exited 2: 0 0' 'ended: bye (gone)' 'b (end)'
	done
}

@test "the seeds of the fuzz targets are messages of today" {
	local target
	for target in agent frame link message; do
		"$HELPERS/drivers/seeds" "$target" | cmp - "$REPO/tests/fuzz/$target.seeds" ||
			fail "stale: build/tests/drivers/seeds $target >tests/fuzz/$target.seeds"
	done
	"$HELPERS/drivers/seeds" dict | cmp - "$REPO/tests/fuzz/link.dict"
}
