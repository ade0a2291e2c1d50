#!/usr/bin/env bats
# The zoo of misbehaving programs: whatever ends nursery or the animal's leader,
# no animal survives it.

load zoo

after_failure() {
	try 3 nursery --kill-after 100ms -j2 "zoo -l life -r ready $1" \
		'read x <ready; exit 3'
	err_has '1 failed, 1 cancelled'
}

after_timeout() {
	try 124 nursery --kill-after 100ms --timeout 300ms "zoo -l life $1"
	err_has 'timed out after 300ms' '1 cancelled'
}

# after_signal ANIMAL SIGNAL NUMBER
after_signal() {
	start --kill-after 100ms "zoo -l life -r ready $1"
	await ready
	tell "$2"
	finish $((128 + $3))
	ended signal "$3"
	err_has '1 cancelled'
}

after_success() {
	try 0 nursery "zoo -l life -r ready -x 0 $1" 'read x <ready'
	err_lacks failed
}

@test "no animal of the zoo survives the failure of another job" {
	each_animal after_failure
}

@test "no animal of the zoo survives a timeout" {
	each_animal after_timeout
}

@test "no animal of the zoo survives TERM" {
	each_animal after_signal TERM 15
}

@test "no animal of the zoo survives INT" {
	each_animal after_signal INT 2
}

@test "no animal of the zoo survives the success of its leader" {
	each_animal after_success
}
