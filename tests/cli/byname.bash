# For tests of the name parallel: load ../helper first, then this.
#
#	by_name		in setup, after nursery_setup: bin/parallel is nursery, and
#			first in PATH
#	parallel ARG...	runs it

by_name() {
	mkdir bin
	ln -s "$BINARY" bin/parallel
	export PATH=$PWD/bin:$PATH
	unset PARALLEL PARALLEL_HOME PARALLEL_SHELL
}

parallel() {
	watched "${WRAPPER[@]}" "$PWD/bin/parallel" "$@"
}
