#!/usr/bin/env bats
# Where the commands of --spawn wait: a little memory, then a file.

load driver

DRIVER=spawn

@test "requests that wait come out in order, in constant memory, and the file shrinks" {
	spawn backlog 2000 100 >few
	spawn backlog 200000 100 >many
	cat few many
	[ "$(awk '/^left/ { print $2 }' many)" -eq 0 ]
	[ "$(awk '/^file/ { print $2 }' many)" -gt 5000 ]
	case $BUILD_KIND in
	asan | valgrind) return ;; # they keep freed memory
	esac
	[ "$(awk '/^memory/ { print $2 }' many)" -lt \
		$(($(awk '/^memory/ { print $2 }' few) + 1024)) ]
}

@test "large requests come out in order" {
	spawn backlog 60 3000000 >o
	[ "$(awk '/^left/ { print $2 }' o)" -eq 0 ]
}
