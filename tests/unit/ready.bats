#!/usr/bin/env bats
# When a service is ready: each kind of --ready, without nursery.
#
# "run SPEC COMMAND" starts COMMAND as a service and says what is learnt of it.  Once
# it is ready, an hour of the loop's time goes by in which nothing may happen.
#
# shellcheck disable=SC2016 # for the shell of the service
# shellcheck disable=SC1003 # a backslash in quotes is one
# shellcheck disable=SC2034 # for tests/helper.bash

load driver

# The driver ends a service's group and waits only for its leader: LEAK_GRACE is for
# the rest.
setup() {
	driver_setup
	LEAK_GRACE=5
}

teardown() {
	nursery_teardown
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null || :
}

# serve TYPE NAME: runs "server listen" in the background and returns once it listens;
# unserve ends it.
serve() {
	[ -p up ] || gate up
	hold_gate up
	server listen "$@" >up 3>&- &
	server=$!
	await up
}

unserve() {
	kill "$server"
	wait "$server" || :
	server=
}

# says STATUS VERB ARG...: the driver ends so; what it printed is for out
says() {
	local status=$1
	shift
	try "$status" watched ready "$@"
}

parses() {
	says 0 parse "$1"
	out "$2"
}

refuses() {
	says 1 parse "$1"
	out "error: $2"
}

# message TEXT READY STATUS EXTEND: what the message says of these three
message() {
	says 0 message "$1"
	out "$2 [$3] $4"
}

@test "a bad URL is refused" {
	refuses http:x 'no URL (try http://localhost:8080/)'
	refuses http://a:b@127.0.0.1/ "no URL that is asked: there is a user in it (try exec:'curl -fsS URL')"
	refuses 'http://127.0.0.1/a b' 'no URL: it has a blank or a control character (write %20)'
	refuses $'http://127.0.0.1/\r\nX: y' 'no URL: it has a blank or a control character (write %20)'
	refuses http:///x 'not [HOST:]PORT: nothing precedes the colon'
	refuses 'http://[::1' 'no URL: an IPv6 address needs brackets (try http://[::1]:8080/)'
	refuses http://127.0.0.1:x/ 'not [HOST:]PORT with a port from 1 to 65535'
}

@test "each kind of readiness is parsed" {
	parses notify 'notify -'
	parses fd:3 'fd 3 3'
	parses fd:010 'fd 010 10'
	parses tcp:7777 'tcp 7777 127.0.0.1/7777 ::1/7777'
	parses tcp:10.1.2.3:80 'tcp 10.1.2.3:80 10.1.2.3/80'
	parses tcp:127.1:65535 'tcp 127.1:65535 127.0.0.1/65535'
	parses 'tcp:[::1]:1' 'tcp [::1]:1 ::1/1'
	parses 'tcp:[2001:db8::7]:443' 'tcp [2001:db8::7]:443 2001:db8::7/443'
	parses unix:/run/x.sock 'unix /run/x.sock'
	parses unix:a:b 'unix a:b'
	parses file:ready 'file ready'
	parses 'file: ' 'file  '
	parses 'log:^[0-9]+ (ready|up)$' 'log ^[0-9]+ (ready|up)$'
	parses exec:'curl -f localhost:80' 'exec curl -f localhost:80'
	parses http://10.1.2.3 'http //10.1.2.3 [GET / HTTP/1.1] 10.1.2.3/80'
	parses 'http://[::1]:81/a/b?c=d#e' 'http //[::1]:81/a/b?c=d#e [GET /a/b?c=d HTTP/1.1] ::1/81'
	parses 'http://[::1]' 'http //[::1] [GET / HTTP/1.1] ::1/80'
	parses 'http://127.1?x' 'http //127.1?x [GET /?x HTTP/1.1] 127.0.0.1/80'
}

@test "a name is looked up when it is parsed" {
	grep -Eq '^127\.0\.0\.1[[:space:]]+(.*[[:space:]])?localhost([[:space:]]|$)' \
		/etc/hosts || skip "localhost has no address here"
	says 0 parse tcp:localhost:80
	[[ $output == 'tcp localhost:80 '*127.0.0.1/80* ]]
	says 1 parse tcp:no.such.host.invalid:80
	[[ $output == 'error: not a known address: no.such.host.invalid: '* ]]
}

