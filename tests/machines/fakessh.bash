# For tests that need an ssh, but no other machine: load ../helper first.
#
#	fake_ssh	makes ./ssh, "./ssh OPTION... HOST COMMAND" for hosts a and b
#	ssh_here	makes ./ssh, and bin/parallel for the function parallel

fake_ssh() {
	cat >ssh <<-'E'
		#!/bin/sh
		until [ "${1##*@}" = a ] || [ "$1" = b ]; do
			shift
		done
		shift
		eval "$*"
	E
	chmod +x ssh
}

ssh_here() {
	mkdir bin
	ln -s "$BINARY" bin/parallel
	fake_ssh
}

parallel() {
	watched "${WRAPPER[@]}" "$PWD/bin/parallel" "$@"
}
