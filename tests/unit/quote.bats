# Quoted values: sh gives back every byte (tests/lib/template.c).
#
# shellcheck disable=SC1003,SC2016 # strange words are the point

setup() {
	TEMPLATE=${TEMPLATE:-${NURSERY_HELPERS:-$BATS_TEST_DIRNAME/../build/tests}/template}
	export LC_ALL=C
	cd "$BATS_TEST_TMPDIR" || return
}

# is WANT VALUE
is() {
	local got

	got=$("$TEMPLATE" quote "$2")
	[ "$got" = "$1" ] && return
	printf 'quoted: %s\nwant:   %s\n' "$got" "$1"
	return 1
}

@test "what needs no quotes gets none" {
	is abcXYZ019 abcXYZ019
	is -_.+/ -_.+/
}

@test "nothing is two quotes" {
	is "''" ''
}

@test "all else is in single quotes, and these are in double ones" {
	is "'a b'" 'a b'
	is "'a=b'" a=b
	is "'\$x'" '$x'
	is "'\\'" '\'
	is "'a
b'" 'a
b'
	is "'it'\"'\"'s'" "it's"
	is "\"'\"" "'"
	is "\"'\"''\"'\"" "''"
	is "\"'\"'x'\"'\"" "'x'"
	is "'"$'\xff'"'" $'\xff'
	is "'ä'" ä
}

@test "sh makes of quoted bytes what they were, whatever they were" {
	for shell in sh bash dash 'busybox sh' ksh mksh zsh; do
		command -v "${shell%% *}" >/dev/null || continue
		for seed in 1 2 3 4 5; do
			"$TEMPLATE" random 500 $seed values >quoted
			{
				printf "printf '%%s\\\\0'"
				cat quoted
			} >script
			$shell ./script >got
			cmp values got
		done
	done
}
