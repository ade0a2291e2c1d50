#!/usr/bin/env bats
# What --timeline draws, before it is drawn: ticks, lanes and where things are.

load driver

DRIVER=picture

@test "ticks of an axis are steps in which people count" {
	is '0 1s 2s 3s 4s 5s 6s 7s 8s 9s' ticks 9s 14
	is '0 20ms 40ms 60ms 80ms 100ms' ticks 110ms 8
	is '0 50us 100us' ticks 120us 3
	is '0 15s 30s 45s 1m 1m15s' ticks 80s 6
	is '0 10m 20m 30m 40m 50m 1h 1h10m 1h20m 1h30m' ticks 90m 14
	is '0 6h 12h 18h 1d 1d6h' ticks 30h 8
	is '0 200d 400d' ticks 500d 3
	is '0' ticks 3us 1
}

@test "ticks beside whole seconds are parts of a second, not milliseconds" {
	is '0 0.5s 1s 1.5s 2s' ticks 2.2s 6
	is '0 500ms' ticks 999ms 2
}

@test "short spans that begin in one step become one, which looks like the worst" {
	is $'0s-9ms failed 1/3 slot 1\n11ms-12ms succeeded 1/1 slot 1' \
		merge 10ms 0-2ms:succeeded 3ms-5ms:failed 6ms-9ms:succeeded 11ms-12ms:succeeded
	is '0s-9ms failed 2/3 slot 1' \
		merge 10ms 0-2ms:failed 3ms-5ms:cancelled 6ms-9ms:failed
}

@test "a span as long as a step stands alone" {
	is $'0s-1ms succeeded 1/1 slot 1\n1ms-11ms failed 1/1 slot 1\n11ms-12ms succeeded 1/1 slot 1' \
		merge 10ms 0-1ms:succeeded 1ms-11ms:failed 11ms-12ms:succeeded
}

@test "a short wait is dropped, a long one stays apart from what is around it" {
	is '0s-6ms succeeded 2/2 slot 1' \
		merge 10ms 0-2ms:succeeded 2ms-4ms:waited 4ms-6ms:succeeded
	is $'0s-2ms failed 1/1 slot 1\n2ms-30ms waited 0/0 slot 1\n30ms-31ms succeeded 1/1 slot 1' \
		merge 10ms 0-2ms:failed 2ms-30ms:waited 30ms-31ms:succeeded
}

@test "what is made of spans of several slots is of no slot" {
	is '0s-3ms succeeded 2/2 slot 0' merge 10ms 0-1ms:succeeded@1 1ms-3ms:succeeded@2
}

@test "however many spans there are, few are kept, and all are counted" {
	is '4 lanes of 1 slots, bounded, count 40000' many 100 8 4 10000
	is '1 lanes of 1 slots, bounded, count 50000' many 2 8 1 50000
}

@test "more slots than lanes share them" {
	is '7 lanes of 16 slots, bounded, count 100000' many 100 8 100 1000
	is '8 lanes of 1 slots, bounded, count 80' many 100 8 8 10
	is '5 lanes of 2 slots, bounded, count 90' many 100 8 9 10
}

@test "the load is how many ran, whatever the length of the run" {
	is '1.0 1.0 1.0 1.0 1.0 2.0 2.0 2.0 2.0 2.0' load 0-10s:succeeded 5s-10s:succeeded
	is '1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0 1.0' load 0-1us:succeeded 0-100h:failed
}

@test "a bar is as long as its time, but can always be seen, a failure best" {
	is $'x 0% y 0.0 width 586.2 height 22.0
x 50% y 0.0 width 0.8 height 22.0
x 100% y 0.0 width 3.0 height 22.0' \
		boxes 10s 0-5s:succeeded 5s-5.001s:succeeded 9.999s-10s:failed
}

@test "bars of slots that share a lane have a part of it each" {
	is $'x 0% y 0.0 width 586.2 height 11.0\nx 0% y 89.0 width 586.2 height 11.0' \
		boxes 10s 0-5s:succeeded@1 0-5s:succeeded@8
}

@test "a picture of any number of slots fits a screen or two, its labels do not overlap" {
	is 'fits, 1 lanes, 1 labels' height 1
	is 'fits, 24 lanes, 24 labels' height 24
	is 'fits, 100 lanes, 50 labels' height 100
	is 'fits, 250 lanes, 50 labels' height 1000
	is 'fits, 157 lanes, 31 labels' height 5000
}

@test "text is cut behind a whole character" {
	is 'make' fits 'make test' 30
	is 'make test' fits 'make test' 100
	is 'grö' fits 'größe' 19
	is '日本' fits '日本語' 25
	is '' fits 'make' 3
}

@test "a duration in a bar has no more digits than matter" {
	is 400us short 400us
	is 4ms short 4.44ms
	is 1.3s short 1.26s
	is 1m short 59.96s
	is 9m58s short 598.4s
	is 1h2m3s short 3723s
}