@test "what is no kind of readiness is refused with all of them" {
	local bad
	for bad in '' notif notifyx notify:1 NOTIFY fd tcp tcp=80 :80 ' fd:3'; do
		refuses "$bad" 'no kind of readiness (try notify, fd:3, tcp:8080, unix:PATH, file:PATH, log:REGEX, exec:COMMAND or http://HOST:PORT/PATH)'
	done
}

@test "a port or an address of the web is told what kind it is" {
	refuses 8080 'no kind of readiness (try tcp:8080)'
	refuses https://x 'no kind of readiness (try '"'exec:curl -fsS https://x')"
}

@test "a kind without its value is refused" {
	local kind
	for kind in fd tcp unix file log exec; do
		refuses $kind: 'not complete: nothing follows the colon'
	done
}

@test "a descriptor for readiness is 3 or more, and one that can be" {
	local bad
	for bad in fd:0 fd:1 fd:2 fd:-3 fd:x 'fd:3 ' fd:3.0 fd:99999999999 fd:0x3; do
		refuses "$bad" 'not a descriptor for readiness (try fd:3; 0, 1 and 2 are in use)'
	done
	ulimit -n 100
	parses fd:99 'fd 99 99'
	refuses fd:100 'not a descriptor that a process can have here (the limit of open files is 100)'
	ulimit -Sn 50
	refuses fd:50 'not a descriptor that a process can have here (the limit of open files is 50)'
}

@test "a port is 1 to 65535" {
	local bad
	for bad in tcp:0 tcp:65536 tcp:x tcp:-1 tcp:80x tcp:localhost: tcp:localhost:0 \
		tcp:localhost:http 'tcp:[::1]' 'tcp:[::1]:'; do
		refuses "$bad" 'not [HOST:]PORT with a port from 1 to 65535'
	done
	refuses tcp::80 'not [HOST:]PORT: nothing precedes the colon'
}

@test "an IPv6 address stands in brackets, and nothing else does" {
	refuses tcp:::1:80 'not [HOST:]PORT: an IPv6 address needs brackets (try tcp:[::1]:8080)'
	refuses tcp:::80 'not [HOST:]PORT: an IPv6 address needs brackets (try tcp:[::1]:8080)'
	says 1 parse 'tcp:[localhost]:80'
	[[ $output == 'error: not a known address: localhost: '* ]]
	says 1 parse 'tcp:[]:80'
	[[ $output == 'error: not a known address: []: '* ]]
}

@test "a path for a socket has to fit" {
	local path
	path=$(printf '%0107d' 0)
	parses "unix:$path" "unix $path"
	refuses "unix:0$path" 'no path for a socket: more than 107 bytes'
	parses "file:0$path" "file 0$path"
}

@test "a bad regular expression is refused in the words of the C library" {
	local bad
	for bad in '(' '[a' 'a{2,1}' '*a\'; do
		says 1 parse "log:$bad"
		[[ $output == 'error: not an extended regular expression: '?* ]]
	done
}

# A pattern with back-references can take for ever to match.
@test "a regular expression has no back-references" {
	says 1 parse 'log:(a*)*\1b'
	[ "$output" = 'error: not an extended regular expression: those have no back-references' ]
	says 1 parse 'log:[]\]\1'
	says 1 parse 'log:[[:alpha:]](a)\1'
	says 0 parse 'log:a\\1'
	says 0 parse 'log:[\1]'
	says 0 parse 'log:[^]\1]'
	says 0 parse 'log:[[.].]\1]'
}

@test "a message is variables, one a line" {
	message READY=1 ready '' -1
	message $'READY=1\n' ready '' -1
	message $'STATUS=up and running\nREADY=1\nMAINPID=4711' ready 'up and running' -1
	message $'STATUS=a\nSTATUS=b=c' - b=c -1
	message STATUS= - '' -1
	message EXTEND_TIMEOUT_USEC=2500000 - '' 2500000000
	message EXTEND_TIMEOUT_USEC=0 - '' 0
	message $'RELOADING=1\nSTOPPING=1\nERRNO=2\nBARRIER=1\nFDSTORE=1\nWATCHDOG=1' - '' -1
}

@test "what is no variable we know means nothing" {
	local text
	for text in '' '=' $'\n\n' READY READY= READY=0 READY=11 'READY=1 ' ' READY=1' \
		ready=1 XREADY=1 READY==1 $'READY=1\r' STATUS EXTEND_TIMEOUT_USEC= \
		EXTEND_TIMEOUT_USEC=-1 EXTEND_TIMEOUT_USEC=1s \
		EXTEND_TIMEOUT_USEC=9223372036854776 \
		EXTEND_TIMEOUT_USEC=99999999999999999999; do
		message "$text" - '' -1
	done
	message EXTEND_TIMEOUT_USEC=9223372036854775 - '' 9223372036854775000
}

