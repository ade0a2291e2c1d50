#!/usr/bin/env bats
# The checks of make lint that are our own: what each must not let through.

load ../helper

setup() {
	nursery_setup
	not_under asan valgrind coverage # no nursery runs here
	CHECKS=$BATS_TEST_DIRNAME
}

# given FILE LINE...: the file, in a tree like ours
given() {
	local file=$1
	shift
	mkdir -p "$(dirname "$file")"
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
	awk -f "$CHECKS/order.awk" -f "$CHECKS/layers.awk" src/*/*
}

check_forbidden() {
	awk -f "$CHECKS/source.awk" -f "$CHECKS/forbidden.awk" "$@"
}

check_size() {
	awk -f "$CHECKS/source.awk" -f "$CHECKS/size.awk" "$@"
}

# check_writers TABLE
check_writers() {
	awk -v table="$1" -f "$CHECKS/source.awk" -f "$CHECKS/writers.awk" "$1" \
		src/*/*
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

@test "forbidden: a call that nursery does not make is found, not the word" {
	given src/job/a.c '/* sprintf(a) */ char *b = "sprintf(c)";' \
		'void d(void) { e->sprintf(1); my_sprintf(2); }' \
		'/* over lines:' ' * system(f) */' \
		'void g(void) { sprintf (h, "%d", atoi(i)); exit(1); }'
	try 1 check_forbidden src/job/a.c
	out 'src/job/a.c:5: sprintf(): no bound: snprintf, buf' \
		'src/job/a.c:5: atoi(): our parsers' \
		'src/job/a.c:5: exit(): only main leaves: msg_fatal, or return -1'
}

@test "forbidden: parsers may parse, and main may exit" {
	given src/base/parse.c 'long a(void) { return strtol(b, NULL, 10); }'
	given src/main.c 'int main(void) { exit(0); }'
	try 0 check_forbidden src/base/parse.c src/main.c
	out
}

# The table allows job->state to src/job/states.c.
@test "writers: every way to assign to a part is found" {
	given src/job/states.c 'void a(void) { job->state = 1; }'
	given src/job/other.c 'void b(void)' '{' \
		'	job->state = 2;' \
		'	job->state.n += 2;' \
		'	x->job->state.a.b |= 2;' \
		'	job.state.n++;' \
		'	--job->state.n;' \
		'	if (c)' \
		'		++y[i + 1].job->state.n;' \
		'	job->state.turns[d[job->n]].e <<= 2;' \
		'	job->state = (struct state){' \
		'		.n = 1,' \
		'	};' \
		'	for (job->state.n = 0; f; job->state.n -= 1)' \
		'		g = job' \
		'		    ->state.n' \
		'		    = 3;' '}'
	given writers 'job->state job/states.c # and nobody else'
	try 1 check_writers writers
	out "src/job/other.c:"{3,4,5,6,7,9,10,11,14,14,15}": may not write job->state: job/states.c may"
}

@test "writers: a pointer to a part that may be written through is a write" {
	given src/job/states.c 'void a(void) { job->output.n = 1; }'
	given src/job/other.c 'void b(void)' '{' \
		'	struct output *output = &job->output;' \
		'	const struct output *seen = &job->output;' \
		'	c(&job->output);' '}'
	given writers 'job->output job/states.c'
	try 1 check_writers writers
	out "src/job/other.c:3: may not write job->output: job/states.c may"
}

@test "writers: to read a part, or to write what is called alike, is no write" {
	given src/job/states.c 'void a(void) { job->state.n = 1; }'
	given src/job/other.c '/* job->state = 1; */' 'void b(void)' '{' \
		'	if (job->state == 1 || job->state.n <= 2 || 1 != job->state.n)' \
		'		c(job->state, &job->state, "job->state = 1");' \
		'	job->state_before = 3;' \
		'	myjob->state = 4;' \
		'	service->state = 5;' \
		'	job->state.next->n = 6;' \
		'	*job->state.ret = 7;' \
		'	d = job->state.n - --e;' \
		'	f[job->state.n] = 8;' \
		'	struct job g = { .state = 9 };' '}'
	given writers '# nobody' '' 'job->state job/states.c'
	try 0 check_writers writers
	out
}

@test "writers: a row without a variable is for all that have such a member" {
	given src/job/a.c 'void a(void) { job->tally.failed++; }'
	given src/job/b.c 'void b(struct tally *tally) { x->y.tally.failed++; }' \
		'struct c c = { .tally = 0 };'
	given writers '->tally job/a.c job/c.c'
	given src/job/c.c
	try 1 check_writers writers
	out 'src/job/b.c:1: may not write ->tally: job/a.c job/c.c may'
}

@test "writers: a row that is for nothing is an error" {
	given src/job/a.c 'void a(void) { job->state = 1; }'
	given writers 'job->state job/a.c job/b.c' 'job->stat job/a.c' 'job->n'
	try 1 check_writers writers
	out 'writers:3: job->n has no file' 'writers:1: no such file: job/b.c' \
		'writers:2: nothing writes job->stat' 'writers:3: nothing writes job->n'
}

# many N LINE: the line N times
many() {
	local i
	for ((i = 0; i < $1; i++)); do
		printf '%s\n' "$2"
	done
}

@test "size: a file of 601 lines is too long" {
	many 600 '' >src.c
	try 0 check_size src.c
	echo >>src.c
	try 1 check_size src.c
	out 'src.c: 601 lines, 600 at most'
}

@test "size: a function of 61 lines is too long" {
	{ echo int && echo 'a(void)' && echo '{' && many 58 '' && echo '}'; } >src.c
	try 0 check_size src.c
	{ echo 'b(void)' && echo '{' && many 59 '' && echo '}'; } >>src.c
	try 1 check_size src.c
	out 'src.c:63: b() has 61 lines, 60 at most'
}

@test "size: a struct of 21 members is too large" {
	{ echo 'struct a {' && many 20 '	int b;' && echo '};'; } >src.h
	try 0 check_size src.h
	{ echo && echo 'struct c {' && many 21 '	int d;' && echo '};'; } >>src.h
	try 1 check_size src.h
	out 'src.h:24: struct c has 21 members, 20 at most'
}

@test "size: members are counted, not lines" {
	given src.h 'struct a {' "$(many 18 '	int b, *c; /* d; */')" \
		'	void (*e)(int, int); TAILQ_ENTRY(a) f;' '	union {' \
		'		int g;' '		char h[2];' '	};' '	struct {' \
		'		int i, j, k;' '	} l;' '};' 'static const int m[2] = { 1, 2 };'
	try 1 check_size src.h
	out 'src.h:1: struct a has 41 members, 20 at most'
}

@test "size: neither statements nor what an initialiser has are members" {
	given src.c 'static const struct a b = {' "$(many 30 '	.c = 1,')" '};' \
		'struct a *' 'd(struct e *f)' '{' "$(many 30 '	g++;')" '}' \
		'struct h;' 'struct i;'
	try 0 check_size src.c
	out
}
