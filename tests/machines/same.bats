#!/usr/bin/env bats
# Lines of real use on another machine, which an agent on this one stands for.

load ../helper
load same

@test "what runs by a carrier prints the same and has the same status as here" {
	EVERY=9 same_as_here --hosts a --carrier 'env X={host}'
}

@test "the lines of real use are three hundred at least" {
	[ "$(grep -c '^[^#]' "$BATS_TEST_DIRNAME/lines")" -ge 300 ]
	[ -z "$(sort "$BATS_TEST_DIRNAME/lines" | uniq -d | grep .)" ]
}

@test "with retries a job keeps its room on a machine, as it keeps its slot" {
	try 3 nursery --hosts a --carrier 'env X={host}' -j1 --retries 2 --retry-delay 0 \
		--halt soon,fail=1 'exit 3' 'echo never'
	out
	err_has '1 failed, 1 not started'
	try 0 nursery --hosts a,b --carrier 'env X={host}' -j1 --retries 2 --retry-delay 0 \
		'echo {} >>ran; test $NURSERY_ATTEMPT = 3' ::: 1 2 3 4
	[ "$(wc -l <ran)" -eq 12 ]
	try 3 nursery --hosts a,b --carrier 'env X={host}' -j1 --retries 1 --retry-delay 0 -K --onall \
		'echo $NURSERY_HOST >>all; exit 3'
	[ "$(sort all | uniq -c | tr -s ' \n' ' ')" = ' 2 a 2 b ' ]
}