@test "notify: READY=1 is readiness, what is said before it is not" {
	says 0 run notify "server send 'READY=0'; server send 'STATUS=one more\nREADY'
		server send 'STATUS=here\nREADY=1'; exec sleep 1000"
	out ready 'status: here'
	says 0 run -s notify "server send READY=0; server send STOPPING=1
		server send STATUS=warming; exit 3"
	out 'exited 3' 'status: warming'
}

@test "notify: readiness is said once, and messages are read for ever" {
	# They are more than the queue of the socket holds.
	says 0 run -s notify 'i=0; while [ $((i += 1)) -le 50 ]; do
		server send "READY=1\nSTATUS=$i" || exit 1; done'
	out ready 'exited 0' 'status: 50'
}

@test "notify: more time can be asked for" {
	says 0 run -s notify 'server send EXTEND_TIMEOUT_USEC=1500000
		server send "READY=1"; server send EXTEND_TIMEOUT_USEC=7
		server barrier'
	out 'extend 1500000000' ready 'extend 7000' 'exited 0'
}

@test "notify: a barrier lets its sender go when all before it was read" {
	says 0 run -s notify 'server barrier && echo STATUS=one; server send READY=1
		server barrier'
	out ready 'exited 0'
}

@test "notify: descriptors that come along are closed, however many" {
	says 0 run -s notify 'for n in 1 2 100 253; do server send -f $n READY=0; done
		server send -f 253 READY=1; server barrier'
	out ready 'exited 0'
}

@test "notify: descriptors do no harm where none is left" {
	try 0 watched sh -c "ulimit -n 20
		exec ready run -s notify 'server send -f 15 READY=1; server barrier'"
	out ready 'exited 0'
}

@test "notify: hostile messages mean nothing and harm nothing" {
	says 0 run -s notify '
		server send ""; server send "\0"; server send "\n\n\n"
		server send "READY=1\0STATUS=x"; server send "\0READY=1"
		server send "READY=1\n$(printf %04096d 0)"
		server send "$(printf %0100000d 0)"
		server send "STATUS=$(printf %04089d 0)"
		server send "$(head -c 3000 /dev/urandom | tr -d "\0")"
		server send "STATUS=end"'
	out 'exited 0' 'status: end'
	says 0 run notify 'server send "READY=1\0"; exec sleep 1000'
	out ready
}

@test "notify: the socket is in a private folder that goes with it" {
	says 0 run notify 'd=$(dirname "$NOTIFY_SOCKET")
		stat -c %a-%F "$d" >"$HOME/mode"; stat -c %F "$NOTIFY_SOCKET" >>"$HOME/mode"
		server send READY=1; exec sleep 1000'
	out ready
	[ "$(cat "$HOME/mode")" = 700-directory$'\n'socket ]
	[ -z "$(ls -A "$XDG_RUNTIME_DIR")" ]
}

@test "notify: two services do not hear each other" {
	says 0 run -s notify 'ready run notify "server send READY=1; exec sleep 1000" >&2
		server send STATUS=outer'
	out 'exited 0' 'status: outer'
}

@test "fd: a newline is readiness" {
	says 0 run fd:3 'echo >&3; exec sleep 1000'
	out ready
	says 0 run fd:9 'printf "a\nb" >&9; exec sleep 1000'
	out ready
}

@test "fd: what comes after the newline does not kill who writes it" {
	says 0 run -s fd:5 'echo up >&5; head -c 200000 /dev/zero >&5; exit 4'
	out ready 'exited 4'
}

@test "fd: bytes without a newline and then its end are no readiness" {
	says 0 run fd:5 'printf up >&5; exec 5>&-; exec sleep 1000'
	out 'failed: the service closed descriptor 5 before it wrote the newline that says it is ready'
}

@test "fd: the end of the service comes before the end of its pipe" {
	says 0 run -s fd:5 'exit 7'
	out 'exited 7'
}

@test "tcp: a port that accepts is readiness, over IPv4 and IPv6" {
	local port
	port=$(server free-port)
	says 0 run "tcp:$port" "exec server listen tcp4 $port"
	out ready
	says 0 run "tcp:127.0.0.1:$port" "exec server listen tcp4 $port"
	out ready
	[ -e /proc/net/if_inet6 ] || skip "no IPv6 here"
	grep -q '^0*1 ' /proc/net/if_inet6 || skip "no ::1 here"
	says 0 run "tcp:$port" "exec server listen tcp6 $port"
	out ready
	says 0 run "tcp:[::1]:$port" "exec server listen tcp6 $port"
	out ready
}

