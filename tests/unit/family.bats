#!/usr/bin/env bats
# The processes of a family and what its owner is told of them: no job.

load driver

DRIVER=contain

@test "a leader that somebody stops and continues is known to run again" {
	is 'stopped: 19
is stopped
runs
exited: signal 9
gone' stopped
}

@test "a family is gone when its leader and its orphans are" {
	is 'exited: status 0
orphaned: 1
progressed
gone
empty' orphan
}

@test "what becomes ours after a family was killed is not killed with it" {
	is 'exited: signal 9
gone
orphaned: 1
strays: 1
progressed' killed
}

@test "nothing is given up in silence while any child lives" {
	is 'exited: signal 9
gone
stuck' given-up
}

@test "an orphan that vanishes without a word is missed" {
	is 'exited: status 0
orphaned: 1
orphans: 2
progressed
progressed
gone' vanished
}

@test "a list of children that cannot be read is none, not an empty one" {
	is '1
cannot tell' children
}
