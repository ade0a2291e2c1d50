# The pure parsers and small modules, row by row (tests/lib/unit.c).
#
# shellcheck disable=SC1003 # a backslash in quotes is one

setup() {
	UNIT=${UNIT:-${NURSERY_HELPERS:-$BATS_TEST_DIRNAME/../build/tests}/unit}
	export LC_ALL=C
}

# is WANT VERB ARG...: the verb prints WANT and succeeds.
is() {
	local want=$1 got status=0
	shift
	got=$("$UNIT" "$@") || status=$?
	[ "$status" -eq 0 ] && [ "$got" = "$want" ] && return
	printf 'unit %s: status %d, got: %s\nwant: %s\n' "${*@Q}" "$status" \
		"$got" "$want"
	return 1
}

# refuses WHY VERB ARG...: the verb leaves its result alone and says WHY.
refuses() {
	local why=$1 got status=0
	shift
	got=$("$UNIT" "$@") || status=$?
	[ "$status" -eq 1 ] && [[ $got == "error: "*"$why"* ]] && return
	printf 'unit %s: status %d, got: %s\nwant an error: %s\n' "${*@Q}" \
		"$status" "$got" "$why"
	return 1
}

@test "a duration is a number of seconds" {
	is 0 duration 0
	is 0 duration 0.0
	is 0 duration 00
	is 1000000000 duration 1
	is 1500000000 duration 1.5
	is 500000000 duration .5
	is 10000000000 duration 010
	is 90000000000 duration 90
	is 1 duration 0.000000001
	is 1000000001 duration 1.000000001
}

@test "a duration may have any unit from days to microseconds" {
	is 300000000 duration 300ms
	is 90000000000 duration 90s
	is 300000000000 duration 5m
	is 7200000000000 duration 2h
	is 86400000000000 duration 1d
	is 5000 duration 5us
	is 1500 duration 1.5us
	is 5400000000000 duration 1.5h
	is 0 duration 0s
	is 0 duration 0d
}

@test "a duration may have several units, each once, the largest first" {
	is 5400000000000 duration 1h30m
	is 93784005006000 duration 1d2h3m4s5ms6us
	is 86400500000000 duration 1d0.5s
	is 3600000001000 duration 1h1us
	is 60500000000 duration 1m.5s
	refuses duration duration 30m1h
	refuses duration duration 1h1h
	refuses duration duration 1s1m
	refuses duration duration 5ms1s
	refuses duration duration 1.5h30m
}

@test "a duration finer than a nanosecond is rounded up, so that only zero is none" {
	is 1 duration 0.0000000001
	is 1 duration 0.0001us
	is 3333333334 duration 3.33333333333333333333
	is 1000000000 duration 1.000000000000000000000000000000
	is 1000000001 duration 1.000000000000000000000000000001
	is 1200000000000 duration 0.33333333333333333333333333333h
}

@test "a duration fits in 64 bits or is refused" {
	is 9223372036854775807 duration 9223372036.854775807
	refuses duration duration 9223372036.854775808
	refuses duration duration 9223372037
	is 9223286400000000000 duration 106751d
	refuses duration duration 106752d
	refuses duration duration 106751d23h47m17s
	refuses duration duration 99999999999999999999
	refuses duration duration 18446744073709551616
}

@test "what is not a duration is refused with examples" {
	local bad
	for bad in '' ' ' ' 1' '1 ' '+1' '-1' '-0' . 5. 1.s 1..5 1.5.5 1,5 s ms h \
	    1x 1M 1S 1H 1D 1sec 1min 1ns 1h30 '1h 30m' 1hm 1h+30m 1h-1m 1e3 0x10 \
	    inf nan infinity '1s
' ½ 1ｓ 1h.m; do
		refuses 'not a duration (try 1.5, 300ms, 90s, 5m, 2h, 1d or 1h30m)' \
			duration "$bad"
	done
}

