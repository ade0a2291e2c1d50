# The judges of tests/attack: each kind of broken promise is found.  A script
# stands in for nursery; it runs the real one, whose path is in $real, and then
# does something wrong.

load ../helper

setup() {
	need python3
	nursery_setup
	real=$BINARY
}

# attack CASE...: with little patience
attack() {
	run env NURSERY="${stand_in:-$BINARY}" NURSERY_HELPERS="$HELPERS" \
		ATTACK_RESULTS="$PWD/results" ATTACK_LIMIT=5 \
		python3 "$REPO/tests/attack/run" "$@"
	stderr=
}

# broken CASE WORDS SCRIPT: this stand-in is found out by the case, which says so
broken() {
	stand_in=$PWD/stand-in/nursery
	mkdir -p stand-in
	printf '#!/bin/sh\nreal=%s\n%s\n' "$real" "$3" >stand-in/nursery
	chmod +x stand-in/nursery
	attack "$1"
	[[ $output == *"$2"* ]] || fail "it does not say: $2"
	[[ $output == *'0 passed, 1 failed' ]] || fail 'not one finding'
	[ "$status" -eq 1 ]
}

@test "a nursery that keeps its promises is not complained of" {
	attack plain/keep plain/fail plain/lines plain/merged
	[[ $output == *'4 passed, 0 failed' ]] || fail 'a complaint'
	[ "$status" -eq 0 ]
}

@test "a lost byte is found" {
	broken plain/keep 'lost: ' '"$real" "$@" >o; s=$?; head -c -1 o; exit $s'
}

@test "a lost line in the middle is found" {
	broken plain/lines 'unexpected line' '"$real" "$@" >o; s=$?; sed 3d o; exit $s'
}

@test "output that comes twice is found" {
	broken plain/keep 'in two pieces or twice' '"$real" "$@" >o; s=$?; cat o o; exit $s'
}

@test "mixed output is found" {
	broken plain/keep 'unexpected bytes' '"$real" "$@" >o; s=$?; tac o; exit $s'
}

@test "a changed byte is found" {
	broken plain/file 'unexpected bytes' '"$real" "$@" >o; s=$?; tr k K <o; exit $s'
}

@test "a report that is not whole, or not there, is found" {
	broken plain/report-events 'report: ev ' '"$real" "$@"; s=$?; truncate -s -5 ev; exit $s'
	broken plain/report-joblog 'report: log ' '"$real" "$@"; s=$?; echo 1 >>log; exit $s'
	broken plain/junit 'report: r.xml is not there' '"$real" "$@"; s=$?; rm r.xml; exit $s'
	broken plain/timeline 'report: left' '"$real" "$@"; s=$?; touch .nursery1; exit $s'
}

@test "a process that is left behind is found" {
	broken plain/keep 'process left' '"$real" "$@"; s=$?; setsid sleep 30 & exit $s'
}

@test "a wrong status 0 is found" {
	broken plain/fail 'status 0 instead of 3' '"$real" "$@"; exit 0'
}

@test "a job that never ran is found" {
	broken plain/keep 'job c did not end' '[ "$1" != -k ] || shift; "$real" "$1" "$2" "$3"'
}

@test "a failure of its own without a word is found" {
	broken limit/keep/nofile/64 'silence: status 5' '"$real" "$@" >o; exit 5'
}

@test "a hang is found" {
	broken plain/keep 'hang: ' '"$real" "$@"; exec sleep 60'
}

@test "a file that is left behind is found" {
	broken plain/keep 'file left' '"$real" "$@"; s=$?; : >"$TMPDIR/x"; exit $s'
}

@test "a crash is found" {
	broken plain/keep 'died of SIGSEGV' '"$real" "$@"; kill -SEGV $$'
}

@test "a failed assertion is found" {
	broken plain/keep 'crash: ' '"$real" "$@"; echo "x.c:1: f: assertion failed" >&2; exit 125'
}

@test "a fault meets the process and the call that its name says" {
	need_strace
	not_under coverage
	attack fault/keep/worker/pipe2/1/EMFILE
	[[ $output == *'1 passed, 0 failed' ]] || fail 'not passed'
	[[ $output != *'did not come to pass'* ]] || fail 'no fault'
	attack fault/keep/front/pipe2/99/EMFILE
	[[ $output == *'1 faults did not come to pass'* ]] || fail 'a fault'
}

@test "a worker that gets no memory says so, also for random numbers" {
	need_strace
	not_under coverage
	attack fault/retries/worker/mmap/
	[[ $output == *' passed, 0 failed' ]] || fail 'a finding'
	[[ $output != *'no case'* ]] || fail 'no case'
}
