#!/usr/bin/env bats
# The zoo of misbehaving programs (tests/programs/zoo.c): none of them survives a
# failure, a timeout, TERM, INT, or the success of its leader.

load ../helper

# Each animal holds the FIFO life: its end proves that nobody lives; leakcheck
# proves that nobody of ours does.
place() {
	"$HELPERS/programs/zoo" -c "$1" || skip "this machine forbids $1"
	gate ready
	lifeline life
}

after_failure() {
	place "$1"
	try 3 nursery --kill-after 100ms -j2 "zoo -l life -r ready $1" \
		'read x <ready; exit 3'
	lifeline_cut
	err_has '1 failed, 1 cancelled in T'
}

after_timeout() {
	place "$1"
	try 124 nursery --kill-after 100ms --timeout 300ms "zoo -l life $1"
	lifeline_cut
	err_has 'timed out after 300ms' '1 cancelled in T'
}

after_signal() {
	place "$1"
	start --kill-after 100ms "zoo -l life -r ready $1"
	await ready
	tell "$2"
	finish "$3"
	ended signal $(($3 - 128))
	lifeline_cut
	err_has '1 cancelled in T'
}

after_success() {
	place "$1"
	try 0 nursery "zoo -l life -r ready -x 0 $1" 'read x <ready'
	lifeline_cut
	err_lacks failed
}

@test "bomb: a fork bomb of 300 is gone after a failure" {
	after_failure bomb
}

@test "bomb: a fork bomb of 300 is gone after a timeout" {
	after_timeout bomb
}

@test "bomb: a fork bomb of 300 is gone after TERM" {
	after_signal bomb TERM 143
}

@test "bomb: a fork bomb of 300 is gone after INT" {
	after_signal bomb INT 130
}

@test "bomb: a fork bomb of 300 is gone after success" {
	after_success bomb
}

@test "cloneparent: children made siblings by CLONE_PARENT are gone after a failure" {
	after_failure cloneparent
}

@test "cloneparent: children made siblings by CLONE_PARENT are gone after a timeout" {
	after_timeout cloneparent
}

@test "cloneparent: children made siblings by CLONE_PARENT are gone after TERM" {
	after_signal cloneparent TERM 143
}

@test "cloneparent: children made siblings by CLONE_PARENT are gone after INT" {
	after_signal cloneparent INT 130
}

@test "cloneparent: children made siblings by CLONE_PARENT are gone after success" {
	after_success cloneparent
}

@test "daemon: three double-forked daemons are gone after a failure" {
	after_failure daemon
}

@test "daemon: three double-forked daemons are gone after a timeout" {
	after_timeout daemon
}

@test "daemon: three double-forked daemons are gone after TERM" {
	after_signal daemon TERM 143
}

@test "daemon: three double-forked daemons are gone after INT" {
	after_signal daemon INT 130
}

@test "daemon: three double-forked daemons are gone after success" {
	after_success daemon
}

@test "deep: a chain of 20, each in its own session is gone after a failure" {
	after_failure deep
}

@test "deep: a chain of 20, each in its own session is gone after a timeout" {
	after_timeout deep
}

@test "deep: a chain of 20, each in its own session is gone after TERM" {
	after_signal deep TERM 143
}

@test "deep: a chain of 20, each in its own session is gone after INT" {
	after_signal deep INT 130
}

@test "deep: a chain of 20, each in its own session is gone after success" {
	after_success deep
}

@test "hop: a process that forks and exits in a loop is gone after a failure" {
	after_failure hop
}

@test "hop: a process that forks and exits in a loop is gone after a timeout" {
	after_timeout hop
}

@test "hop: a process that forks and exits in a loop is gone after TERM" {
	after_signal hop TERM 143
}

@test "hop: a process that forks and exits in a loop is gone after INT" {
	after_signal hop INT 130
}

@test "hop: a process that forks and exits in a loop is gone after success" {
	after_success hop
}

@test "hoppers20: 20 hoppers are gone after a failure" {
	after_failure hoppers20
}

@test "hoppers20: 20 hoppers are gone after a timeout" {
	after_timeout hoppers20
}

@test "hoppers20: 20 hoppers are gone after TERM" {
	after_signal hoppers20 TERM 143
}

@test "hoppers20: 20 hoppers are gone after INT" {
	after_signal hoppers20 INT 130
}

@test "hoppers20: 20 hoppers are gone after success" {
	after_success hoppers20
}

