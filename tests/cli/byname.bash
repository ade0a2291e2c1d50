# For tests of the names parallel and sem: load ../helper first, then this.
#
#	by_name		in setup, after nursery_setup: bin/parallel and bin/sem are
#			nursery, and first in PATH
#	parallel ARG...	runs it

by_name() {
	BY_NAME=$PWD/bin
	mkdir bin
	ln -s "$BINARY" bin/parallel
	ln -s "$BINARY" bin/sem
	export PATH=$BY_NAME:$PATH
	unset PARALLEL PARALLEL_HOME PARALLEL_SHELL
}

parallel() {
	watched "${WRAPPER[@]}" "$BY_NAME/parallel" "$@"
}
