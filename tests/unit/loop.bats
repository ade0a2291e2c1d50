#!/usr/bin/env bats
# The event loop.

load driver

@test "what epoll does not forget is not served, and not heard of for long" {
	need_strace
	run -0 sys loop-forget
	[ "$output" = '0 10' ]
	run -0 strace -o trace -e trace=epoll_ctl,epoll_wait,epoll_create1 -e inject=epoll_ctl:error=ENOMEM:when=3 \
		"$HELPERS/drivers/sys" loop-forget
	[ "$output" = '0 10' ]
	grep -q 'EPOLL_CTL_DEL.*INJECTED' trace
	# another epoll, which knows of the second pipe only
	[ "$(grep -c epoll_create1 trace)" -eq 2 ]
	[ "$(grep epoll_wait trace | tail -n 1 | grep -c '= 1$')" -eq 1 ]
}
