#!/usr/bin/env bats
# Files that reports are written to: what is found under their name.

load driver

DRIVER=record

# writes FILE...: what the driver writes of each file: lines|appended|whole PATH N
writes() {
	local status=0
	record write "$TMPDIR" "$@" </dev/null >said 2>err || status=$?
	[ "$status" -eq 0 ] && [ ! -s err ] || fail "status $status: $(cat err)"
	nothing_else_left
}

# refused WORDS FILE...: it says so in one line, and nothing was written
refused() {
	local words=$1 status=0
	shift
	record write "$TMPDIR" "$@" </dev/null >said 2>err || status=$?
	[ "$status" -eq 125 ] || fail "status $status"
	[ "$(wc -l <err)" -eq 1 ] && grep -qF -e "$words" err || fail "$(cat err)"
	[ ! -s said ] || fail "$(cat said)"
	nothing_else_left
}

# fails WORDS FILE...: it says so in one line, once it is written
fails() {
	local words=$1 status=0
	shift
	record write "$TMPDIR" "$@" </dev/null >said 2>err || status=$?
	[ "$status" -eq 1 ] || fail "status $status"
	[ "$(wc -l <err)" -eq 1 ] && grep -qF -e "$words" err || fail "$(cat err)"
	nothing_else_left
}

nothing_else_left() {
	[ -z "$(find . "$TMPDIR" -name '.nursery*')" ] || fail "$(find .)"
}

# has FILE N: these are N lines of the driver
has() {
	seq -f 'line %.0f' "$2" | cmp - "$1" || fail "$1 is not $2 whole lines"
}

@test "a file of lines is emptied, one that is appended to is not" {
	echo old >lines
	echo old >more
	writes lines lines 3 appended more 3
	has lines 3
	[ "$(cat more)" = $'old\nline 1\nline 2\nline 3' ]
	writes lines lines 0 appended more 0
	[ ! -s lines ]
	[ "$(wc -l <more)" -eq 4 ]
}

@test "many lines are written, however many" {
	writes lines a 50000 whole b 50000
	has a 50000
	has b 50000
}

# start_writing FILE...: until it is killed or stopped by end_writing
start_writing() {
	gate in
	hold_gate in
	record write "$TMPDIR" "$@" <in {GATE_FD[in]}>&- >said 2>err 3>&- &
	writing=$!
	eventually grep -q open said
}

end_writing() {
	exec {GATE_FD[in]}>&-
	wait "$writing"
}

@test "a whole file has its name only at the end, and replaces what had it" {
	echo old >file
	chmod 640 file
	start_writing whole file 3 whole new 3
	[ "$(cat file)" = old ]
	[ ! -e new ]
	end_writing
	has file 3
	has new 3
	[ "$(stat -c %a file)" = 640 ]
	[ "$(stat -c %a new)" = 644 ]
	nothing_else_left
}

@test "nothing is left of a whole file if the writer is killed" {
	echo old >file
	start_writing whole file 100000 whole new 3
	find . -name '.nursery*' | grep -q . && skip 'the file system has no O_TMPFILE'
	kill -KILL "$writing"
	wait "$writing" || :
	[ "$(cat file)" = old ]
	[ ! -e new ]
	nothing_else_left
}

@test "a symbolic link stays one, whatever is written behind it" {
	mkdir sub
	echo old >sub/file
	ln -s sub/file old
	ln -s sub/new new
	ln -s old chain
	writes whole new 2 lines chain 3
	has sub/file 3
	writes whole chain 4
	[ -L old ] && [ -L new ] && [ -L chain ]
	has sub/new 2
	has sub/file 4
	nothing_else_left
}

@test "a device stays what it is, and a pipe gets the whole file" {
	writes whole /dev/null 3 lines /dev/null 3
	[ -c /dev/null ]
	record write "$TMPDIR" whole fd:5 30000 </dev/null 5> >(cat >got) >said
	eventually has got 30000
	gate fifo
	hold_gate fifo
	cat fifo >got2 {GATE_FD[fifo]}>&- 3>&- &
	writes whole fifo 30000
	exec {GATE_FD[fifo]}>&-
	wait $!
	has got2 30000
	[ -p fifo ]
}

@test "a file by its descriptor goes on where that is" {
	echo first >file
	record write "$TMPDIR" lines fd:5 2 </dev/null 5>>file
	[ "$(cat file)" = $'first\nline 1\nline 2' ]
	record write "$TMPDIR" whole fd:5 2 </dev/null 5>file
	has file 2
}

@test "two reports for one file are refused, by whatever name" {
	local both='would both be written to'
	mkdir sub
	ln -s file link
	echo old >file
	refused "$both" lines file 1 lines file 1
	refused "$both" lines file 1 whole ./file 1
	refused "$both" whole file 1 lines sub/../file 1
	refused "$both" whole file 1 whole link 1
	[ "$(cat file)" = old ]
	refused "$both" whole new 1 whole sub/../new 1
	refused "$both" whole new2 1 lines "$PWD/new2" 1
	refused "$both" lines new3 1 whole "$PWD/new3" 1
	gate fifo
	refused "$both" lines fifo 1 whole sub/../fifo 1
	record write "$TMPDIR" lines fd:5 1 lines fd:5 1 </dev/null >said 2>err 5>x && fail 'one twice'
	grep -q "$both\|no such descriptor" err
	record write "$TMPDIR" lines fd:5 1 lines y 1 </dev/null >said 2>err 5>y && fail 'one twice'
	grep -q "$both" err
}