@test "a size counts in powers of 1024" {
	is 100 size 100
	is 0 size 0
	is 100 size 100B
	is 10 size 010B
	is 524288 size 512K
	is 524288 size 512k
	is 524288 size 512KiB
	is 524288 size 512kiB
	is 67108864 size 64M
	is 67108864 size 64m
	is 67108864 size 64MiB
	is 1073741824 size 1G
	is 1610612736 size 1.5G
	is 536870912 size .5GiB
	is 1099511627776 size 1T
	is 1125899906842624 size 1P
}

@test "a size with B behind the letter counts in powers of 1000" {
	is 1000 size 1kB
	is 1000 size 1KB
	is 64000000 size 64MB
	is 1500000000 size 1.5GB
	is 2000000000000 size 2TB
	is 3000000000000000 size 3PB
}

@test "a size with a fraction is rounded up to a byte" {
	is 103 size 0.1K
	is 1 size 0.0000001K
	is 1025 size 1.0000000001K
	is 1024 size 1.000K
	refuses size size 1.5
	refuses size size 1.5B
}

@test "a size fits in 64 bits or is refused" {
	is 9223372036854775807 size 9223372036854775807
	refuses size size 9223372036854775808
	is 9222246136947933184 size 8191P
	refuses size size 8192P
	refuses size size 9007199254740992K
	refuses size size 8191.99999999999999999999P
}

@test "what is not a size is refused with examples" {
	local bad
	for bad in '' ' ' ' 1' '1 ' -1 +1 -1M K . 5. 5.K 1X 1E 1Ki 1KI 1KIB 1Kb 1KBB \
	    1iB 1BB 1b '1 M' 1,5M 0x10 1e3 1KK 1.5.5M '1M
'; do
		refuses 'not a size (try 100, 512K, 64M or 1.5G)' size "$bad"
	done
}

@test "a count is decimal and within its limits" {
	is 10 count 010 0 100
	is 8 count 08 0 100
	is 0 count 0 0 100
	is 100 count 100 0 100
	is 9223372036854775807 count 9223372036854775807 0 9223372036854775807
	refuses range count 0 1 100
	refuses range count 101 0 100
	refuses range count 9223372036854775808 0 9223372036854775807
	refuses range count 18446744073709551617 0 100
	local bad
	for bad in '' ' ' ' 1' '1 ' +1 -1 1.0 1. .1 1e1 0x1 1k 1% a '1
'; do
		refuses range count "$bad" 0 100
	done
}

@test "a signal is a name in either case or a number" {
	is '15 SIGTERM' signal TERM
	is '15 SIGTERM' signal SIGTERM
	is '15 SIGTERM' signal term
	is '15 SIGTERM' signal sigterm
	is '15 SIGTERM' signal SigTerm
	is '15 SIGTERM' signal 15
	is '15 SIGTERM' signal 015
	is '9 SIGKILL' signal KILL
	is '19 SIGSTOP' signal stop
	is '6 SIGABRT' signal IOT
	is '29 SIGIO' signal POLL
	is '17 SIGCHLD' signal CLD
	is '1 SIGHUP' signal 1
	is '31 SIGSYS' signal 31
}

@test "a realtime signal is counted from either end" {
	local min max
	min=$(kill -l RTMIN) max=$(kill -l RTMAX)
	is "$min SIGRTMIN" signal RTMIN
	is "$((min + 1)) SIGRTMIN+1" signal RTMIN+1
	is "$((min + 1)) SIGRTMIN+1" signal sigrtmin+1
	is "$max SIGRTMIN+$((max - min))" signal RTMAX
	is "$((max - 2)) SIGRTMIN+$((max - min - 2))" signal SIGRTMAX-2
	is "$min SIGRTMIN" signal "$min"
	is "$min SIGRTMIN" signal "RTMAX-$((max - min))"
	refuses signal signal "$((max + 1))"
	refuses signal signal "$((min - 1))"
	refuses signal signal "RTMIN+$((max - min + 1))"
	refuses signal signal "RTMAX-$((max - min + 1))"
}

@test "every signal that the shell knows has the same number and name" {
	local n name
	for n in {1..31}; do
		name=$(kill -l "$n")
		is "$n SIG$name" signal "$name"
		is "$n SIG$name" signal "$n"
		is "SIG$name" signal-name "$n"
	done
}