@test "hopsid: a hopper with a new session at each hop is gone after a failure" {
	after_failure hopsid
}

@test "hopsid: a hopper with a new session at each hop is gone after a timeout" {
	after_timeout hopsid
}

@test "hopsid: a hopper with a new session at each hop is gone after TERM" {
	after_signal hopsid TERM 143
}

@test "hopsid: a hopper with a new session at each hop is gone after INT" {
	after_signal hopsid INT 130
}

@test "hopsid: a hopper with a new session at each hop is gone after success" {
	after_success hopsid
}

@test "ignterm: a family that ignores every polite signal is gone after a failure" {
	after_failure ignterm
}

@test "ignterm: a family that ignores every polite signal is gone after a timeout" {
	after_timeout ignterm
}

@test "ignterm: a family that ignores every polite signal is gone after TERM" {
	after_signal ignterm TERM 143
}

@test "ignterm: a family that ignores every polite signal is gone after INT" {
	after_signal ignterm INT 130
}

@test "ignterm: a family that ignores every polite signal is gone after success" {
	after_success ignterm
}

@test "nosig: children without an exit signal are gone after a failure" {
	after_failure nosig
}

@test "nosig: children without an exit signal are gone after a timeout" {
	after_timeout nosig
}

@test "nosig: children without an exit signal are gone after TERM" {
	after_signal nosig TERM 143
}

@test "nosig: children without an exit signal are gone after INT" {
	after_signal nosig INT 130
}

@test "nosig: children without an exit signal are gone after success" {
	after_success nosig
}

@test "pidns: a family with its own PID namespace is gone after a failure" {
	after_failure pidns
}

@test "pidns: a family with its own PID namespace is gone after a timeout" {
	after_timeout pidns
}

@test "pidns: a family with its own PID namespace is gone after TERM" {
	after_signal pidns TERM 143
}

@test "pidns: a family with its own PID namespace is gone after INT" {
	after_signal pidns INT 130
}

@test "pidns: a family with its own PID namespace is gone after success" {
	after_success pidns
}

@test "stopped: a stopped family is gone after a failure" {
	after_failure stopped
}

@test "stopped: a stopped family is gone after a timeout" {
	after_timeout stopped
}

@test "stopped: a stopped family is gone after TERM" {
	after_signal stopped TERM 143
}

@test "stopped: a stopped family is gone after INT" {
	after_signal stopped INT 130
}

@test "stopped: a stopped family is gone after success" {
	after_success stopped
}

@test "subreaper: a subreaper with two hoppers is gone after a failure" {
	after_failure subreaper
}

@test "subreaper: a subreaper with two hoppers is gone after a timeout" {
	after_timeout subreaper
}

@test "subreaper: a subreaper with two hoppers is gone after TERM" {
	after_signal subreaper TERM 143
}

@test "subreaper: a subreaper with two hoppers is gone after INT" {
	after_signal subreaper INT 130
}

@test "subreaper: a subreaper with two hoppers is gone after success" {
	after_success subreaper
}

@test "traced: a traced process is gone after a failure" {
	after_failure traced
}

@test "traced: a traced process is gone after a timeout" {
	after_timeout traced
}

@test "traced: a traced process is gone after TERM" {
	after_signal traced TERM 143
}

@test "traced: a traced process is gone after INT" {
	after_signal traced INT 130
}

@test "traced: a traced process is gone after success" {
	after_success traced
}

@test "vhop: a hopper by vfork and exec is gone after a failure" {
	after_failure vhop
}

@test "vhop: a hopper by vfork and exec is gone after a timeout" {
	after_timeout vhop
}

@test "vhop: a hopper by vfork and exec is gone after TERM" {
	after_signal vhop TERM 143
}

@test "vhop: a hopper by vfork and exec is gone after INT" {
	after_signal vhop INT 130
}

@test "vhop: a hopper by vfork and exec is gone after success" {
	after_success vhop
}

@test "wide: 200 children, each in its own session are gone after a failure" {
	after_failure wide
}

@test "wide: 200 children, each in its own session are gone after a timeout" {
	after_timeout wide
}

@test "wide: 200 children, each in its own session are gone after TERM" {
	after_signal wide TERM 143
}

@test "wide: 200 children, each in its own session are gone after INT" {
	after_signal wide INT 130
}

@test "wide: 200 children, each in its own session are gone after success" {
	after_success wide
}
