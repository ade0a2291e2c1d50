# What the tests of tests/unit load.  A driver (tests/drivers) is a program that
# calls the functions of one folder of src; each of its verbs prints what the
# function returned.  The file that loads this names it: DRIVER=base.
#
#	is WANT VERB ARG...	the verb prints WANT and succeeds
#	refuses WHY VERB ARG...	it prints "error: " and a text that has WHY in
#				it; the driver checks that the function left
#				its result alone

load ../helper

setup() {
	driver_setup
}

driver_setup() {
	nursery_setup
	PATH=$HELPERS/drivers:$PATH
}

is() {
	answers 0 "$@"
}

refuses() {
	answers 1 "$@"
}

# answers STATUS TEXT VERB ARG...; the TEXT of an error may be a part of it
answers() {
	local want_status=$1 want=$2 got status=0
	shift 2
	got=$("$DRIVER" "$@") || status=$?
	if [ "$status" -eq "$want_status" ]; then
		[ "$status" -ne 0 ] || [ "$got" != "$want" ] || return 0
		[ "$status" -ne 1 ] || [[ $got != "error: "*"$want"* ]] || return 0
	fi
	printf '%s: status %d instead of %d, got: %s\nwant: %s\n' \
		"$DRIVER ${*@Q}" "$status" "$want_status" "$got" "$want"
	return 1
}
