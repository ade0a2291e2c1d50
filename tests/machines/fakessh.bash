# For tests that need an ssh, but no other machine: load ../helper first.
#
#	fake_ssh	makes ./ssh, "./ssh OPTION... HOST COMMAND" for hosts a and b

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
