# For tests of --adopt: a process that runs before nursery does.

load ../helper

teardown() {
	if [ -n "${adoptee:-}" ]; then
		kill -KILL "$adoptee" 2>/dev/null || :
		wait "$adoptee" 2>/dev/null || :
	fi
	nursery_teardown
}

# adopt VERB...: a puppet that runs already; its pid is in $adoptee
adopt() {
	not_under valgrind # it has no pidfd_open(2)
	puppet "$@" 3>&- &
	adoptee=$!
}

adoptee_is_gone() {
	eventually gone "$adoptee"
	wait "$adoptee" 2>/dev/null || adoptee_status=$?
	adoptee=
}