@test "what is not a signal is refused with examples" {
	local bad
	for bad in '' ' ' 0 -1 -15 +15 '15 ' ' TERM' 'TERM ' SIG SIGSIGTERM SIG15 TER \
	    TERMX 32 77 1000 99999999999999999999 1.5 RTMIN+ RTMIN-1 RTMAX+1 RTMIN+-1 \
	    RTMIN1 RTMIN+99 'RTMIN+ 1' EXIT; do
		refuses 'not a signal (try TERM, SIGINT, 15 or RTMIN+1)' signal "$bad"
	done
}

@test "a signal without a name is called by its number" {
	is 'signal 77' signal-name 77
	is 'signal 0' signal-name 0
	is 'signal -3' signal-name -3
	is 'signal 32' signal-name 32
}

@test "a delimiter is one byte or an escape" {
	is 44 delimiter ,
	is 32 delimiter ' '
	is 48 delimiter 0
	is 92 delimiter '\'
	is 92 delimiter '\\'
	is 7 delimiter '\a'
	is 8 delimiter '\b'
	is 12 delimiter '\f'
	is 10 delimiter '\n'
	is 13 delimiter '\r'
	is 9 delimiter '\t'
	is 11 delimiter '\v'
	is 10 delimiter '
'
	is 0 delimiter '\0'
	is 0 delimiter '\000'
	is 8 delimiter '\10'
	is 65 delimiter '\101'
	is 255 delimiter '\377'
	is 0 delimiter '\x0'
	is 31 delimiter '\x1f'
	is 31 delimiter '\x1F'
	is 255 delimiter '\xff'
	is 255 delimiter $'\xff'
}

@test "a delimiter may be longer, of such characters" {
	is '13 10' delimiter '\r\n'
	is '44 32' delimiter ', '
	is '32 32' delimiter '  '
	is '97 98' delimiter ab
	is '195 169' delimiter $'\xc3\xa9'
	is '18 51' delimiter '\x123'
	is '0 48 92 10' delimiter '\0000\\\n'
	is '9 97 255 1 46' delimiter '\ta\377\x1.'
	local long
	printf -v long '%32s' ''
	is "$(sed 's/ / 32/g; s/^ //' <<<"$long")" delimiter "$long"
	refuses 'no delimiter' delimiter "$long "
}

@test "what is not a delimiter is refused with examples" {
	local bad
	for bad in '' '\c' '\e' '\\\' '\x' '\x ' '\xg' '\400' '\8' '\-1' '\ ' '\,' 'a\' 'a\,'; do
		refuses 'no delimiter' delimiter "$bad"
	done
}

@test "a delimiter means what it means to xargs" {
	local spec
	printf x | xargs -d , true 2>/dev/null || skip "needs GNU xargs"
	for spec in ',' ' ' '\' '\\' '\a' '\b' '\f' '\n' '\r' '\t' '\v' '\0' '\10' '\101' \
	    '\x1f' '\x41'; do # not \377: GNU xargs 4.9 does not find it
		diff <(printf "%b" "\\0$(printf %o "$("$UNIT" delimiter "$spec")")" |
			xargs -d "$spec" printf '<%s>') <(printf '<>')
	done
	for spec in '\c' '\400'; do
		refuses 'no delimiter' delimiter "$spec"
		! printf x | xargs -d "$spec" true 2>/dev/null || false
	done
}

@test "a number of jobs may be a number, a percentage or a difference" {
	is 4 jobs 4 8
	is 10 jobs 010 8
	is 0 jobs 0 8
	is 8 jobs 100% 8
	is 4 jobs 50% 8
	is 16 jobs 200% 8
	is 9 jobs +1 8
	is 8 jobs +0 8
	is 8 jobs -0 8
	is 7 jobs -1 8
	is 2147483647 jobs 2147483647 1
	is 2147483649 jobs +2147483647 2
}

@test "a percentage of the CPUs is rounded half up and is never none" {
	is 2 jobs 50% 3
	is 1 jobs 49% 3
	is 1 jobs 0% 8
	is 1 jobs 1% 8
	is 1 jobs 1% 1
	is 1 jobs 50% 1
	is 2 jobs 150% 1
	is 3 jobs 25% 10
	is 46116860141324206 jobs 2147483647% 2147483647
}

