#!/usr/bin/env bats
# bats-core, unmodified, with nursery as the parallel that it calls.

load ../helper

setup() {
	nursery_setup
	not_under valgrind
	mkdir bin suite
	ln -s "$BINARY" bin/parallel
	NEWER=$REPO/build/npm/node_modules/bats/bin/bats
	# %test becomes @test: the bats that runs this file looks for @test in it.
	sed 's/^%/@/' >suite/a.bats <<-'END'
		%test "a one" { echo >&3 "# from a"; }
		%test "a two it's \$HOME" { true; }
		%test "a three" { skip why; }
	END
	sed 's/^%/@/' >suite/b.bats <<-'END'
		export_me() { echo exported; }
		setup() { export -f export_me; }
		%test "b one" { [ "$(bash -c export_me)" = exported ]; }
		%test "b two" { [ -n "$PARALLEL_SEQ" ]; }
	END
	sed 's/^%/@/' >"suite/c d.bats" <<-'END'
		%test "c one" { [ 1 = 1 ]; }
		%test "c two" { false; }
	END
}

# clean COMMAND...: runs it without the variables of the bats that runs this file
clean() {
	local name
	for name in "${!BATS_@}"; do
		unset "$name"
	done
	"$@"
}

# runs STATUS BATS OPTION...: the results are in the file found, one a line
runs() {
	local expected=$1
	shift
	try "$expected" watched env PATH="$PWD/bin:$PATH" bash -c "$(declare -f clean); clean \"\$@\"" - "$@"
	grep -E '^(1\.\.|ok|not ok)' <<<"$output" >found || fail 'no tests ran'
}

all_in_order() {
	diff found - <<-'END'
		1..7
		ok 1 a one
		ok 2 a two it's $HOME
		ok 3 a three # skip why
		ok 4 b one
		ok 5 b two
		ok 6 c one
		not ok 7 c two
	END
}

# own_suite BATS OPTION...: it runs a part of nursery's own tests
own_suite() {
	in_turn 3 || return 0 # it takes 5 s
	runs 0 env NURSERY="$BINARY" NURSERY_HELPERS="$HELPERS" NURSERY_BUILD="$BUILD_KIND" \
		"$@" --tap --filter 'option|command' "$REPO/tests/cli/usage.bats" "$REPO/tests/run/input.bats" "$REPO/tests/run/halt.bats"
	! grep -q '^not ok' found
	[ "$(grep -c '^ok' found)" -gt 5 ]
}

@test "the bats of the system runs a suite side by side" {
	need bats flock
	runs 1 bats --jobs 4 --tap suite
	all_in_order
	rm 'suite/c d.bats'
	runs 0 bats --jobs 4 --tap suite
	runs 0 bats --jobs 2 --no-parallelize-within-files --tap suite
}

@test "the bats of the system runs nursery's own tests" {
	need bats flock
	own_suite bats --jobs 4 --no-parallelize-within-files
}

@test "a newer bats takes nursery as --parallel-binary-name" {
	need flock
	[ -x "$NEWER" ] || skip 'no build/npm (.ci/install-deps test)'
	PATH=${PATH//"$PWD/bin:"/}
	runs 1 "$NEWER" --jobs 4 --parallel-binary-name "$PWD/bin/parallel" --tap suite
	all_in_order
	rm 'suite/c d.bats'
	runs 0 "$NEWER" --jobs 4 --parallel-binary-name "$PWD/bin/parallel" --tap suite
}

@test "a newer bats runs nursery's own tests" {
	need flock
	[ -x "$NEWER" ] || skip 'no build/npm (.ci/install-deps test)'
	own_suite "$NEWER" --jobs 4 --no-parallelize-within-files --parallel-binary-name "$PWD/bin/parallel"
}
