# For tests that need Slurm: load helper first, then this.
#
#	slurm_up		in setup_file: starts four nodes, node1 to node4
#	slurm_down		in teardown_file
#	slurm_use		in setup, after nursery_setup: PATH, SLURM_CONF; skips
#				the test if Slurm is not installed
#	slurm_allocate ARG...	an allocation, with these arguments of salloc; its
#				variables are exported, as in the script of a job
#	slurm_release		gives it back and waits until its steps have ended
#	slurm_pid DAEMON	the pid of slurmctld or of slurmd-nodeN
#	slurm_restart N		starts slurmd of node N again
#
# The folder is $SLURM_FOLDER; the logs of the daemons are in it.

SLURM_SCRIPT=${BASH_SOURCE[0]%/*}/cluster

slurm_up() {
	SLURM_MISSING=$("$SLURM_SCRIPT" missing) || :
	export SLURM_MISSING
	[ -z "$SLURM_MISSING" ] || return 0
	export SLURM_FOLDER=$BATS_FILE_TMPDIR/slurm
	timeout 60 "$SLURM_SCRIPT" up "$SLURM_FOLDER" 3>&- >"$BATS_FILE_TMPDIR/exports"
}

slurm_down() {
	[ ! -d "${SLURM_FOLDER:-/nonexistent}" ] ||
		timeout 60 "$SLURM_SCRIPT" down "$SLURM_FOLDER" 3>&-
}

slurm_use() {
	[ -z "$SLURM_MISSING" ] || skip "$SLURM_MISSING"
	PATH=$PATH:/usr/sbin:/sbin
	# shellcheck disable=SC1091 # made by slurm_up
	. "$BATS_FILE_TMPDIR/exports"
}

# What salloc sets for its command it tells only that; so the first allocation
# is of `env`, and its variables are those of the second but for the number.
slurm_allocate() {
	local line id
	while IFS= read -r line; do
		[[ $line != SLURM_* ]] || export "${line?}"
	done < <(timeout 60 salloc -Q "$@" env)
	line=$(timeout 60 salloc "$@" --no-shell 2>&1)
	[[ $line =~ 'Granted job allocation '([0-9]+) ]]
	id=${BASH_REMATCH[1]}
	export SLURM_JOB_ID=$id SLURM_JOBID=$id
}

slurm_release() {
	local name
	[ -n "${SLURM_JOB_ID:-}" ] || return 0
	scancel "$SLURM_JOB_ID" || :
	eventually slurm_is_over "$SLURM_JOB_ID"
	for name in "${!SLURM_@}"; do
		case $name in
		SLURM_CONF | SLURM_FOLDER | SLURM_SCRIPT | SLURM_MISSING) ;;
		*) unset "$name" ;;
		esac
	done
}

slurm_is_over() {
	[ -z "$(squeue -h -j "$1" -o %T 2>/dev/null)" ]
}

slurm_pid() {
	cat "$SLURM_FOLDER/$1.pid"
}

slurm_restart() {
	timeout 20 "$SLURM_SCRIPT" node "$SLURM_FOLDER" "$1" 3>&-
}