@test "fewer jobs than CPUs are never none" {
	is 1 jobs -1 1
	is 1 jobs -8 8
	is 1 jobs -100 8
	is 1 jobs -2147483647 1
}

@test "what is not a number of jobs is refused with examples" {
	local bad
	for bad in '' ' ' ' 4' '4 ' 4x x + - % +% -0% 50.5% 1.5 +50% -50% 50%% ++1 +-1 \
	    '+ 1' 1+ 0x4 1e1 2147483648 99999999999999999999 99999999999999999999%; do
		refuses 'not a number of jobs (try 4, 50%, +1, -1 or 0)' jobs "$bad" 8
	done
}

@test "a measured time is shown in seconds with three decimals" {
	is 0.000s format-duration 0
	is 1.204s format-duration 1204000000
	is 0.001s format-duration 500000
	is 0.000s format-duration 499999
	is 1.000s format-duration 999999999
	is 123.500s format-duration 123500000000
	is 0.000s format-duration -1
	is 9223372036.855s format-duration 9223372036854775807
}

@test "a limit is shown as a user would write it" {
	is 10s format-limit 10000000000
	is 1h30m format-limit 5400000000000
	is 300ms format-limit 300000000
	is 1.5s format-limit 1500000000
	is 0s format-limit 0
	is 1d format-limit 86400000000000
	is 1m30s format-limit 90000000000
	is 1m0.5s format-limit 60500000000
	is 5us format-limit 5000
	is 1.5us format-limit 1500
	is 0.001us format-limit 1
	is 1.000000001s format-limit 1000000001
	is 106751d23h47m16.854775807s format-limit 9223372036854775807
}

@test "a limit as shown is read back as the same" {
	local ns text
	for ns in 0 1 999 1000 1001 999999 1000000 300000000 999999999 1000000000 \
	    1000000001 59999999999 60000000000 60000000001 3600000000000 \
	    3600000000001 86399999999999 86400000000000 93784005006007 \
	    9223372036854775807; do
		text=$("$UNIT" format-limit "$ns")
		is "$ns" duration "$text"
	done
}

@test "a halt condition is GNU parallel's" {
	is 'never open' halt never 9 9 18 known
	is 'now,fail=1 open' halt now,fail=1 0 0 1 open
	is 'soon,fail=3 open' halt soon,fail=3 0 0 1 open
	is 'soon,fail=3% open' halt soon,fail=3% 0 0 1 open
	is 'now,success=1 open' halt now,success=1 0 0 1 open
	is 'soon,success=3 open' halt soon,success=3 0 0 1 open
	is 'now,success=3% open' halt now,success=3% 0 0 1 open
	is 'now,done=1 open' halt now,done=1 0 0 1 open
	is 'soon,done=100% open' halt soon,done=100% 0 0 1 open
	is 'soon,fail=10 open' halt soon,fail=010 0 0 1 open
}

@test "the halt conditions from before still work" {
	is 'never open' halt 0 9 9 18 known
	is 'soon,fail=1 open' halt 1 0 0 1 open
	is 'now,fail=1 open' halt 2 0 0 1 open
	is 'soon,success=1 open' halt -1 0 0 1 open
	is 'now,success=1 open' halt -2 0 0 1 open
	is 'soon,fail=1% open' halt 1% 0 0 1 open
	is 'soon,fail=99% open' halt 99% 0 0 1 open
}

@test "what is not a halt condition is refused with what is wrong" {
	local bad
	for bad in '' ' ' now soon 'now,' now,fail now,success soon,x=1 later,fail=1 \
	    NOW,fail=1 now,FAIL=1 'now, fail=1' ' now,fail=1' now=fail,1 fail=1 3 -3 \
	    +1 never,fail=1 'never ' 00 01 now,fail,1 soon:fail=1; do
		refuses 'not a halt condition (try never, now,fail=1' halt "$bad" 0 0 0 open
	done
	for bad in now,fail= now,fail=0 now,fail=-1 now,fail=+1 now,fail=1x 'now,fail= 1' \
	    'now,fail=1 ' now,fail=% now,fail=0% now,fail=101% now,fail=1.5% now,fail=1%% \
	    now,done=9223372036854775808 now,fail=99999999999999999999999999 0% 101% % \
	    1%1 now,fail=1,soon; do
		refuses 'its number is 1 or more, or 1% to 100%' halt "$bad" 0 0 0 open
	done
}