@test "http: an answer from 200 to 399 is readiness, nothing else is" {
	local port
	port=$(server free-port)
	says 0 run "http://127.0.0.1:$port/x?y=1" "exec server answer $port 'HTTP/1.1 503 No\\n\\n' '' 'HTTP/1.1 20' \
		'HTTP/1.1 2000 OK\\n' 'SSH-2.0-OpenSSH_9' 'HTTP/1.1 404 No\\n' 'HTTP/1.0 302 Found\\n\\n' >log"
	out ready
	[ "$(grep -c '^GET /x?y=1 HTTP/1.1$' log)" -eq 7 ]
	says 0 run "http://127.0.0.1:$port" "exec server answer $port 'HTTP/1.1 204 OK' 2>&1 >log"
	out ready
}

@test "tcp: a port that is bound and not listened to is not ready" {
	local port
	port=$(server free-port)
	says 0 dials "tcp:127.0.0.1:$port" 3
	out 'Connection refused'
	serve bound "$port"
	says 0 dials "tcp:127.0.0.1:$port" 3
	out 'Connection refused'
	says 0 dials "tcp:$port" 3
	out 'Connection refused'
	unserve
}

@test "tcp: a port whose queue is full is ready when it accepts" {
	local port
	port=$(server free-port)
	gate pass
	(
		# 02 is SYN_SENT: the driver tries to connect.
		eventually grep -qi "^ *[0-9]*: 0100007F:[0-9A-F]* 0100007F:$(printf %04X "$port") 02 " \
			/proc/net/tcp
		timeout "$LIMIT" sh -c ': >pass'
	) 3>&- &
	says 0 run "tcp:127.0.0.1:$port" "exec server listen full $port pass"
	out ready
	wait $!
}

@test "tcp: a port that answers itself is not ready" {
	need_root
	need unshare ip
	unshare -n true || skip "no network namespace"
	# Clients get one of two ports; sooner or later the one that is dialled, so
	# that the socket would be connected to itself.
	try 0 watched unshare -n sh -c '
		ip link set lo up &&
		echo 40000 40001 >/proc/sys/net/ipv4/ip_local_port_range &&
		exec ready dials tcp:127.0.0.1:40000 100'
	out 'Connection refused'
}

@test "unix: a socket that accepts is readiness, whatever its type" {
	local type
	for type in stream seqpacket dgram; do
		rm -f s
		says 0 run unix:s "exec server listen $type s"
		out ready
	done
}

@test "unix: a socket that nobody has bound any more is not ready" {
	says 0 dials unix:s 2
	out 'No such file or directory'
	serve stream s
	says 0 dials unix:s 2
	out Success
	unserve
	says 0 dials unix:s 2
	out 'Connection refused'
	: >file
	says 0 dials unix:file 1
	out 'Connection refused'
}

@test "file: a name that is there is readiness" {
	says 0 run file:up ': >up; exec sleep 1000'
	out ready
	says 0 run file:dir/up 'mkdir dir; mkfifo dir/up; exec sleep 1000'
	out ready
	says 0 run -s file:none 'exit 2'
	[[ $output == 'exited 2'* ]]
}

@test "file: a file that was there before is none, unless it was replaced or written" {
	echo old >f
	says 0 why file:f
	out 'f was there before, and is still the same'
	says 0 run file:f 'echo longer >f; exec sleep 1000'
	out ready
	says 0 run file:f 'cp -p f g; mv g f; exec sleep 1000'
	out ready
	says 0 run file:f 'rm f; exec sleep 1000' &
	eventually [ ! -e f ]
	echo new >f
	wait $!
}

@test "tcp, unix: who is there before the service is a stranger" {
	local port
	port=$(server free-port)
	serve tcp4 "$port"
	says 0 why "tcp:$port"
	out taken
	unserve
	says 0 run "tcp:$port" "exec server listen tcp4 $port"
	out ready
	serve stream s
	says 0 why unix:s
	out taken
	unserve
	says 0 run unix:s 'rm s; exec server listen stream s'
	out ready
}

