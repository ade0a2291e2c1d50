#!/usr/bin/env bats
# What blocking the signals leaves alone.

load driver

@test "a failed assert of our own still aborts" {
	try 134 watched sys abort
	ended signal 6
}
