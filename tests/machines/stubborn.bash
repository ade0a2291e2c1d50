# For tests of what happens when something between nursery and other machines
# dies: load ../helper first, then this.
#
#	stubborn N OPTION...	starts N jobs, which ignore SIGTERM and have a daemon
#				each in a session of its own, and waits for them;
#				nursery gets MACHINES, and short times
#	nothing_is_left		after its end: waits for theirs
#	stubborn_end		for teardown: ends them in any case
#	carriers		the pids of what connects nursery to machines
#
# The agents may be no descendants of nursery, so that leakcheck does not see
# what they leave: but all processes of the jobs hold the FIFO life open.

STUBBORN='exec 9>life; echo $$ >>pids; trap "" TERM; setsid sleep 99 & echo begun; echo $! >>pids; echo >up; exec sleep 99'

stubborn() {
	local i n=$1
	local -a jobs
	shift
	for ((i = 0; i < n; i++)); do
		jobs+=("$STUBBORN")
	done
	gate up
	lifeline life
	LEAK_GRACE=8 # for the ladder of who is left
	start "${MACHINES[@]}" -j1 --machine-timeout 1s --kill-after .5 "$@" \
		"${jobs[@]}"
	await up "$n"
}

nothing_is_left() {
	lifeline_cut
}

stubborn_end() {
	local pid
	[ -e pids ] || return 0
	while read -r pid; do
		[[ $(tr '\0' ' ' <"/proc/$pid/cmdline") != 'sleep 99 ' ]] ||
			kill -9 "$pid"
	done <pids 2>/dev/null
}

carriers() {
	pgrep -P "$(worker)"
}
