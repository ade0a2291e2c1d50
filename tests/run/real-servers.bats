#!/usr/bin/env bats
# Services that are real servers: each kind of --ready with a program that knows
# nothing of nursery, and the servers of README, exactly as it shows them.
#
# shellcheck disable=SC2016 # for the shell of the job
# shellcheck disable=SC2034 # for tests/helper.bash

load ../helper

setup() {
	nursery_setup
	PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
}

port() {
	server free-port
}

# redis_on PORT: sets redis to the command of a server
redis_on() {
	need redis-server redis-cli
	redis="redis-server --port $1 --save '' --appendonly no"
}

# nginx_on PORT: sets nginx to the command of a server that answers hello, with the
# configuration that README shows; root's worker may not enter our folder otherwise
nginx_on() {
	need nginx curl
	nginx="nginx -p . -c nginx.conf -e stderr"
	readme nginx.conf | sed "s/8080/$1/" >nginx.conf
	grep -q "$1" nginx.conf
	echo hello >index.html
	[ "$(id -u)" -ne 0 ] || sed -i '1i user root;' nginx.conf
}

@test "redis is ready when it accepts connections on its port" {
	local port redis
	port=$(port)
	redis_on "$port"
	try 0 nursery --service "$redis" --ready "tcp:$port" \
		"redis-cli -p $port set k v" "redis-cli -p $port ping"
	out OK PONG
	err_has '[redis-server] '
}

@test "redis is ready when it accepts connections on its socket" {
	local redis
	redis_on 0
	try 0 nursery --service "$redis --unixsocket $PWD/s" --ready unix:s \
		'redis-cli -s s ping'
	out PONG
}

@test "redis is ready when it says so" {
	local port redis
	port=$(port)
	redis_on "$port"
	try 0 nursery --service "$redis" --ready 'log:Ready to accept connections' \
		"redis-cli -p $port ping"
	out PONG
	err_has 'Ready to accept connections'
}

@test "redis is ready when it tells systemd" {
	local port redis
	port=$(port)
	redis_on "$port"
	ldd "$(command -v redis-server)" 2>/dev/null | grep -q libsystemd ||
		skip 'this redis-server does not know systemd'
	try 0 nursery --service "$redis --supervised systemd" --ready notify \
		"redis-cli -p $port ping"
	out PONG
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
}

@test "redis is ready when a command of its client succeeds" {
	local port redis
	port=$(port)
	redis_on "$port"
	try 0 nursery --service "$redis" \
		--ready exec:"test \"\$(redis-cli -p $port ping)\" = PONG" \
		"redis-cli -p $port ping"
	out PONG
}

@test "nginx is ready when it answers" {
	local port nginx
	port=$(port)
	nginx_on "$port"
	try 0 nursery --service "$nginx" \
		--ready "exec:curl -fsS http://127.0.0.1:$port/" \
		"curl -fsS http://127.0.0.1:$port/"
	out hello
}

