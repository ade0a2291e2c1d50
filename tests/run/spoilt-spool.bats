#!/usr/bin/env bats
# Output and commands that wait in a file which cannot be read back.

load ../helper

# Empties the unlinked files of the worker, from outside.
spoil_files() {
	local fd found=
	for fd in "/proc/$(worker)"/fd/*; do
		case $(readlink "$fd") in
		"$TMPDIR"/*' (deleted)')
			: >"$fd"
			found=1
			;;
		esac
	done
	[ -n "$found" ] || fail 'the worker has no file'
}

@test "output that cannot be read back is said, and the status is 125" {
	gate up go ready
	start --buffer 64K -j2 'puppet say up wait-fifo go' \
		'puppet write 3000000 say ready'
	await up
	await ready
	spoil_files
	open_gate go
	finish 125
	err_has 'nursery: cannot write to standard output: Input/output error'
}

@test "commands of --spawn that cannot be read back are said, and the status is 125" {
	gate up go
	start -j1 'for i in 1 2 3 4 5; do spawner bytes 100000 "echo a" || exit; done; puppet say up wait-fifo go'
	await up
	spoil_files
	open_gate go
	finish 125
	err_has 'nursery: cannot store the commands that --spawn added: Input/output error'
}