@test "a count halts as soon as that many failed, succeeded or are done" {
	is 'now,fail=1 open' halt now,fail=1 0 5 6 open
	is 'now,fail=1 reached' halt now,fail=1 1 0 6 open
	is 'now,fail=3 open' halt now,fail=3 2 9 20 known
	is 'now,fail=3 reached' halt now,fail=3 3 9 20 known
	is 'now,fail=3 reached' halt now,fail=3 4 9 20 open
	is 'now,success=2 open' halt now,success=2 9 1 20 open
	is 'now,success=2 reached' halt now,success=2 0 2 20 open
	is 'soon,done=3 open' halt soon,done=3 1 1 20 open
	is 'soon,done=3 reached' halt soon,done=3 1 2 20 open
}

@test "a percentage is one of all jobs once the input has ended" {
	is 'now,fail=10% open' halt now,fail=10% 1 5 20 known
	is 'now,fail=10% reached' halt now,fail=10% 2 5 20 known
	is 'now,fail=1% open' halt now,fail=1% 0 9 10 known
	is 'now,fail=1% reached' halt now,fail=1% 1 0 10 known
	is 'now,fail=33% reached' halt now,fail=33% 1 0 3 known
	is 'now,fail=34% open' halt now,fail=34% 1 0 3 known
	is 'now,fail=34% reached' halt now,fail=34% 2 0 3 known
	is 'now,fail=100% open' halt now,fail=100% 9 0 10 known
	is 'now,fail=100% reached' halt now,fail=100% 10 0 10 known
	is 'now,success=50% open' halt now,success=50% 9 9 20 known
	is 'now,success=50% reached' halt now,success=50% 9 10 20 known
	is 'soon,done=50% open' halt soon,done=50% 1 1 5 known
	is 'soon,done=50% reached' halt soon,done=50% 1 2 5 known
	is 'now,fail=10% open' halt now,fail=10% 0 0 0 known
}

@test "a percentage of failures is one of the jobs that are over before that, if three are" {
	is 'now,fail=10% open' halt now,fail=10% 1 0 9 open
	is 'now,fail=10% open' halt now,fail=10% 2 0 9 open
	is 'now,fail=10% reached' halt now,fail=10% 3 0 9 open
	is 'now,fail=10% reached' halt now,fail=10% 1 2 9 open
	is 'now,fail=10% reached' halt now,fail=10% 1 9 90 open
	is 'now,fail=10% open' halt now,fail=10% 1 10 90 open
	is 'now,fail=10% open' halt now,fail=10% 0 30 90 open
}

@test "a percentage of successes or ends waits for the end of the input" {
	is 'now,success=10% open' halt now,success=10% 0 50 60 open
	is 'now,done=10% open' halt now,done=10% 20 50 80 open
	is 'now,success=10% reached' halt now,success=10% 0 50 60 known
	is 'now,done=10% reached' halt now,done=10% 20 50 80 known
}

@test "a percentage of very many jobs does not overflow" {
	local most=18446744073709551615
	is 'now,fail=100% reached' halt now,fail=100% "$most" 0 "$most" known
	is 'now,fail=100% open' halt now,fail=100% "${most%5}4" 0 "$most" known
	is 'now,fail=1% open' halt now,fail=1% 184467440737095516 0 "$most" known
	is 'now,fail=1% reached' halt now,fail=1% 184467440737095517 0 "$most" known
}

