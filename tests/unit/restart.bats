#!/usr/bin/env bats
# src/scope/restart: what --restart takes, and when a service starts again.

load driver

DRIVER=scope

@test "--restart is never, on-failure or always, perhaps with a number" {
	local text
	is never restart never 0 0
	is 'on-failure 100ms' restart on-failure 0 0
	is 'always 100ms' restart always=1 0 0
	is always restart always=1 1 0
	is 'on-failure 400ms' restart on-failure=3 2 0
	is on-failure restart on-failure=3 3 0
	for text in '' x never=1 always= always=0 always=-1 always=x alwaysx on-failure=99999999999999999999; do
		try 1 "$HELPERS/drivers/scope" restart "$text" 0 0
		[[ $output == 'error: not when to restart'* ]]
	done
}

@test "the wait before a restart grows from 100 ms to 10 s, and a minute of health forgets it" {
	is 'always 6400ms' restart always 6 0
	is 'always 10000ms' restart always 7 0
	is 'always 10000ms' restart always 9223372036854775806 0
	is 'always 10000ms' restart always 20 59
	is 'always 100ms' restart always 20 60
	is 'always 100ms' restart always=3 3 60
}