@test "what is not ready says why, of each kind" {
	local port
	port=$(server free-port)
	says 0 why "tcp:127.0.0.1:$port"
	out "127.0.0.1:$port: Connection refused"
	says 0 why unix:s
	out 's: No such file or directory'
	says 0 why file:none
	out 'none: No such file or directory'
	says 0 why fd:7
	out 'it has not written a newline to descriptor 7'
	says 0 why log:x
	out "no line of its output matches 'x'"
	says 0 run -s notify 'exit 2'
	out 'exited 2' 'status: it has not sent READY=1 to $NOTIFY_SOCKET'
}

@test "log: a line that matches is readiness, on either stream" {
	says 0 run 'log:^ready to [a-z]+$' 'echo not ready to serve; echo ready to serve; exec sleep 1000'
	out ready
	says 0 run 'log:^ready to [a-z]+$' 'echo ready to serve >&2; exec sleep 1000'
	out ready
	says 0 run -s 'log:^ready to [a-z]+$' 'echo "ready to "; echo serve; echo Ready to serve'
	out 'exited 0' "status: no line of its output matches '^ready to [a-z]+\$'; the last one is: Ready to serve"
}

@test "log: a prompt without a newline counts, the end of its line does not" {
	says 0 run 'log:^ok> ' 'echo a; printf "ok> "; exec sleep 1000'
	out ready
	says 0 run -s 'log:port 80$' 'printf "port 80"; exit 3'
	out 'exited 3' "status: no line of its output matches 'port 80\$'; the last one is: port 80"
	says 0 run 'log:port 80$' 'printf "port 80\r\n"; exec sleep 1000'
	out ready
}

@test "log: bytes of any kind are lines" {
	says 0 run 'log:^ab$' 'printf "x\0ab\0"; exec sleep 1000'
	out ready
	says 0 run "log:^$(printf '\377')b" 'printf "\377b"; exec sleep 1000'
	out ready
	says 0 run 'log:^$' 'printf "a\n\n"; exec sleep 1000'
	out ready
}

@test "log: colours, titles and other escape sequences are no part of a line" {
	says 0 run 'log:^Ready on port$' 'printf "\033[32mReady\033[0m on \033(B\033[38;5;12mport\033[m\n"; exec sleep 1000'
	out ready
	says 0 run 'log:^up$' 'printf "\033]0;title\au\033]8;;http://x\033\\\\p\033[K\r\n"; exec sleep 1000'
	out ready
	says 0 run 'log:^ok> ' 'printf "\033[1mok\033[0m> "; exec sleep 1000'
	out ready
	says 0 run -s 'log:32m' 'printf "\033[32mReady\033[0m\n \033[1m\n"'
	out 'exited 0' "status: no line of its output matches '32m'; the last one is: Ready"
	says 0 run 'log:^b$' 'printf "a\033]0;no end\nb\n"; exec sleep 1000'
	out ready
}

@test "log: the classes of Perl are known: \\d \\s \\w and their opposites" {
	says 0 run 'log:^on\sport\s+\d+ \w+$' 'echo on port 8080 as_www1; exec sleep 1000'
	out ready
	says 0 run 'log:^[\d.]+\D[^\s\d]\W\S$' 'echo "1.25 x-y"; exec sleep 1000'
	out ready
	says 0 run -s 'log:^\d' 'echo d1'
	out 'exited 0' "status: no line of its output matches '^\d'; the last one is: d1"
	says 0 run 'log:^\\d[]\w]\.$' 'echo "\d].x"; echo "\d]."; exec sleep 1000'
	out ready
	says 1 parse 'log:[\d](a)\1'
	out 'error: not an extended regular expression: those have no back-references'
}

@test "log: of a long line the start is looked at" {
	says 0 run -s log:y 'head -c 1024 /dev/zero | tr "\0" x; echo y'
	out 'exited 0' "status: no line of its output matches 'y'; the last one is: $(printf %0200d 0 | tr 0 x)"
	says 0 run log:y 'head -c 1023 /dev/zero | tr "\0" x; printf y; exec sleep 1000'
	out ready
	says 0 run log:y 'head -c 1000000 /dev/zero | tr "\0" x; echo; echo y; exec sleep 1000'
	out ready
}

@test "exec: a command that succeeds is readiness" {
	says 0 run 'exec:test -e up' ': >up; exec sleep 1000'
	out ready
	says 0 run -s exec:false 'read -r line <gone; exit 5'
	[ "${lines[0]}" = 'exited 5' ]
}

@test "exec: it is asked again after 5 ms growing to 250 ms, one at a time" {
	says 0 delays
	out 'done'
}
