#!/usr/bin/env bats
# --doctor: what this machine offers, and what is therefore promised.

load ../helper

doctor_fits() {
	local line
	while IFS= read -r line; do
		[ "${#line}" -le 79 ] || fail "too long: $line"
	done <<<"$output"
}

out_has() {
	local text
	for text; do
		[[ $output == *"$text"* ]] || fail "no line of stdout has: $text"
	done
}

@test "it prints facts, promises and what would give more, and starts nothing" {
	try 0 nursery --doctor
	err
	out_has 'Found here:' 'Promised here' 'More would be promised with:' 'NO ORPHAN' \
		'both killed' 'whose it is' 'not promised'
	out_has 'subreaper       found: ' '/proc children ' 'pidfd ' 'clone3 ' 'cgroup v2 ' \
		'PID namespace ' 'processes ' 'descriptors ' 'memory ' 'no-new-privs '
	doctor_fits
}

@test "a limit, a folder that cannot be written and no-new-privs are told" {
	need prlimit setpriv
	export TMPDIR=/nowhere
	PREFIX=(prlimit --nofile=77 setpriv --no-new-privs)
	try 0 nursery --doctor
	out_has 'descriptors     77: ' 'TMPDIR          /nowhere cannot be written (No such file' \
		'no-new-privs    set: '
}

@test "a path cannot forge a line" {
	export TMPDIR=$'/x\n  cgroup v2       found\e[31m'
	try 0 nursery --doctor
	out_has '/x\n '
	doctor_fits
}

@test "with --contain it says whether that can be had, else 125" {
	need_strace
	PREFIX=(strace -f -o trace -e inject=unshare:error=EPERM -e inject=mkdir:error=EROFS)
	try 0 nursery --doctor
	out_has 'PID namespace   not found (cannot make a user and a PID namespace'
	try 125 nursery --doctor --contain=strict
	out_has '--contain=strict cannot be had here.'
	try 125 nursery --doctor --contain=pidns
	out_has '--contain=pidns cannot be had here.'
	PREFIX=()
	"$BINARY" --contain=pidns true 2>/dev/null || skip 'no PID namespaces here'
	try 0 nursery --doctor --contain=pidns
	out_has 'Promised here, with a PID namespace:' '--contain=pidns can be had, by a PID namespace.'
}

@test "a full disk is noticed" {
	try 125 to_full --doctor
	err_has 'cannot write to standard output'
}
