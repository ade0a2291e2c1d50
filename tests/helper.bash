# What every test file loads.  HACKING.md, "Build and test", says how to run one.
#
# A test runs nursery by the function nursery (or start), never by its path:
#
#	try STATUS nursery ARG...	runs it and checks the exit status
#	try STATUS to_files ARG...	runs it with its streams in the files o and e
#	try STATUS to_full ARG...	runs it with its stdout on a full disk
#
# Then these check what it has written:
#
#	out LINE...			stdout is exactly these lines
#	err LINE...			stderr is, with each duration shown as T
#	err_has TEXT...			some line of stderr contains TEXT
#	complains WORDS			one line of stderr with WORDS is all there is
#	ended exit N | ended signal N	how the process really ended
#
# For signals and gates nursery runs in the background:
#
#	start ARG...			starts it
#	start_into_pipe ARG...		starts it with the held gate pipe as stdout;
#	read_pipe_now			from here on that is read, into the file o
#	tell SIGNAL			sends a signal to it (to the front process);
#					front and worker print the pids of the two
#	finish STATUS			waits for its end and checks the exit status
#
# leakcheck watches each run: a process that is left behind becomes exit status
# 99, a nursery that does not end 98.  Variables for a test to set:
#
#	PREFIX=(CMD...)		what nursery is run under; CMD must exec it
#	LEAK_GRACE=SECONDS	how long cleaning up may take after its end
#
# And one to read: $SHORT, a time limit in which a simple job starts and ends.
#
# Gates are FIFOs in the test's own folder, which is the current directory.  No
# test sleeps to synchronise, and none looks at how long something took.
#
#	gate NAME...	makes them
#	await NAME [N]	waits until a job has said a line there (puppet say NAME,
#			echo >NAME), N times; the last line is in $said
#	open_gate NAME	lets pass who waits there (puppet wait-fifo NAME, : <NAME)
#	eventually CMD	repeats CMD until it succeeds
#	in_turn [N]	true for one of N calls, chosen at random, or of 8; for all
#			of them if $ORACLE is "all", as in .ci/run, or "record"
#	scaled N	prints a tenth of N; all of it if $ORACLE is "all"
#	start_over	drops all gates and files, for the next case of a loop
#
# From the environment: NURSERY (the binary), NURSERY_WRAPPER (a command line
# to run it under, as valgrind), NURSERY_HELPERS (the folder of the built drivers
# and programs), NURSERY_BUILD (asan, valgrind or coverage, or nothing).

bats_require_minimum_version 1.5.0

setup() {
	nursery_setup
}

teardown() {
	nursery_teardown
}

# untraced COMMAND...: bats looks at each line of a function otherwise, which takes
# longer than most of the lines
untraced() {
	local -
	set +T
	"$@"
}

nursery_setup() {
	untraced prepare
}