@test "what cannot be written is refused at once, whichever kind it is" {
	local kind
	mkdir sub
	for kind in lines appended whole; do
		refused 'Is a directory' $kind sub 1
		refused 'Is a directory' $kind sub/ 1
		refused 'No such file or directory' $kind none/file 1
		refused "'' is not the name of a file" $kind '' 1
		refused 'no such descriptor was given' $kind fd:77 1
		refused 'comes the number of a descriptor' $kind fd:x 1
		record write "$TMPDIR" $kind fd:3 1 </dev/null >said 2>err 3>&- &&
			fail 'that is ours'
		grep -q 'no such descriptor was given' err
		[ -z "$(ls sub)" ]
	done
	refused 'Not a directory' lines said/file 1
	record write "$TMPDIR" lines fd:5 1 </dev/null >said 2>err 5</dev/null && fail 'read only'
	grep -q 'not open for writing' err
}

@test "a file or folder that may not be written is refused" {
	[ "$(id -u)" -ne 0 ] || PATH=$PATH:/usr/sbin
	[ "$(id -u)" -ne 0 ] || skip 'root may write everywhere'
	echo old >file
	mkdir sub
	chmod 444 file
	chmod 555 sub
	for kind in lines appended whole; do
		refused 'Permission denied' $kind file 1
		refused 'Permission denied' $kind sub/new 1
	done
}

@test "what our own streams lead to is refused" {
	local kind
	for kind in lines appended whole; do
		record write "$TMPDIR" $kind same 1 </dev/null >same 2>err && fail "$kind"
		grep -q 'standard output goes there, too' err
		record write "$TMPDIR" $kind fd:1 1 </dev/null >same 2>err && fail "$kind"
		grep -q 'standard output goes there, too' err
		record write "$TMPDIR" $kind err 1 </dev/null 2>err && fail "$kind"
		grep -q 'standard error goes there, too' err
		echo old >in
		record write "$TMPDIR" $kind in 1 <in 2>err && fail "$kind"
		grep -q 'standard input comes from there' err
		[ "$(cat in)" = old ]
		record write "$TMPDIR" $kind /dev/stdout 1 2>err </dev/null | cat >got
		grep -q 'standard output goes there, too' err
	done
}

@test "on a full disk the last line is taken back, and a whole file is not there" {
	need unshare
	unshare -m true 2>/dev/null || skip 'no mount namespace'
	local script='mount -t tmpfs -o size=64k none full && cd full && "$@"; s=$?
		cp -a . ../kept; exit $s'
	mkdir full
	unshare -m sh -c "$script" - record write "$TMPDIR" lines a 20000 </dev/null >said 2>err && fail 'it fits'
	[ "$(wc -l <err)" -eq 1 ] && grep -q 'No space left on device (the jobs go on' err || fail "$(cat err)"
	has kept/a "$(wc -l <kept/a)"
	[ "$(wc -l <kept/a)" -gt 1000 ]
	rm -r kept
	unshare -m sh -c "$script" - record write "$TMPDIR" whole b 20000 </dev/null >said 2>err && fail 'it fits'
	[ "$(wc -l <err)" -eq 1 ] && grep -q 'No space left on device' err || fail "$(cat err)"
	[ -z "$(ls -A kept)" ] || fail "$(ls -A kept)"
}

@test "at the limit of a file's size the last line is taken back" {
	local kind
	for kind in lines appended whole; do
		(trap '' XFSZ && ulimit -f 4 && record write "$TMPDIR" $kind $kind 2000 </dev/null >said 2>err) &&
			fail 'there is no limit'
		[ "$(wc -l <err)" -eq 1 ] && grep -q 'File too large' err || fail "$(cat err)"
	done
	has lines "$(wc -l <lines)"
	has appended "$(wc -l <appended)"
	[ ! -e whole ]
	nothing_else_left
}

@test "a folder that goes away meanwhile is said at the end" {
	mkdir sub
	start_writing whole sub/file 3
	rm -r sub
	exec {GATE_FD[in]}>&-
	wait "$writing" && fail 'it was written'
	grep -q 'No such file or directory$' err
}

@test "who takes no more is said once" {
	fails 'No space left on device' lines /dev/full 30000
	fails 'No space left on device' whole /dev/full 30000
	local reader
	gate fifo
	for kind in lines whole; do
		: <fifo & # opens it, and goes
		reader=$!
		start_writing $kind fifo 30000
		wait "$reader" || :
		exec {GATE_FD[in]}>&-
		wait "$writing" && fail 'it was written'
		[ "$(wc -l <err)" -eq 1 ] && grep -q 'Broken pipe' err || fail "$(cat err)"
		unset "GATE_FD[in]"
		rm in
	done
}

@test "nobody waits for who never comes" {
	gate fifo
	fails 'nobody has opened it for reading' lines fifo 3
	fails 'nobody has opened it for reading' whole fifo 3
}

@test "a socket is written to without waiting" {
	local kind
	for kind in lines whole; do
		timeout "$LIMIT" python3 - $kind "$TMPDIR" >got <<'EOF'
import socket, subprocess, sys
ours, theirs = socket.socketpair()
driver = subprocess.Popen(["record", "write", sys.argv[2], sys.argv[1],
    "fd:%d" % theirs.fileno(), "30000"], pass_fds=[theirs.fileno()],
    stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
theirs.close()
while True:
    data = ours.recv(65536)
    if not data:
        break
    sys.stdout.buffer.write(data)
sys.exit(driver.wait())
EOF
		has got 30000
	done
}

@test "a file is copied to a fast reader in pieces, between which signals are served" {
	need_strace
	try 0 watched strace -qq -o trace -e trace=epoll_wait,epoll_pwait,epoll_pwait2 \
		"$HELPERS/drivers/record" write "$TMPDIR" whole /dev/null 1000000 </dev/null
	[ "$(grep -c '^epoll_' trace)" -ge 10 ] || fail "$(cat trace)"
}
