#!/usr/bin/env bats
# Special jobs: services, shielded and adopted jobs, --finally.  The table of
# the manual (section "Special jobs") is walked cell by cell.

load ../helper

teardown() {
	if [ -n "${adoptee:-}" ]; then
		kill -KILL "$adoptee" 2>/dev/null || :
		wait "$adoptee" 2>/dev/null || :
	fi
	nursery_teardown
}

# adopt VERB...: a puppet that runs already; its pid is in $adoptee
adopt() {
	not_under valgrind # it has no pidfd_open(2)
	puppet "$@" 3>&- &
	adoptee=$!
}

gone() {
	! kill -0 "$1" 2>/dev/null || in_state Z "$1"
}

adoptee_is_gone() {
	eventually gone "$adoptee"
	wait "$adoptee" 2>/dev/null || adoptee_status=$?
	adoptee=
}

# A service that leaves a mark when it is told to stop.
marking='puppet catch-mark TERM stopped 0 write-text ready sleep'

@test "every cell of the manual's table has its test" {
	local event kind
	for event in 'a job fails' '--timeout' 'SIGINT' 'a second signal' \
		'it fails itself' 'last job over'; do
		grep -qE "^\.It (Fl -|Dv )?${event#--} Ta" "$REPO/man/nursery.1" ||
			fail "the manual's table has no row $event"
		for kind in job shield service finally adopted; do
			grep -q "^@test \"$event: $kind: " "$BATS_TEST_FILENAME" ||
				fail "no test of $event, $kind"
		done
	done
}

# --- a job fails -------------------------------------------------------------