@test "cpu.max is rounded up to whole CPUs" {
	is 0 cpumax 'max 100000'
	is 0 cpumax max
	is 1 cpumax '100000 100000'
	is 2 cpumax '150000 100000'
	is 2 cpumax '200000 100000
'
	is 3 cpumax '200001 100000'
	is 1 cpumax '1000 100000'
	is 1 cpumax '0 100000'
	is 2 cpumax 200000
	is 0 cpumax '-1 100000'
	local bad
	for bad in '' ' ' x '100000 0' '100000 -1' '100000 x' '100000  1' '100000 100000 1' \
	    ' 100000 100000' '9223372036854775807 1' '99999999999999999999 1' '-' '1 '; do
		is 0 cpumax "$bad"
	done
}

@test "a cgroup mount is found in a line of mountinfo" {
	is 'v2 / /sys/fs/cgroup' mountinfo \
		'25 30 0:23 / /sys/fs/cgroup rw,nosuid,nodev shared:4 - cgroup2 cgroup2 rw,nsdelegate'
	is 'v2 / /sys/fs/cgroup' mountinfo \
		'25 30 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw'
	is 'v1 / /sys/fs/cgroup/cpu,cpuacct' mountinfo \
		'33 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw shared:9 master:1 - cgroup cgroup rw,cpu,cpuacct'
	is 'v1 /docker/abc /sys/fs/cgroup/cpu' mountinfo \
		'33 31 0:29 /docker/abc /sys/fs/cgroup/cpu ro - cgroup cpu rw,cpuacct,cpu'
	is 'v2 /a b /mnt/c\d	e' mountinfo \
		'25 30 0:23 /a\040b /mnt/c\134d\011e rw - cgroup2 none rw'
}

@test "other lines of mountinfo are no cgroup mount" {
	local bad
	for bad in '' - 'x' '1 2 3 / /proc rw - proc proc rw' \
	    '33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct' \
	    '33 31 0:30 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset' \
	    '37 31 0:36 / /sys/fs/cgroup/systemd rw - cgroup cgroup rw,name=cpu' \
	    '25 30 0:23 / /sys/fs/cgroup rw - cgroup2' \
	    '25 30 0:23 / /sys/fs/cgroup rw - cgroup2 cgroup2' \
	    '25 30 0:23 / /sys/fs/cgroup rw cgroup2 cgroup2 rw' \
	    '25 30 0:23 - cgroup2 cgroup2 rw' \
	    '25 30 0:23 x /sys/fs/cgroup rw - cgroup2 cgroup2 rw' \
	    '25 30 0:23 / sys/fs/cgroup rw - cgroup2 cgroup2 rw' \
	    '24 30 0:22 / /cpu rw - tmpfs cpu rw,cpu'; do
		refuses 'no cgroup' mountinfo "$bad"
	done
}

@test "the own cgroup is found in a line of /proc/self/cgroup" {
	is 'v2 /' cgroup 0::/
	is 'v2 /user.slice/a:b' cgroup 0::/user.slice/a:b
	is 'v1 /x' cgroup 4:cpu,cpuacct:/x
	is 'v1 /x' cgroup 4:cpuacct,cpu:/x
	is 'v1 /' cgroup '1:cpu:/
'
	local bad
	for bad in '' : :: 0:: 0::x 0:/ 3:cpuset:/ 2:cpuacct:/ 9:name=systemd:/ 9:name=cpu:/ 1::/ \
	    cpu:/; do
		refuses 'no cgroup' cgroup "$bad"
	done
}

@test "every line of this machine's own files is parsed without harm" {
	local line
	while read -r line; do
		"$UNIT" mountinfo "$line" >/dev/null || [ $? -eq 1 ]
	done </proc/self/mountinfo
	while read -r line; do
		"$UNIT" cgroup "$line" >/dev/null || [ $? -eq 1 ]
	done </proc/self/cgroup
}

# tree CGROUP-LINE...: a root directory with these lines in /proc/self/cgroup.
tree() {
	root=$BATS_TEST_TMPDIR/root
	rm -rf "$root"
	mkdir -p "$root/proc/self"
	printf '%s\n' "$@" >"$root/proc/self/cgroup"
}

