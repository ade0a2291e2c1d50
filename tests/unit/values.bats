#!/usr/bin/env bats
# The values of options: durations, sizes, counts, signals, delimiters, numbers
# of jobs, loads; and durations as they are shown.
#
# shellcheck disable=SC1003 # a backslash in quotes is one

load driver

DRIVER=base

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

@test "GNU parallel tells units of 1000 and 1024 apart by their case" {
	is 10 multiple 10
	is 1000 multiple 1k
	is 1024 multiple 1K
	is 1024 multiple 1ki
	is 1048576 multiple 1mI
	is 1500000 multiple 1.5m
	is 8 multiple 0.007K
	is 1024000 multiple 1Kk
	refuses 'no number with units' multiple ''
	refuses 'no number with units' multiple k
	refuses 'no number with units' multiple 1x
	refuses 'no number with units' multiple 1Ki1
	refuses 'no number with units' multiple -1
	refuses 'no number with units' multiple 9000P9
	refuses 'no number with units' multiple 9000P
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
		diff <(printf "%b" "\\0$(printf %o "$("$DRIVER" delimiter "$spec")")" |
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
		text=$("$DRIVER" format-limit "$ns")
		is "$ns" duration "$text"
	done
}

@test "a load is a number, a part of the CPUs, or more or fewer than there are" {
	is 4000 load 4 8
	is 1500 load 1.5 8
	is 1 load 0.0001 8
	is 8000 load 100% 8
	is 400 load 5% 8
	is 12000 load 150% 8
	is 9000 load +1 8
	is 7000 load -1 8
	is 1000 load -20 8
	local bad
	for bad in '' 0 0% 0.0 x 1x 1%% % .% -x --1 +1% 1,5 ' 1' '1 ' 99999999999999999999; do
		refuses 'not a load (try 4, 1.5, 80% or -1)' load "$bad" 8
	done
}
