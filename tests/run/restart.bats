#!/usr/bin/env bats
# Services that start again: --restart.
#
# shellcheck disable=SC2016 # for the shell of the service

load ../helper

@test "a service that failed starts again, says so, and jobs wait until it is ready again" {
	cat >web <<'EOF'
[ "$NURSERY_ATTEMPT" = 2 ] || { echo up; puppet wait-fifo first; exit 3; }
puppet say again wait-fifo second
echo up >>log
echo up
exec puppet sleep
EOF
	gate first begun again go second
	start -j1 --events events --service ". ./web" --name web --ready log:up --restart on-failure \
		'puppet say begun wait-fifo go; echo a' 'echo b >>log'
	await begun # else the job would start only after the second time
	open_gate first
	await again
	open_gate go
	open_gate second
	finish 0
	out a
	err '[web] up' "nursery: service web failed: exit status 3 (attempt 1, again in 0.100s) after T: . ./web" \
		'[web] up'
	[ "$(cat log)" = $'up\nb' ]
	[ "$(grep -c '"event":"attempt_failed".*"next_in":0.100' events)" -eq 1 ]
	[ "$(grep -c '"event":"ready"' events)" -eq 2 ]
}

@test "--restart=always takes every end for one, as often as it says; on-failure takes 0 for the end" {
	try 1 nursery --service 'echo x' --restart always=2
	err '[echo] x' 'nursery: service echo ended while it was needed (attempt 1, again in 0.100s) after T: echo x' \
		'[echo] x' 'nursery: service echo ended while it was needed (attempt 2, again in 0.200s) after T: echo x' \
		'[echo] x' 'nursery: service echo failed: ended while it was needed (attempt 3) after T: echo x (if it went into the background: keep it in the foreground, or try --orphans=wait)'
	try 0 nursery --service 'echo x' --restart on-failure --service '[ "$NURSERY_ATTEMPT" = 2 ]' --restart on-failure=1
	err_has 'attempt 1, again'
	err_lacks 'attempt 2'
	# nor does it help if the command is not there, or never becomes ready
	try 127 nursery --service no-such-server --restart always 'touch started'
	err 'nursery: service no-such-server failed: command not found after T: no-such-server' 'nursery: 1 not started in T'
	try 124 nursery --service 'puppet sleep' --ready exec:false --ready-timeout 10ms --restart always=1 'touch started'
	err_has 'not ready within 10ms (attempt 1, again in' 'not ready within 10ms (attempt 2)'
	[ ! -e started ]
	# for all of a Procfile
	printf '%s\n' 'a: exit 0' 'b: [ "$NURSERY_ATTEMPT" = 2 ]' >Procfile
	try 0 nursery --procfile Procfile --restart on-failure=1
	err_has 'service b failed: exit status 1 (attempt 1'
}

@test "a service that waits for its restart when nobody needs it any more has not failed" {
	gate on
	try 0 nursery --service 'puppet sleep' --service 'echo >>n; exit 1' --restart always \
		'until [ -e n ] && [ "$(wc -l <n)" -ge 2 ]; do sleep 0.02; done'
	err_lacks 'exit status 1 after'
	start --service 'puppet say on exit 3' --restart always
	await on
	eventually err_so_far_has 'attempt 1, again in'
	tell TERM
	finish 143
	err_lacks 'exit status 3 after'
}

@test "a probe of the attempt before is none of the next" {
	gate probe probed go
	start --service '[ "$NURSERY_ATTEMPT" != 1 ] || { puppet wait-fifo go; exit 1; }; exec puppet sleep' --ready 'exec:puppet say probe sleep' --restart on-failure 'touch started'
	await probe
	open_gate go
	await probe
	tell TERM
	finish 143
	[ ! -e started ]
}

@test "--restart belongs to a service, and is given once" {
	try 125 nursery --restart always --service a
	complains '--restart: belongs to the --service before it'
	try 125 nursery --service a --restart always=0
	complains "--restart: 'always=0' is not when to restart (try never, on-failure, always, on-failure=5 or always=5)"
	try 125 nursery --service a --restart always --restart never
	complains "--restart: 'never' is the second for one service"
}