prepare() {
	# As few processes as possible: all this is done before each test.
	REPO=${BATS_TEST_DIRNAME%/tests/*}
	BINARY=${NURSERY:-$REPO/build/nursery}
	HELPERS=${NURSERY_HELPERS:-$REPO/build/tests}
	[[ $BINARY == /* ]] || BINARY=$PWD/$BINARY
	[[ $HELPERS == /* ]] || HELPERS=$PWD/$HELPERS
	BUILD_KIND=${NURSERY_BUILD:-}
	read -ra WRAPPER <<<"${NURSERY_WRAPPER:-}"
	PREFIX=()
	LEAK_GRACE=
	LIMIT=30
	[ "$BUILD_KIND" != asan ] || LIMIT=60
	SHORT=300ms
	if [ "$BUILD_KIND" = valgrind ]; then
		LIMIT=120
		SHORT=3s
	fi
	declare -gA GATE_FD=()
	started=

	# A name that must not be there for the program is gone for us, too.
	local name counts=${NURSERY_COUNTS:-}
	for name in "${!NURSERY@}"; do
		unset "$name"
	done
	declare -Fx >"$BATS_TEST_TMPDIR/functions"
	while read -r _ _ name; do
		export -nf "$name" # bats exports some: no command would be direct
	done <"$BATS_TEST_TMPDIR/functions"
	# `make mutate` wants to know which lines each test reaches.
	[ -z "$counts" ] || export GCOV_PREFIX=$counts/$BATS_TEST_NUMBER
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES CARGO_MAKEFLAGS NO_COLOR \
		POSIXLY_CORRECT NOTIFY_SOCKET CI GITHUB_ACTIONS GITHUB_STEP_SUMMARY GITLAB_CI ENV BASH_ENV
	export LC_ALL=C NURSERY_NO_POPT=1
	export PATH=$HELPERS/programs:${BINARY%/*}:/usr/local/bin:/usr/bin:/bin
	export HOME=$BATS_TEST_TMPDIR/home TMPDIR=$BATS_TEST_TMPDIR/tmp
	export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
	mkdir "$HOME" "$TMPDIR" "$XDG_RUNTIME_DIR" "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
	ulimit -S -c 0
	if [ ! -x "$BINARY" ] || [ ! -x "$HELPERS/programs/leakcheck" ]; then
		echo "no $BINARY or no $HELPERS/programs/leakcheck: run 'make all helpers'"
		return 1
	fi
}

nursery_teardown() {
	if [ -n "${started:-}" ]; then
		kill -ALRM "$(cut -d' ' -f1 "$BATS_TEST_TMPDIR/pids")" 2>/dev/null ||
			kill -TERM "$started" 2>/dev/null || :
		wait "$started" 2>/dev/null || :
	fi
}

# The command line that watches over what follows it.
watch_command() {
	watched=("$HELPERS/programs/leakcheck" -t "$LIMIT" -g "${LEAK_GRACE:-0}"
		-p "$BATS_TEST_TMPDIR/pids" -w "$BATS_TEST_TMPDIR/ended" --)
	if [ -e "$BATS_TEST_TMPDIR/ended" ] || [ -e "$BATS_TEST_TMPDIR/pids" ]; then
		rm -f "$BATS_TEST_TMPDIR/pids" "$BATS_TEST_TMPDIR/ended"
	fi
}

# Runs any command under the leak check.
watched() {
	local watched
	untraced watch_command
	"${watched[@]}" "$@" 3>&-
}

nursery() {
	watched "${PREFIX[@]}" "${WRAPPER[@]}" "$BINARY" "$@"
}

# nursery, its streams in the files o and e.
to_files() {
	nursery "$@" >o 2>e
}

# nursery, its standard output on a full disk.
to_full() {
	nursery "$@" >/dev/full
}

# Says what was seen, and fails.
fail() {
	printf '%s\n' "$@"
	printf -- '--- status: %s\n--- stdout:\n%s\n--- stderr:\n%s\n' \
		"${status:-}" "${output:-}" "${stderr:-}"
	return 1
}

try() {
	untraced run_apart "${@:2}"
	expect_status "$1"
}

# What run --separate-stderr does, with no process of its own: it is done thousands
# of times.
run_apart() {
	local - file=$BATS_TEST_TMPDIR/stderr.$BASHPID
	set +eE # as run does
	output=$("$@" 2>"$file") && status=0 || status=$?
	IFS=$'\n' read -d '' -r -a lines <<<"$output"
	read -d '' -r stderr <"$file"
	IFS=$'\n' read -d '' -r -a stderr_lines <<<"$stderr"
	return 0
}

expect_status() {
	[ "$status" = "$1" ] || fail "exit status $status instead of $1"
}

# The lines, one each; nothing at all if there are none.
lines_of() {
	[ $# -eq 0 ] || printf '%s\n' "$@"
}

# text_is WHAT TEXT LINE...: the text, whose last newlines are cut, is these lines
text_is() {
	local what=$1 text=$2 expected=
	shift 2
	[ $# -eq 0 ] || printf -v expected '%s\n' "$@"
	while [[ $expected == *$'\n' ]]; do
		expected=${expected%$'\n'}
	done
	[ "$text" = "$expected" ] || fail "$what is not:" "$expected"
}

out() {
	untraced text_is stdout "$output" "$@"
}

# The same lines, in any order.
out_sorted() {
	local expected found
	expected=$(lines_of "$@" | sort)
	found=$(printf '%s\n' "$output" | sort)
	[ "$found" = "$expected" ] ||
		fail "stdout, sorted, is not:" "$expected"
}

# stderr with each duration as T, in $plain.
plain_err() {
	plain=$stderr
	if [[ $stderr =~ (after|in|for)\ [0-9] ]]; then
		plain=$(sed -E 's/^(nursery: .*) (after|in|within|for) [0-9]+\.[0-9]{3}s(: |$| of | when )/\1 \2 T\3/' <<<"$stderr")
	fi
}

err() {
	local plain
	untraced plain_err
	untraced text_is stderr "$plain" "$@"
}

err_has() {
	local plain text
	plain_err
	for text; do
		[[ $plain == *"$text"* ]] || fail "no line of stderr contains: $text"
	done
}

err_lacks() {
	local plain text
	plain_err
	for text; do
		[[ $plain != *"$text"* ]] || fail "stderr contains: $text"
	done
}

# err_matches REGEX: all of stderr, as one string
err_matches() {
	local plain
	plain_err
	[[ $plain =~ ^$1$ ]] || fail "stderr does not match: $1"
}

# complains WORDS: nothing but one line of nursery's own, with these words in it
complains() {
	[ -z "$output" ] || fail 'stdout is not empty'
	[ "${#stderr_lines[@]}" -eq 1 ] || fail 'stderr is not one line'
	[[ $stderr == 'nursery: '*"$1"* ]] || fail "no line of nursery says: $1"
}

ended() {
	local how
	read -r how <"$BATS_TEST_TMPDIR/ended"
	[ "$how" = "$*" ] || fail "it ended by '$how' instead of '$*'"
}

start() {
	local watched
	watch_command
	"${watched[@]}" "${PREFIX[@]}" "${WRAPPER[@]}" "$BINARY" "$@" \
		<&0 >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" 3>&- &
	started=$!
}

# As start, with commands on standard input that come by feed, until no_more_food.
start_fed() {
	gate in
	hold_gate in
	start "$@" <in {GATE_FD[in]}>&-
}

# As printf, to what start_fed started.
feed() {
	# shellcheck disable=SC2059 # it is the format
	printf "$@" >&"${GATE_FD[in]}"
}

no_more_food() {
	exec {GATE_FD[in]}>&-
}

# As start, but its stdout is the FIFO pipe, which nobody reads yet.
start_into_pipe() {
	local watched
	watch_command
	: >"$BATS_TEST_TMPDIR/out"
	"${watched[@]}" "${WRAPPER[@]}" "$BINARY" "$@" \
		>pipe 2>"$BATS_TEST_TMPDIR/err" 3>&- {GATE_FD[pipe]}>&- &
	started=$!
}

# read_gate_now GATE FILE: from now on somebody reads the gate that is held, to its
# end, into the file.
read_gate_now() {
	local fd
	exec {fd}<"$1"
	exec {GATE_FD[$1]}>&-
	timeout "$LIMIT" cat <&"$fd" >"$2" 3>&- &
	exec {fd}<&-
}

# From now on somebody reads the FIFO, to its end.
read_pipe_now() {
	read_gate_now pipe o
}

# The pid of the process that start started.
front() {
	local pid
	eventually [ -s "$BATS_TEST_TMPDIR/pids" ]
	read -r _ pid _ <"$BATS_TEST_TMPDIR/pids"
	echo "$pid"
}

# The pid of its child, the parent of the jobs.
worker() {
	local pid
	pid=$(front)
	eventually grep -q . "/proc/$pid/task/$pid/children"
	cut -d' ' -f1 "/proc/$pid/task/$pid/children"
}

tell() {
	kill -s "$1" "$(front)"
}

finish() {
	wait "$started" && status=0 || status=$?
	started=
	output=$(<"$BATS_TEST_TMPDIR/out")
	stderr=$(<"$BATS_TEST_TMPDIR/err")
	expect_status "$1"
}

# What the command that start started has said so far.
err_so_far_has() {
	grep -qF -e "$1" "$BATS_TEST_TMPDIR/err"
}

out_so_far_has() {
	grep -qF -e "$1" "$BATS_TEST_TMPDIR/out"
}

gate() {
	mkfifo "$@"
}

# Afterwards no gate is held, and the current folder is empty.
start_over() {
	local fd
	for fd in "${GATE_FD[@]}"; do
		exec {fd}>&-
	done
	GATE_FD=()
	find . -mindepth 1 -delete
}

# Held open until the test ends, so that no line of a second job is lost.
hold_gate() {
	local fd
	if [ -z "${GATE_FD[$1]:-}" ]; then
		exec {fd}<>"$1"
		GATE_FD[$1]=$fd
	fi
}

await() {
	local count=${2:-1} i
	hold_gate "$1"
	for ((i = 0; i < count; i++)); do
		IFS= read -r -t "$LIMIT" -u "${GATE_FD[$1]}" said || {
			echo "await $1: only $i of $count have come"
			[ ! -f "$BATS_TEST_TMPDIR/err" ] || cat "$BATS_TEST_TMPDIR/err"
			return 1
		}
	done
}

open_gate() {
	hold_gate "$1"
}

eventually() {
	local end=$((SECONDS + LIMIT)) pause=10 silence=$BATS_TEST_TMPDIR/silence fd
	[ -e "$silence" ] || mkfifo "$silence"
	exec {fd}<>"$silence"
	until "$@" 2>/dev/null; do
		if ((SECONDS > end)); then
			echo "never came true: $*"
			[ ! -f "$BATS_TEST_TMPDIR/err" ] || cat "$BATS_TEST_TMPDIR/err"
			return 1
		fi
		# a poll: nothing depends on how long it takes
		read -r -t "0.0$pause" -u "$fd" || :
		((pause = pause < 80 ? pause + 5 : 80))
	done
	exec {fd}>&-
}

in_turn() {
	[[ ${ORACLE:-} =~ ^(all|record)$ ]] || ((RANDOM % ${1:-8} == 0))
}

scaled() {
	[ "${ORACLE:-}" = all ] && echo "$1" || echo $(($1 / 10))
}

# in_state LETTERS PID: as in /proc/PID/stat, T for stopped
in_state() {
	local stat
	stat=$(cat "/proc/$2/stat") || return
	stat=${stat##*) }
	[[ $1 == *${stat%% *}* ]]
}

# gone PID: it has ended, although its parent may not know
gone() {
	! kill -0 "$1" 2>/dev/null || in_state Z "$1"
}

# Stops nursery as Ctrl-Z does, and the process of a job; continues both.
suspend_and_continue() {
	tell TSTP
	eventually in_state T "$1"
	eventually in_state T "$(front)"
	tell CONT
	eventually in_state SR "$1"
}

# Proves that nobody holds the FIFO open for writing any more.
# lifeline NAME makes it and reads it; lifeline_cut waits for its end.
lifeline() {
	mkfifo "$1"
	timeout "$LIMIT" cat "$1" >/dev/null 3>&- &
	lifeline_reader=$!
	lifeline_name=$1
}

lifeline_cut() {
	: <>"$lifeline_name" # if nobody has ever opened it
	wait "$lifeline_reader" || fail "somebody still holds $lifeline_name"
}

# readme MARK: the commands behind <!-- MARK --> in README.md
readme() {
	awk -v mark="<!-- $1 -->" '
		$0 == mark { on = 1; next }
		on && sub(/^    /, "") { print; found = 1; next }
		on && found && /^$/ { print; next }
		on && found { exit }
		END { exit !found }' "$REPO/README.md"
}

need() {
	local program
	for program; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
}

# For strace of nursery, which is neither traced under valgrind nor with a leak
# check that traces, too.
need_strace() {
	need strace
	not_under valgrind asan
	strace -o /dev/null true 2>/dev/null || skip 'strace does not work here'
}

# inject PID CALLS: strace attaches to the process; the calls of it and of the
# processes that it makes from now on fail as said
inject() {
	(
		[ -z "${GATE_FD[in]:-}" ] || no_more_food # it is not strace's
		exec strace -f -o trace -e "inject=$2" -p "$1" 2>strace.err 3>&-
	) &
	eventually grep -q '^strace: ' strace.err
	grep -q ' attached' strace.err || skip 'strace cannot attach here'
}

need_root() {
	[ "$(id -u)" -eq 0 ] || skip "not root"
}

# Whether jobs get cgroups of their own here; says why not if they do not.
has_leaves() {
	"$HELPERS/drivers/contain" offer | grep -q '^found groups '
}

need_leaves() {
	has_leaves || skip "no cgroups: $("$HELPERS/drivers/contain" offer)"
}

# nursery runs where it sees no cgroup v2, and cannot use one.
without_leaves() {
	has_leaves || return 0
	need unshare
	unshare -m true 2>/dev/null || skip 'no mount namespace to hide cgroups in'
	PREFIX+=("$REPO/tests/without-cgroups")
}

# not_under asan|valgrind|coverage...: what cannot work in such a build
not_under() {
	local kind
	for kind; do
		[ "$BUILD_KIND" != "$kind" ] || skip "not under $kind"
	done
}
