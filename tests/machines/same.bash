# For tests that run the lines of real use elsewhere: load ../helper first.
#
#	same_as_here OPTION...	each of tests/machines/lines prints the same with
#				these options and has the same status; with EVERY=4
#				one of four lines, chosen at random, but see in_turn

# What differs between any two runs: times, pids, names that a process had
# before it executed another program, and random words.
same_plain() {
	sed -E -e 's/^(nursery: .* started) on [^ :]+/\1/' -e 's/[0-9]+\.[0-9]+s/Ts/g' -e 's/[a-z]+\[[0-9]+\]/P/' \
		-e 's/::(stop-commands::)?[0-9a-f]{32}/::\1R/'
}

# same_run FOLDER LINE: in a folder of its own
same_run() {
	local line=$2
	mkdir -p "$1/work"
	(
		cd "$1/work" || exit
		eval "$line"
	) >"$1/out" 2>"$1/err" </dev/null &&
		echo '= 0' >>"$1/out" || echo "= $?" >>"$1/out"
	same_plain <"$1/out" >"$1/out.plain"
	same_plain <"$1/err" >"$1/err.plain"
}

same_both() {
	local i=$1 line=$2
	where=()
	same_run "here/$i" "$line"
	where=("${@:3}")
	same_run "there/$i" "$line"
}

same_is() {
	cmp -s "here/$1/out.plain" "there/$1/out.plain" &&
		cmp -s "here/$1/err.plain" "there/$1/err.plain"
}

# The sanitizer makes each line dear: with it, too, they are drawn by lot.
is_drawn() {
	local ORACLE=${ORACLE:-}
	[ "$BUILD_KIND" != asan ] || ORACLE=
	in_turn "${EVERY:-1}"
}

same_as_here() {
	local line i=0 bad=0
	n() {
		nursery "${where[@]}" "$@"
	}
	while IFS= read -r line; do
		[[ $line =~ ^[^#] ]] && is_drawn || continue
		i=$((i + 1))
		echo "$line" >"line.$i"
		((i <= 8)) || wait -n || :
		same_both "$i" "$line" "$@" 3>&- &
	done <"$BATS_TEST_DIRNAME/../machines/lines"
	wait
	[ "$i" -gt $((300 / ${EVERY:-1} / 4)) ]
	for ((; i > 0; i--)); do
		same_is "$i" && continue
		# with eight at once some came too late for a time limit
		rm -rf "here/$i" "there/$i"
		same_both "$i" "$(<"line.$i")" "$@" 3>&-
		same_is "$i" && continue
		cat "line.$i"
		diff "here/$i/out.plain" "there/$i/out.plain" | head -n 10 | cat -v || :
		diff "here/$i/err.plain" "there/$i/err.plain" | head -n 10 | cat -v || :
		bad=1
	done
	[ "$bad" = 0 ]
}