@test "a job fails: job: is cancelled" {
	gate up
	try 3 nursery 'puppet catch-exit TERM told 0 say up sleep' \
		'puppet read-line up exit 3'
	out told
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "a job fails: shield: goes on" {
	gate up told go
	start --kill-after 100 --shield 'puppet wait-fifo go write-text done' \
		'puppet catch-say TERM told say up wait-fifo go' \
		'puppet read-line up exit 3'
	await told
	open_gate go
	finish 3
	out 'done'
	err_has 'nursery: 1 failed, 1 cancelled, 1 succeeded in T'
}

@test "a job fails: service: stops last" {
	gate up told go
	start --kill-after 100 --service "$marking" --ready log:ready \
		"trap : TERM; puppet catch-say TERM told say up wait-fifo go; test ! -e stopped && echo first" \
		'puppet read-line up exit 3'
	await told
	open_gate go
	finish 3
	out first
	[ -e stopped ]
	err_has 'nursery: 1 failed, 1 cancelled, 1 succeeded in T'
}

@test "a job fails: finally: runs" {
	try 3 nursery --finally 'puppet write-text end' 'puppet exit 3'
	out end
	err_has 'nursery: 1 failed, 1 succeeded in T'
}

@test "a job fails: adopted: is cancelled" {
	gate up
	adopt catch-exit TERM told 5 say up sleep >adopted
	await up
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	adoptee_is_gone
	[ "$(cat adopted)" = told ]
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

# --- --timeout ---------------------------------------------------------------

@test "--timeout: job: is cancelled" {
	try 124 nursery --timeout 0.1 'puppet sleep'
	err_has 'nursery: 1 cancelled in T'
}

@test "--timeout: shield: goes on" {
	gate go
	start -v --timeout 0.1 --shield 'puppet wait-fifo go write-text done' \
		'puppet sleep'
	eventually err_so_far_has 'job 2 cancelled'
	open_gate go
	finish 124
	out 'done'
	err_has 'nursery: 1 cancelled, 1 succeeded in T'
}

@test "--timeout: service: stops last" {
	gate go
	start -v --timeout 0.3 --service "$marking" --ready log:ready \
		--shield 'puppet wait-fifo go; test ! -e stopped && echo first' \
		'puppet sleep'
	eventually err_so_far_has 'job 3 cancelled'
	open_gate go
	finish 124
	out first
	[ -e stopped ]
}

@test "--timeout: finally: runs" {
	try 124 nursery --timeout 0.1 --finally 'puppet write-text end' 'puppet sleep'
	out end
}

@test "--timeout: adopted: is cancelled" {
	adopt sleep
	try 124 nursery --timeout 0.1 --adopt "$adoptee" true
	adoptee_is_gone
	err_has 'nursery: 1 cancelled, 1 succeeded in T'
}

# --- SIGINT ------------------------------------------------------------------

@test "SIGINT: job: gets it" {
	gate up
	start 'puppet catch-exit INT told 0 say up sleep'
	await up
	tell INT
	finish 130
	out told
}

@test "SIGINT: shield: gets it" {
	gate up
	start --shield 'puppet catch-exit INT told 0 say up sleep' 'puppet sleep'
	await up
	tell INT
	finish 130
	out told
	err_has 'nursery: 2 cancelled in T'
}

@test "SIGINT: service: stops last" {
	gate up told go
	start --kill-after 100 --service "$marking" --ready log:ready \
		"trap : INT; trap '' TERM; puppet catch-say INT told say up wait-fifo go; test ! -e stopped && echo first"
	await up
	tell INT
	await told
	open_gate go
	finish 130
	out first
	[ -e stopped ]
}

@test "SIGINT: finally: runs" {
	gate up
	start --finally 'puppet write-text end' 'puppet say up sleep'
	await up
	tell INT
	finish 130
	out end
}

@test "SIGINT: adopted: gets it" {
	gate up
	adopt catch-exit INT told 0 say up sleep >adopted
	await up
	start --adopt "$adoptee" 'puppet say up'
	await up
	tell INT
	finish 130
	adoptee_is_gone
	[ "$(cat adopted)" = told ]
}

# --- a second signal ---------------------------------------------------------

@test "a second signal: job: is killed" {
	gate up told
	start --kill-after 1000 'puppet ignore TERM catch-say INT told say up sleep'
	await up
	tell INT
	await told
	tell INT
	finish 130
}

@test "a second signal: shield: is killed" {
	gate up told
	start --kill-after 1000 \
		--shield 'puppet ignore TERM catch-say INT told say up sleep' true
	await up
	tell INT
	await told
	tell INT
	finish 130
}

@test "a second signal: service: is killed" {
	gate up ready told
	start --kill-after 1000 --service 'puppet ignore TERM say ready sleep' \
		'puppet ignore TERM catch-say INT told say up sleep'
	await ready
	await up
	tell INT
	await told
	tell INT
	finish 130
}

@test "a second signal: finally: never runs" {
	gate up told
	start --kill-after 1000 --finally 'touch ran' \
		'puppet ignore TERM catch-say INT told say up sleep'
	await up
	tell INT
	await told
	tell INT
	finish 130
	[ ! -e ran ]
	err_has 'nursery: 1 cancelled, 1 not started in T'
}

@test "a second signal: adopted: is killed" {
	gate up told
	adopt ignore TERM catch-say INT told say up sleep
	await up
	start --kill-after 1000 --adopt "$adoptee" 'puppet say up'
	await up
	tell INT
	await told
	tell INT
	finish 130
	adoptee_is_gone
	[ "$adoptee_status" -eq 137 ]
}

# --- it fails itself ---------------------------------------------------------

@test "it fails itself: job: cancels the others" {
	try 3 nursery 'puppet sleep' 'puppet exit 3'
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "it fails itself: shield: cancels the others" {
	try 4 nursery --shield 'puppet exit 4' 'puppet sleep'
	err_has 'shielded job 1 failed: exit status 4 after T: puppet exit 4'
	err_has 'nursery: 1 failed, 1 cancelled in T'
}

@test "it fails itself: service: cancels the others, whatever --halt says" {
	gate up
	for halt in -K --race '--halt soon,fail=5'; do
		# shellcheck disable=SC2086
		try 5 nursery $halt --service 'puppet read-line up write-err why exit 5' \
			'puppet say up sleep'
		err_has '[puppet] why' 'nursery: 1 failed, 1 cancelled in T' \
			'nursery: service 1 failed: exit status 5 after T: puppet '
	done
}

@test "it fails itself: finally: counts, and the next one runs" {
	try 6 nursery --finally 'puppet exit 6' --finally 'puppet write-text end' true
	out end
	err_has 'nursery: finally 2 failed: exit status 6 after T: puppet exit 6'
}

@test "it fails itself: adopted: cancels the others" {
	[ "$(printf '%s\n' 6.15 "$(uname -r)" | sort -V | head -n 1)" = 6.15 ] ||
		skip 'this kernel does not tell how a process ended'
	gate up go
	adopt say up wait-fifo go exit 7
	await up
	start --adopt "$adoptee" 'puppet say up sleep'
	await up
	open_gate go
	finish 7
	adoptee_is_gone
	err_has "nursery: adopted process 1 failed: exit status 7 after T: " \
		'nursery: 1 failed, 1 cancelled in T'
}

# --- last job over -----------------------------------------------------------

@test "last job over: job: that is the end" {
	try 0 nursery true
	err
}

@test "last job over: shield: is waited for" {
	gate up go
	start --shield 'puppet say up wait-fifo go write-text done' true
	await up
	open_gate go
	finish 0
	out 'done'
}

@test "last job over: service: is stopped" {
	try 0 nursery -v --service 'puppet catch-exit TERM bye 9 write-text up sleep' \
		--ready log:up 'puppet write-text x'
	out x
	err_has '[puppet] bye' 'nursery: service 1 succeeded after T: puppet ' \
		'nursery: 2 succeeded in T'
}

@test "last job over: finally: runs" {
	try 0 nursery --finally 'test -e job && puppet write-text end' 'touch job'
	out end
	err
}

@test "last job over: adopted: is waited for" {
	gate up go
	adopt say up wait-fifo go
	await up
	start -v --adopt "$adoptee" 'puppet say up'
	await up
	open_gate go
	finish 0
	err_has 'nursery: adopted process 1 succeeded after T: '
}

# --- services ----------------------------------------------------------------

@test "services start in order, each when the one before it is ready" {
	gate up
	start --service 'echo a >>order; puppet wait-fifo up; echo ready; puppet sleep' \
		--ready log:ready \
		--service 'echo b >>order; echo ready; puppet sleep' --ready log:ready \
		--shield 'echo c >>order' 'puppet wait-fifo up; echo d >>order'
	eventually grep -q a order
	[ "$(cat order)" = a ]
	open_gate up
	finish 0
	[ "$(head -n 2 order)" = $'a\nb' ]
	[ "$(sort order)" = $'a\nb\nc\nd' ]
}

@test "services stop in reverse order, each gone before the next is told" {
	gate told go
	start --kill-after 100 \
		--service 'puppet catch-mark TERM stopped 0 write-text up sleep' --ready log:up \
		--service 'trap : TERM; puppet catch-say TERM told write-text up wait-fifo go; test ! -e stopped && echo first' \
		--ready log:up 'puppet write-text x'
	await told
	open_gate go
	finish 0
	err '[puppet] up' '[trap] up' '[trap] first'
}

@test "a service that ends with 0 while it is needed has failed" {
	try 1 nursery --service true 'puppet sleep'
	err_has 'nursery: service 1 failed: ended while it was needed after T: true' \
		'nursery: 1 failed, 1 cancelled in T'
}

@test "a service that ends before it is ready: no job starts" {
	try 3 nursery --service 'puppet exit 3' --ready log:x 'touch started'
	[ ! -e started ]
	err_has 'nursery: service 1 failed: exit status 3 after T: puppet exit 3' \
		'nursery: 1 failed, 1 not started in T'
}

@test "a service that is not found" {
	try 127 nursery --service no-such-server 'touch started'
	[ ! -e started ]
	err_has 'nursery: service 1 failed: command not found after T: no-such-server'
}

@test "a service that is not ready in time has failed, with 124" {
	try 124 nursery --service 'puppet sleep' --ready file:never --ready-timeout 0.1 \
		'touch started'
	[ ! -e started ]
	err_has 'nursery: service 1 failed: not ready within 100ms after T: puppet sleep'
}

@test "a service that closes its descriptor will never be ready" {
	try 1 nursery --service 'exec 3>&-; puppet sleep' --ready fd:3 'touch started'
	[ ! -e started ]
	err_has 'nursery: service 1 failed: will not become ready after T: '
}

# What it does when it is told to stop takes longer than both kinds of patience.
@test "a service that is being stopped is not said to be unready" {
	local ready
	gate up
	for ready in 'fd:3' 'file:never --ready-timeout 0.3'; do
		# shellcheck disable=SC2086
		start --service "trap 'exec 3>&-; sleep 0.5; exit' TERM; echo >up; while :; do puppet sleep & wait; done" \
			--ready $ready true
		await up
		tell TERM
		finish 143
		err_lacks 'ready'
		err_has 'nursery: 1 not started, 1 succeeded in T'
	done
}

@test "a probe of a nursery that starts no more jobs is stopped" {
	gate up go
	adopt say up wait-fifo go
	await up
	start --halt soon,done=1 --adopt "$adoptee" --service 'puppet sleep' \
		--ready 'exec:puppet say up sleep' --ready-timeout 0 'touch started'
	await up
	open_gate go
	finish 0
	[ ! -e started ]
}

@test "a service that ends when no job needs it any more has not failed" {
	gate last
	try 0 nursery --service 'puppet read-line last exit 4' \
		--service "trap 'echo >last; sleep 0.3; exit 5' TERM; echo up; while :; do puppet sleep & wait; done" \
		--ready log:up true
	err '[trap] up'
}

@test "a service that is being started is ended like any other" {
	gate up
	start --service 'puppet catch-exit TERM bye 0 say up sleep' --ready file:never true
	await up
	tell TERM
	finish 143
	err_has '[puppet] bye'
}

@test "a probe is part of the nursery: it is ended, and what it says is not seen" {
	gate up
	start --service 'puppet sleep' --ready 'exec:echo noise; puppet say up sleep' true
	await up
	tell INT
	finish 130
	out
	err_lacks noise
}

@test "a probe is tried until it succeeds" {
	try 0 nursery --service 'puppet sleep' \
		--ready 'exec:echo >>tries; test "$(wc -l <tries)" -ge 3' 'wc -l <tries'
	out 3
	err
}

@test "each line of a service is labelled on standard error, also a last half one" {
	try 0 nursery --service "puppet write-text one write-err two write-raw half; puppet sleep" \
		--ready log:half 'puppet write-text x'
	out x
	err '[puppet] one' '[puppet] two' '[puppet] half'
}

@test "services of one name are numbered" {
	try 0 nursery --service '/bin/echo a; puppet sleep' --ready log:a \
		--service '/usr/bin/echo b; puppet sleep' --ready log:b true
	err '[echo] a' '[echo 2] b'
}

@test "no line of a service is put into a line of a job" {
	gate mid go
	start --lb --service 'puppet wait-fifo mid write-err line say go; puppet sleep' \
		'puppet write-fd 2 10; puppet wait-fifo mid; puppet read-line go write-err end'
	open_gate mid
	finish 0
	err 'xxxxxxxxxxend' '[puppet] line' || err '[puppet] line' 'xxxxxxxxxxend'
}

@test "a job that is in the middle of a line can wait for a service that floods" {
	gate 'done'
	try 0 nursery --service "puppet write-err '' write-fd 2 8000000; echo >done; puppet sleep" \
		'puppet write-fd 2 10 read-line done write-err end'
	[ "$(printf '%s\n' "$stderr" | tr -cd x | wc -c)" -ge 8000010 ]
	[[ $stderr == xxxxxxxxxxend* || $stderr == *$'\nxxxxxxxxxxend'* ]]
}

@test "what a service wrote and nobody takes is lost output" {
	full() {
		nursery --service 'puppet write-err x sleep' --ready log:x true 2>/dev/full
	}
	try 125 full
}

@test "a service that floods waits for the reader of standard error" {
	local watched fd reader
	gate up pid errors
	exec {fd}<>errors
	watch_command
	"${watched[@]}" "${WRAPPER[@]}" "$BINARY" \
		--service 'puppet say-pid pid flood' 'puppet until-blocked pid say up' \
		2>errors 3>&- {fd}>&- &
	started=$!
	await up
	exec {reader}<errors {fd}>&-
	timeout "$LIMIT" cat <&"$reader" >/dev/null 3>&- &
	exec {reader}<&-
	wait "$started"
	started=
}

@test "a long line of a service is cut, none of it is lost" {
	try 0 nursery --service 'puppet write 150000; echo; echo end; puppet sleep' \
		--ready log:end true
	[ "$(printf '%s\n' "$stderr" | sed 's/^\[puppet\] //' | tr -d '\nend' | wc -c)" -eq 150000 ]
}

@test "services take no place of --jobs" {
	try 0 nursery -j1 --service 'puppet sleep' --service 'puppet sleep' \
		'puppet print-env NURSERY_SLOT print-env NURSERY_SEQ'
	out NURSERY_SLOT=1 NURSERY_SEQ=3
}

@test "what a service leaves behind is ended with it" {
	lifeline line
	try 0 nursery --service 'puppet open 9 line double-fork { sleep } write-text up sleep' \
		--ready log:up true
	lifeline_cut
}

@test "a killed front leaves no folder of a service behind" {
	local worker
	LEAK_GRACE=5
	gate up
	start --service 'puppet say up sleep' --ready notify true
	await up
	worker=$(worker)
	[ -n "$(ls "$XDG_RUNTIME_DIR")" ]
	kill -KILL "$(front)"
	wait "$started" || :
	started=
	eventually gone "$worker"
	[ -z "$(ls "$XDG_RUNTIME_DIR")" ]
}

@test "a killed worker or front leaves no service behind" {
	local who
	for who in front worker; do
		lifeline "line-$who"
		gate "up-$who"
		start --service "puppet open 9 line-$who sleep" "puppet say up-$who sleep"
		await "up-$who"
		kill -KILL "$($who)"
		wait "$started" || :
		started=
		lifeline_cut
	done
}

# --- the others --------------------------------------------------------------

@test "a shield knows no time limits of its own" {
	gate go
	start -v --job-timeout 0.1 --idle-timeout 0.1 -K \
		--shield 'puppet wait-fifo go write-text done' 'puppet sleep'
	eventually err_so_far_has 'job 2 failed'
	open_gate go
	finish 124
	out 'done'
}

@test "a shield takes a place of --jobs" {
	try 0 nursery -j1 --shield 'echo a >>order' 'echo b >>order'
	[ "$(cat order)" = $'a\nb' ]
}

@test "final commands run one by one, and time no longer counts" {
	try 0 nursery --timeout 1 --move-on-after 0.3 --finally 'puppet write-text a' \
		--finally 'test ! -e x && touch x; puppet write-text b; rm x' \
		--finally 'test ! -e x && puppet write-text c' 'puppet sleep'
	out a b c
}

@test "a signal to a running final command stops that one only" {
	gate up
	start --finally 'puppet catch-exit INT told 0 say up sleep' \
		--finally 'puppet write-text next' true
	await up
	tell INT
	finish 130
	out told next
}

# The next one takes longer than the ladder's first step.
@test "what stopped one final command does not stop the next" {
	gate up
	start --finally 'puppet catch-exit INT told 0 say up sleep' \
		--finally 'sleep 1.3; puppet write-text next' true
	await up
	tell INT
	finish 130
	out told next
}

@test "the failure of a final command counts after a won race" {
	try 7 nursery --race --finally 'puppet exit 7' true false
}

@test "the jobs' failure comes before that of a final command" {
	try 3 nursery --finally 'puppet exit 7' 'puppet exit 3'
}

@test "a process that cannot be adopted is an error before anything starts" {
	not_under valgrind # it has no pidfd_open(2)
	try 125 nursery --adopt x 'touch started'
	err "nursery: --adopt: 'x' is no process id (try 1234)"
	try 125 nursery --adopt "$$" 'touch started'
	err "nursery: --adopt: '$$' is our own: it would wait for itself"
	true 3>&- &
	wait $!
	try 125 nursery --adopt $! 'touch started'
	err "nursery: --adopt: '$!' is not there"
	[ ! -e started ]
}

@test "another user's process is not adopted" {
	not_under valgrind # it has no pidfd_open(2)
	need_root
	need setpriv
	setpriv --reuid 65534 --clear-groups sleep 1000 3>&- &
	adoptee=$!
	eventually grep -q '^Uid:	65534' "/proc/$adoptee/status"
	try 125 nursery --adopt "$adoptee" 'touch started'
	err "nursery: --adopt: '$adoptee' is another user's"
	[ ! -e started ]
}

@test "what descends from an adopted process is stopped, too" {
	lifeline line
	gate up
	adopt open 9 line fork 1 { setsid sleep } say up sleep
	await up
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	adoptee_is_gone
	lifeline_cut
}

@test "what descends from an adopted process is stopped in whatever nursery it was begun" {
	lifeline line
	gate up
	export NURSERY_PID=1
	adopt open 9 line fork 1 { setsid catch-exit TERM told 0 sleep } say up sleep
	await up
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	adoptee_is_gone
	lifeline_cut
}

# The worker sleeps while the adopted process is replaced by another of its number.
@test "who got the number of an adopted process that has ended is a stranger" {
	need unshare
	{ : >/proc/sys/kernel/ns_last_pid; } 2>/dev/null || skip 'numbers cannot be chosen here'
	unshare --fork --pid --mount-proc true 2>/dev/null || skip 'no PID namespace here'
	gate up kid
	# shellcheck disable=SC2016
	try 0 watched unshare --fork --pid --mount-proc --kill-child bash -c '
		state() { cut -d" " -f3 "/proc/$1/stat"; }
		puppet sleep & adoptee=$!
		"$1" --adopt "$adoptee" "puppet say up sleep" & front=$!
		read -r _ <up
		read -r worker _ <"/proc/$front/task/$front/children"
		kill -STOP "$worker"
		until [ "$(state "$worker")" = T ]; do :; done
		kill -KILL "$adoptee"
		wait "$adoptee"
		echo "$((adoptee - 1))" >/proc/sys/kernel/ns_last_pid
		puppet fork 1 { say-pid kid sleep } sleep & other=$!
		read -r kid <kid
		kill -TERM "$worker"
		kill -CONT "$worker"
		wait "$front"
		echo "$?" "$((other - adoptee))" "$(state "$kid")"
	' - "$BINARY"
	out '143 0 S'
}

@test "an adopted process has the limits of a job" {
	gate up
	adopt say up sleep
	await up
	try 124 nursery --job-timeout 0.2 --adopt "$adoptee" true
	adoptee_is_gone
	err_has 'adopted process 1 failed: ran past its time limit of 200ms after T: '
}

@test "no job has a descriptor of what was adopted" {
	local before
	gate up
	adopt say up sleep
	await up
	try 0 nursery 'puppet print-fds'
	before=$output
	try 0 nursery --race --adopt "$adoptee" 'puppet print-fds'
	adoptee_is_gone
	out "$before"
}

@test "a thread of the kernel is not adopted" {
	not_under valgrind # it has no pidfd_open(2)
	need_root
	[ "$(cat /proc/2/comm)" = kthreadd ] || skip 'no kthreadd to be seen here'
	try 125 nursery --adopt 2 'touch started'
	err "nursery: --adopt: '2' is a thread of the kernel"
}

@test "a process whose first thread has ended is adopted and cancelled" {
	gate up
	adopt catch-exit TERM told 5 in-thread { say up sleep } >adopted
	await up
	eventually in_state Z "$adoptee"
	try 3 nursery --adopt "$adoptee" 'puppet exit 3'
	err_has '1 failed, 1 cancelled in T'
	wait "$adoptee" || adoptee_status=$?
	[ "$adoptee_status" -eq 5 ]
	adoptee=
	[ "$(cat adopted)" = told ]
}

@test "a shield that fails after a race is won counts" {
	gate won
	start -v --race --shield 'puppet wait-fifo won exit 5' true 'puppet sleep'
	eventually err_so_far_has 'job 3 cancelled'
	open_gate won
	finish 5
}

@test "a service that ends after a race is won does not" {
	gate up told go end
	start -v --kill-after 1000s --race --service 'puppet wait-fifo go' 'read x <up' \
		'puppet catch-say TERM told say up wait-fifo end'
	await told
	open_gate go
	eventually err_so_far_has 'service 1 failed: ended while it was needed'
	open_gate end
	finish 0
}

@test "a final command that is stopped later has a grace of its own" {
	# the sleep outlasts the grace of the first cancel
	try 124 nursery --timeout 0.1 --kill-after 1 --finally \
		'sleep 1.2; exec puppet catch-exit TERM polite 0 die TTIN' 'puppet sleep'
	out polite
}

@test "a nested nursery that is killed leaves no folder behind" {
	gate up told
	mkdir run
	chmod 700 run
	XDG_RUNTIME_DIR=$PWD/run start --kill-after 100 \
		"$BINARY 'puppet ignore TERM catch-say INT told say up sleep'"
	await up
	[ "$(find run -type s | wc -l)" -eq 2 ]
	tell INT
	await told
	tell INT
	finish 130
	[ -z "$(ls run)" ]
}

@test "--dry-run prints no special job" {
	try 0 nursery --dry-run --service 'touch a' --shield 'touch b' --finally 'touch c' 'touch d'
	out 'touch d'
	err
	[ -z "$(ls)" ]
}

@test "--ready and --ready-timeout belong to a service" {
	try 125 nursery --ready notify true
	err "nursery: --ready: belongs to the --service before it, and there is none (try --service COMMAND --ready VALUE)"
	try 125 nursery --ready-timeout 1s --service 'puppet sleep' true
	err "nursery: --ready-timeout: belongs to the --service before it, and there is none (try --service COMMAND --ready-timeout VALUE)"
	try 125 nursery --service a --ready notify --ready fd:3 true
	err "nursery: --ready: given twice for the service 'a' (try one of them)"
	try 125 nursery --service $'a\eb' --ready notify --ready fd:3 true
	err "nursery: --ready: given twice for the service 'a^[b' (try one of them)"
	try 125 nursery --service '  ' true
	err "nursery: --service: '  ' is no command (try 'make test')"
}

@test "a nested nursery shares its grace among its services" {
	try 0 nursery --kill-after 10 \
		"$BINARY --service 'puppet sleep' 'puppet print-env NURSERY_GRACE_MS'"
	out NURSERY_GRACE_MS=3200
}

@test "Ctrl-Z stops services and adopted processes, too" {
	gate up go
	adopt say up wait-fifo go
	await up
	start --adopt "$adoptee" --service 'puppet say up sleep' 'puppet wait-fifo go'
	await up
	suspend_and_continue "$adoptee"
	open_gate go
	finish 0
}