@test "PostgreSQL is ready when pg_isready says so" {
	local bin port
	for bin in /usr/lib/postgresql/*/bin; do :; done # the newest
	[ -x "$bin/initdb" ] || skip 'no PostgreSQL here'
	PATH=$PATH:$bin
	port=$(port)
	mkdir db
	local as=()
	if [ "$(id -u)" -eq 0 ]; then # it refuses to run as root
		need setpriv
		id postgres >/dev/null || skip 'no user postgres'
		chown postgres db
		chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR/.." "$BATS_TEST_TMPDIR" . 2>/dev/null || :
		as=(setpriv --reuid postgres --regid postgres --clear-groups)
		"${as[@]}" test -w db || skip 'postgres cannot come here'
	fi
	"${as[@]}" initdb -A trust -N -U postgres -D db >/dev/null
	try 0 nursery \
		--service "${as[*]} $bin/postgres -D $PWD/db -k $PWD/db -p $port -h ''" \
		--ready "exec:pg_isready -q -h $PWD/db -p $port" \
		"psql -U postgres -h $PWD/db -p $port -Atc 'select 6 * 7'"
	out 42
}

@test "systemd-notify is heard, and let go" {
	need systemd-notify
	# systemd-notify ends only when its message has been read.
	gate told go
	start --service 'systemd-notify --ready --status=up && puppet say told sleep' \
		--ready notify 'puppet wait-fifo go'
	await told
	open_gate go
	finish 0
}

# readme_example [COMMAND]: makes README's example, on free ports, and a test suite
# for its two servers that ends with COMMAND
readme_example() {
	local cache web
	cache=$(port)
	web=$(port)
	redis_on "$cache"
	nginx_on "$web"
	readme servers | sed "s/7777/$cache/g; s/8080/$web/g" >example
	grep -q "^nursery " example
	cat >tests.sh <<-END
		#!/bin/sh
		set -e
		redis-cli -p $cache set greeting "\$(curl -fsS http://localhost:$web/)"
		redis-cli -p $cache get greeting
		${1:-}
	END
	chmod +x tests.sh
	# Only the name nursery is replaced, by the binary under test.
	sed -i "s|^nursery |exec $(printf '%q ' "${WRAPPER[@]}" "$BINARY")|" example
}

@test "README's two servers and tests work as they stand there" {
	readme_example
	try 0 watched sh example
	out OK hello
	readme_example 'exit 3'
	try 3 watched sh example
	out OK hello
	err_has 'failed: exit status 3'
}

@test "README's servers are gone when the front or the worker was killed" {
	LEAK_GRACE=5
	readme_example 'exec sh -c "kill -9 $NURSERY_PID; sleep 1000"'
	try 137 watched sh example
	ended signal 9
	# The worker is the front's child, whatever shells are between it and us.
	readme_example 'kill -9 $(cut -d" " -f1 /proc/$NURSERY_PID/task/$NURSERY_PID/children); sleep 1000'
	try 137 watched sh example
	ended exit 137
}

@test "README's servers are gone after Ctrl-C" {
	readme_example 'kill -INT $NURSERY_PID; sleep 1000'
	try 130 watched sh example
	ended signal 2
}

@test "README's clean-up of a job runs when it is stopped, and when not" {
	readme trap >job
	grep -q '^trap ' job
	gate up
	sed 's|^\./run-tests .*|echo "$dir" >dir; puppet say up sleep|' job >stopped
	sed 's|^\./run-tests .*|echo "$dir" >kept|' job >ended
	grep -q up stopped
	try 7 nursery 'sh stopped' 'puppet read-line up exit 7'
	[ -s dir ]
	[ ! -e "$(cat dir)" ]
	try 0 nursery 'sh ended'
	[ -s kept ]
	[ ! -e "$(cat kept)" ]
}

# waits_without_limit PID: the process is in epoll_wait or epoll_pwait, whose 4th
# argument, the time limit, is -1.
waits_without_limit() {
	local call
	read -ra call <"/proc/$1/syscall" && [ "${#call[@]}" -ge 5 ] &&
		(((call[4] & 0xffffffff) == 0xffffffff))
}

@test "an idle nursery with services of every kind makes no system call" {
	need strace
	not_under valgrind
	local port pid front worker
	port=$(port)
	gate up go hold
	start --service 'server send READY=1; exec puppet sleep' --ready notify \
		--service 'echo >&5; exec puppet sleep' --ready fd:5 \
		--service "exec server listen tcp4 $port" --ready "tcp:$port" \
		--service 'exec server listen stream s' --ready unix:s \
		--service ': >f; exec puppet sleep' --ready file:f \
		--service 'echo up; exec puppet sleep' --ready log:up \
		--service ': >g; exec puppet sleep' --ready 'exec:test -e g' \
		'puppet say up wait-fifo go'
	await up
	front=$(front)
	worker=$(worker)
	[ -r "/proc/$worker/syscall" ] || skip 'no /proc/PID/syscall here'
	eventually waits_without_limit "$worker"
	strace -qq -ff -o trace -p "$front" -p "$worker" 2>strace.err 3>&- &
	pid=$!
	# strace wakes them up when it attaches; they go back to one call each.
	sits_in_a_call() { tail -n 1 "$1" | grep -qv ' = '; }
	for of in "$front" "$worker"; do
		eventually test -e "trace.$of" || {
			kill "$pid"
			skip 'strace cannot attach here'
		}
	done
	eventually waits_without_limit "$worker"
	eventually sits_in_a_call "trace.$worker"
	eventually sits_in_a_call "trace.$front"
	cp "trace.$front" before.front
	cp "trace.$worker" before.worker
	sleep 1 # a probe that went on would be seen: one comes every 250 ms
	cmp before.front "trace.$front"
	cmp before.worker "trace.$worker"
	open_gate go
	finish 0
	wait "$pid" || :
	# strace has watched all the time: the end is in its trace.
	[ "$(wc -l <"trace.$worker")" -gt "$(wc -l <before.worker)" ]
}
