#!/usr/bin/env bats
# The checks of make lint that are our own: what each must not let through.

load helper

setup() {
	nursery_setup
	not_under asan valgrind coverage # no nursery runs here
	CHECKS=$REPO/tests/lint
}

# given FILE LINE...: the file, in a tree like ours
given() {
	local file=$1
	shift
	mkdir -p "${file%/*}"
	printf '%s\n' "$@" >"$file"
}

# What make lint does to the objects of the tree.
check_circles() {
	local file object objects=()
	for file in src/*.c src/*/*.c; do
		[ -e "$file" ] || continue
		object=obj/${file#src/}
		object=${object%.c}.o
		mkdir -p "${object%/*}"
		cc -c -o "$object" "$file"
		objects+=("$object")
	done
	"$CHECKS/circles" obj "${objects[@]}"
}

check_layers() {
	awk -f "$CHECKS/order.awk" -f "$CHECKS/layers.awk" src/*/*.[ch]
}

@test "circles: files and folders that are used from above only pass" {
	given src/base/buf.c 'int buf_size = 1;' 'void buf_free(void) { }'
	given src/sys/loop.c 'extern int buf_size;' 'int loop_run(void) { return buf_size; }'
	given src/sys/fd.c 'int loop_run(void);' 'int fd_new(void) { return loop_run(); }'
	given src/main.c 'int fd_new(void); void buf_free(void);' \
		'int main(void) { buf_free(); return fd_new(); }'
	try 0 check_circles
	out
	err
}

@test "circles: two files that call each other are named, with the calls" {
	given src/scope/closing.c 'void admission_end(void); void admission_stop(void);' \
		'void closing_judge(void) { admission_end(); admission_stop(); }'
	given src/scope/admission.c 'void closing_judge(void); extern int pace;' \
		'void admission_end(void) { closing_judge(); pace = 1; }' \
		'void admission_stop(void) { }'
	given src/scope/pace.c 'int pace;'
	try 1 check_circles
	out 'a circle of 2 files: scope/admission.c scope/closing.c' \
		$'\tscope/admission.c -> scope/closing.c: closing_judge()' \
		$'\tscope/closing.c -> scope/admission.c: admission_end() and 1 more'
	err
}

@test "circles: a way back by a third file and by a variable is found" {
	given src/job/a.c 'int b(void);' 'int a(void) { return b(); }'
	given src/job/b.c 'extern int *c;' 'int b(void) { return *c; }'
	given src/job/c.c 'int a(void);' 'int (*c)(void) = a;'
	try 1 check_circles
	out 'a circle of 3 files: job/a.c job/b.c job/c.c' $'\tjob/a.c -> job/b.c: b()' \
		$'\tjob/b.c -> job/c.c: c' $'\tjob/c.c -> job/a.c: a()'
}

@test "circles: a static function of the name that another file defines is none" {
	given src/job/a.c 'int b(void);' 'static int c(void) { return 1; }' \
		'int a(void) { return b() + c(); }'
	given src/job/b.c 'int c(void);' 'int b(void) { return c(); }'
	given src/job/c.c 'int c(void) { return 1; }'
	try 0 check_circles
}

@test "circles: a folder used against the order is an error, though no header says it" {
	given src/base/buf.c 'int scope_run(void);' 'int buf(void) { return scope_run(); }'
	given src/scope/scope.c 'int scope_run(void) { return 1; }'
	try 1 check_circles
	out 'base may not use scope: base/buf.c -> scope/scope.c: scope_run()'
}

@test "circles: folders that are beside each other in the order do not know each other" {
	given src/input/source.c 'int queue(void);' 'int source(void) { return queue(); }'
	given src/store/queue.c 'int queue(void) { return 1; }'
	try 1 check_circles
	out 'input may not use store: input/source.c -> store/queue.c: queue()'
}

@test "circles: two folders that use each other are named, though their files make no circle" {
	given src/output/a.c 'int c(void);' 'int a(void) { return c(); }'
	given src/output/b.c 'int b(void) { return 1; }'
	given src/store/c.c 'int c(void) { return 1; }'
	given src/store/d.c 'int b(void);' 'int d(void) { return b(); }'
	try 1 check_circles
	out 'store may not use output: store/d.c -> output/b.c: b()' \
		'a circle of 2 folders: output store' \
		$'\toutput -> store: output/a.c -> store/c.c: c()' \
		$'\tstore -> output: store/d.c -> output/b.c: b()'
}

@test "circles: a folder that the order does not know is an error" {
	given src/misc/a.c 'int a;'
	try 1 check_circles
	out 'no layer is called misc'
}

@test "circles: no objects, or one that is missing, is an error" {
	try 1 "$CHECKS/circles" obj
	out 'circles: no objects in obj'
	try 1 "$CHECKS/circles" obj obj/none.o
	err_has "'obj/none.o': No such file"
}

@test "layers: headers of the own folder and of those below pass" {
	given src/base/buf.h 'int buf;'
	given src/sys/fd.h 'int fd;'
	given src/sys/loop.c '#include "fd.h"' '#include "base/buf.h"'
	try 0 check_layers
	out
}

@test "layers: a header of a folder above or beside is an error" {
	given src/store/queue.h 'int queue;'
	given src/input/source.h '#include "store/queue.h"'
	given src/base/buf.c '#include "input/source.h"'
	try 1 check_layers
	out 'src/base/buf.c:1: base may not know input: input/source.h' \
		'src/input/source.h:1: input may not know store: store/queue.h'
}

@test "layers: headers that include each other are an error" {
	given src/job/a.h '#include "b.h"'
	given src/job/b.h '#include "a.h"'
	try 1 check_layers
	[[ $output == src/job/?.h:\ includes\ itself\ by\ way\ of\ others ]] ||
		fail 'no header includes itself'
}

@test "layers: a header that is nowhere, and a folder within one, are errors" {
	given src/job/a.c '#include "b.h"'
	given src/job/more/c.c
	try 1 awk -f "$CHECKS/order.awk" -f "$CHECKS/layers.awk" src/job/a.c \
		src/job/more/c.c
	out 'src/job/more/c.c:1: a folder within a layer' \
		'src/job/a.c:1: no such header in src: job/b.h'
}