# group DIR [FILE CONTENT]...: a cgroup below the root, with these files.
group() {
	local dir=$root$1
	shift
	mkdir -p "$dir"
	: >"$dir/cgroup.procs"
	while [ $# -gt 0 ]; do
		printf '%s\n' "$2" >"$dir/$1"
		shift 2
	done
}

@test "without cgroups the quota limits nothing" {
	is 8 quota "$BATS_TEST_TMPDIR/nothing" 8
	tree 0::/
	is 8 quota "$root" 8
	tree 3:cpuset:/ 0::/x
	is 8 quota "$root" 8
	tree garbage
	is 8 quota "$root" 8
}

@test "the quota of v2 is the lowest of the own cgroup and its ancestors" {
	tree 0::/a/b/c
	group /sys/fs/cgroup
	group /sys/fs/cgroup/a cpu.max '300000 100000'
	group /sys/fs/cgroup/a/b cpu.max '450000 100000'
	group /sys/fs/cgroup/a/b/c cpu.max 'max 100000'
	is 3 quota "$root" 8
	is 2 quota "$root" 2
	printf '150000 100000\n' >"$root/sys/fs/cgroup/a/b/c/cpu.max"
	is 2 quota "$root" 8
	printf '50000 100000\n' >"$root/sys/fs/cgroup/cpu.max"
	is 1 quota "$root" 8
}

@test "the quota of a cgroup namespace is at its root" {
	tree 0::/
	group /sys/fs/cgroup cpu.max '200000 100000'
	is 2 quota "$root" 8
	printf '0::/../outside\n' >"$root/proc/self/cgroup"
	group /sys/fs/outside cpu.max '100000 100000'
	is 8 quota "$root" 8
}

@test "the quota of v1 is the lowest of the own cgroup and its ancestors" {
	tree 9:name=systemd:/ 4:cpu,cpuacct:/a/b 0::/
	group /sys/fs/cgroup/cpu cpu.cfs_quota_us -1 cpu.cfs_period_us 100000
	group /sys/fs/cgroup/cpu/a cpu.cfs_quota_us 250000 cpu.cfs_period_us 100000
	group /sys/fs/cgroup/cpu/a/b cpu.cfs_quota_us -1 cpu.cfs_period_us 100000
	is 3 quota "$root" 8
	printf '50000\n' >"$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us"
	printf '10000\n' >"$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us"
	is 3 quota "$root" 8
	printf '30000\n' >"$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us"
	is 2 quota "$root" 8
	rm "$root/sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us"
	is 3 quota "$root" 8
}

@test "a cgroup that is mounted elsewhere is found through mountinfo" {
	tree 0::/docker/abc/x
	printf '%s\n' \
		'1 2 0:1 / /proc rw - proc proc rw' \
		'2 2 0:2 / /mnt/v1 rw - cgroup cgroup rw,cpu' \
		'3 2 0:3 /docker/other /mnt/other rw - cgroup2 cgroup2 rw' \
		'4 2 0:3 /docker/ab /mnt/ab rw - cgroup2 cgroup2 rw' \
		'5 2 0:3 /docker/abc /mnt/c\040g rw - cgroup2 cgroup2 rw' \
		>"$root/proc/self/mountinfo"
	group /mnt/v1 cpu.max '100000 100000'
	group /mnt/other cpu.max '100000 100000'
	group /mnt/ab cpu.max '100000 100000'
	group '/mnt/c g' cpu.max '400000 100000'
	group '/mnt/c g/x' cpu.max '300000 100000'
	is 3 quota "$root" 8
	rm "$root/mnt/c g/x/cpu.max"
	is 4 quota "$root" 8
}

@test "the number of CPUs respects the affinity" {
	local first
	is "$(nproc)" cpus || {
		# nproc knows no quota
		[ "$("$UNIT" cpus)" -ge 1 ] && [ "$("$UNIT" cpus)" -lt "$(nproc)" ]
	}
	first=$(taskset -cp $$ | sed 's/.*: //; s/[-,].*//')
	[ "$(taskset -c "$first" "$UNIT" cpus)" = 1 ]
}

@test "a vector of strings ends in NULL and can be used again" {
	is '0
0 empty' strvec
	is 'a

[a]
[]
4
0 empty' strvec a ''
	is "$(printf '%s\n' {1..99}; printf '[%s]\n' {1..99}; printf '198\n0 empty')" \
		strvec {1..99}
}
