#!/usr/bin/env bats
# The live block, as a person sees it: on terminals of tmux.

load ../helper

# All that runs is under the leak check: the server of tmux and the shell in it.
setup() {
	nursery_setup
	need tmux
	not_under valgrind # the programs of the terminal are no children of it
	LIMIT=10
	LEAK_GRACE=2 # the shell in it may end after the server
	shell="exec env PS1='$ ' HISTFILE= bash --norc --noprofile -i"
	server=(tmux -S "$BATS_TEST_TMPDIR/tmux" -f /dev/null)
	tmux=("${server[@]}" -N) # starts no server of its own
	columns= rows=
}

teardown() {
	[ -z "${columns:-}" ] || "${tmux[@]}" kill-server 2>/dev/null || :
	nursery_teardown
}

# terminal COLUMNS ROWS: a shell with job control on a terminal
terminal() {
	local watched
	columns=$1 rows=$2
	LIMIT=90 watch_command
	"${watched[@]}" "${server[@]}" -D 3>&- &
	started=$!
	eventually "${tmux[@]}" new-session -d -x "$columns" -y "$rows" "$shell"
	shows '$'
}

# types TEXT: and Enter; the screen is empty before what it makes appears
types() {
	"${tmux[@]}" clear-history \; send-keys -l "clear; $1" \; send-keys Enter
}

key() {
	"${tmux[@]}" send-keys "$1"
}

resize() {
	columns=$1 rows=$2
	"${tmux[@]}" resize-window -x "$1" -y "$2"
}

# What is on the screen and, with -S -, above it, with each age as T.
look() {
	"${tmux[@]}" capture-pane -p "$@" |
		sed -E 's/( job [0-9]+ +| service [a-z0-9]+ +)[0-9][0-9ms]*  /\1T  /; s/(after|in) [0-9.]+s/\1 T/' |
		sed -e :a -e '/^\n*$/{$d;N;ba' -e '}'
}

sees() {
	look >screen && grep -qF -- "$1" screen
}

shows() {
	eventually sees "$1" || fail "never seen: $1" "$(look)"
}

sees_not() {
	look >screen && ! grep -qF -- "$1" screen
}

hides() {
	eventually sees_not "$1" || fail "always seen: $1" "$(look)"
}

screen_is() {
	local want
	printf -v want '%s\n' "$@"
	eventually is_screen "${want%$'\n'}" ||
		fail "the screen is:" "$(look)" "and not:" "$want"
}

is_screen() {
	[ "$(look)" = "$1" ]
}

first_line_is() {
	[ "$(look | head -n 1)" = "$1" ]
}

no_block() {
	look >screen && ! grep -q '[0-9] running' screen
}

block_is_gone() {
	eventually no_block || fail 'the block stays' "$(look)"
}

# all_is LINE...: the screen and all that has scrolled away
all_is() {
	local want
	printf -v want '%s\n' "$@"
	eventually is_all "${want%$'\n'}" ||
		fail "the whole is:" "$(look -S -)" "and not:" "$want"
}

is_all() {
	[ "$(look -S -)" = "$1" ]
}

# ends: the shell ends, and with it the server; nothing is left behind
ends() {
	"${tmux[@]}" kill-server
	columns=
	wait "$started" && status=0 || status=$?
	started=
	[ "$status" -ne 99 ] || fail 'a process was left behind'
}

nursery_pid() {
	pgrep -o -f "^nursery .*$1"
}

@test "the block shows how far the run is and who runs, and is gone at the end" {
	terminal 80 24
	gate one two
	types "nursery -K -j2 'echo output; puppet wait-fifo one' 'puppet wait-fifo two' false"
	screen_is output '' \
		'[--------------------] 0/3  2 running' \
		'  job 1  T  echo output; puppet wait-fifo one' \
		'  job 2  T  puppet wait-fifo two'
	open_gate one
	screen_is output '' \
		'[#############-------] 2/3  1 running  1 failed' \
		'  job 2  T  puppet wait-fifo two'
	open_gate two
	all_is output 'nursery: job 3 failed: exit status 1 after T: false' \
		'nursery: 1 failed, 2 succeeded in T' '$'
	ends
}

@test "called as parallel: --latest-line shows what each job wrote last, --total-jobs how many there will be" {
	terminal 80 24
	gate one two
	ln -s "$BINARY" parallel
	types "./parallel -k --latest-line --total-jobs 9 'echo {}; echo {}{} >&2; puppet wait-fifo {}' ::: one two"
	screen_is '' \
		'[--------------------] 0/9  2 running' \
		'  job 1  T  oneone' \
		'  job 2  T  twotwo'
	open_gate one
	open_gate two
	all_is oneone twotwo '$'
	ends
}

@test "the line before an attempt that --show-attempts has dropped is not counted" {
	terminal 80 24
	gate one
	types "nursery --retries 1 --show-attempts 'puppet wait-fifo one' 'echo a; echo b'"
	screen_is '' \
		'[##########----------] 1/2  1 running' \
		'  job 1  T  puppet wait-fifo one  (2 lines wait for it)'
	open_gate one
	all_is a b '$'
	ends
}

@test "it fits a large screen and a small one" {
	local job='puppet wait-fifo end # ' i many=
	gate end
	job+=$(printf 'x%.0s' {1..250})
	for i in {1..20}; do many+=" '$job'"; done
	printf 'nursery%s\n' "$many" >script
	terminal 200 50
	types '. ./script'
	shows '] 0/20  20 running'
	[ "$(look | wc -l)" -eq 17 ] # an empty line, the first one, 15 jobs
	look | tail -n 1 | grep -Eqx '  job 15  T  puppet wait-fifo end # x{158,160}[.]{3}'
	open_gate end
	all_is '$'
	"${tmux[@]}" send-keys C-l
	resize 40 10
	gate end2
	types ". <(sed s/end/end2/g script)"
	shows '[----------] 0/20  20 running'
	[ "$(look | wc -l)" -eq 4 ]
	look | tail -n 1 | grep -Eqx '  job 2  T  puppet wait-fifo end2[ #x]*[.]{3}'
	open_gate end2
	all_is '$'
	ends
}

@test "a resize while it runs leaves nothing behind and takes nothing away" {
	local i size lines=()
	terminal 80 24
	gate g1 g2 g3 g4 g5 g6 g7 g8 g9 g10 last
	types "nursery 'seq 30; for i in 1 2 3 4 5 6 7 8 9 10; do echo a line of output \$i; puppet wait-fifo g\$i; done' 'puppet wait-fifo last # with words that take more than half of the line'"
	i=0
	for size in '80 24' '40 24' '100 30' '40 10' '200 50' '60 12' '80 24' '50 20' '120 40'; do
		i=$((i + 1))
		# shellcheck disable=SC2086 # two words
		resize $size
		shows "a line of output $i"
		shows '2 running'
		open_gate g$i
	done
	shows 'a line of output 10'
	key C-c
	shows 'stopped by signal 2'
	block_is_gone
	look -S - | grep -e '^a line of output' -e '[0-9] running' >found || :
	for i in {1..10}; do lines+=("a line of output $i"); done
	[ "$(<found)" = "$(printf '%s\n' "${lines[@]}")" ] || fail "$(<found)"
	ends
}

@test "a line that a job has not ended stays, and goes on where it was" {
	terminal 80 24
	gate more end
	types "nursery 'printf half; puppet wait-fifo more; echo way; puppet wait-fifo end' 'puppet wait-fifo end'"
	screen_is 'half' '[--------------------] 0/2  2 running' \
		'  job 1  T  printf half; puppet wait-fifo more; echo way; puppet wait-fifo end' \
		'  job 2  T  puppet wait-fifo end'
	open_gate more
	shows halfway
	shows '2 running'
	open_gate end
	all_is halfway '$'
	ends
}

@test "the prompt of a program before us is not overwritten" {
	terminal 80 24
	gate end
	types "printf before; nursery 'puppet wait-fifo end'"
	screen_is before '' '[--------------------] 0/1  1 running' '  job 1  T  puppet wait-fifo end'
	open_gate end
	all_is before '$'
	ends
}

@test "output that sets colours keeps them, and the block has none" {
	terminal 80 24
	gate more end
	types "nursery 'printf \"\\033[31mred\"; puppet wait-fifo more; printf \"still\\033[m\\nplain\\n\"; puppet wait-fifo end'"
	shows '1 running'
	open_gate more
	shows plain
	shows '1 running'
	"${tmux[@]}" capture-pane -p -e | head -n 2 >colours
	[ "$(<colours)" = $'\e[31mredstill\n\e[39mplain' ] || fail "$(cat -v colours)"
	open_gate end
	all_is redstill plain '$'
	ends
}

@test "output that moves the cursor is not drawn over" {
	terminal 80 24
	gate more end
	types "nursery 'printf \"a\\nb\\nc\\n\\033[2A\"; puppet wait-fifo more; printf \"B\\nC\\n\"; puppet wait-fifo end' 'puppet wait-fifo end'"
	shows c
	open_gate more
	shows C
	shows '2 running' # not before
	open_gate end
	all_is a B C '$'
	ends
}

@test "a line that a job has left by going up is not cleared when it comes back" {
	terminal 80 24
	gate end
	types "nursery 'printf \"one\n50%%\r\033[Atwo\n\"; puppet wait-fifo end; echo'"
	shows '1 running'
	open_gate end
	all_is two 50% '$'
	ends
}

@test "a background that a job has left on does not fill the line below" {
	terminal 80 24
	gate end
	types "nursery --color=never 'printf \"\033[44mblue\n\"; puppet wait-fifo end; printf \"\tx\033[m\n\"'"
	shows '1 running'
	open_gate end
	all_is blue '        x' '$'
	"${tmux[@]}" capture-pane -p -e | head -n 2 >colours
	[ "$(<colours)" = $'\e[44mblue\n\e[49m        \e[44mx' ] || fail "$(cat -v colours)"
	ends
}

@test "it comes again after a job has cleared the screen" {
	terminal 80 24
	gate more end
	types "nursery 'echo first; puppet wait-fifo more; printf \"\\033[H\\033[2Jcleared\\n\"; puppet wait-fifo end'"
	shows '1 running'
	open_gate more
	eventually first_line_is cleared
	shows '1 running'
	open_gate end
	screen_is cleared '$'
	ends
}

@test "not a byte of much output is lost on the screen, whatever its lines are" {
	terminal 80 24
	"${tmux[@]}" set-option -g history-limit 100000
	cat >job <<-'END'
		for i in {1..200}; do
			case $((i % 5)) in
			0) printf '%s' "$1:$i "; sleep 0.003; echo end ;;
			1) printf '%0100d\n' "$i" ;;
			2) printf '%080d\n' "$i" ;;
			3) printf '\033[3%dm%s\033[m\n' "$((i % 8))" "$1:$i" ;;
			4) echo "$1:$i"; sleep 0.005 ;;
			esac
		done
	END
	for name in a b c; do bash job $name; done >want
	"${tmux[@]}" respawn-pane -k "$shell"
	types "nursery 'bash job a' 'bash job b' 'bash job c'; echo ALL\ OVER"
	shows 'ALL OVER'
	eventually sees '$'
	block_is_gone
	"${tmux[@]}" capture-pane -p -J -S - | sed 's/ *$//' | grep -v -e '^\$' -e '^$' -e '^ALL OVER$' >found
	sed -e 's/\x1b\[[0-9]*m//g' -e 's/ *$//' want >plain
	cmp plain found || fail "$(diff plain found | head -n 20)"
	ends
}

@test "Ctrl-Z takes it away, and fg draws it again" {
	terminal 80 24
	gate end
	types "nursery 'echo output; puppet wait-fifo end'"
	shows '1 running'
	key C-z
	shows Stopped
	no_block
	types fg
	shows '1 running'
	open_gate end
	block_is_gone
	shows '$'
	ends
}

@test "Ctrl-C takes it away before anything is said" {
	terminal 80 24
	gate up
	types "nursery 'echo output; puppet wait-fifo up'"
	shows '1 running'
	key C-c
	shows '1 cancelled in T'
	block_is_gone
	look | head -n 2 | grep -v '^nursery: ' >found
	[ "$(<found)" = output ] || fail "$(look)"
	ends
}

@test "it is taken away by who is left when one of our processes is killed" {
	local pid
	terminal 80 24
	gate up
	types "nursery 'echo output; puppet wait-fifo up # one'"
	shows '1 running'
	pid=$(nursery_pid one)
	kill -KILL "$(cut -d' ' -f1 "/proc/$pid/task/$pid/children")"
	shows 'the worker process was killed by signal 9'
	screen_is output \
		'nursery: the worker process was killed by signal 9; every job was ended' '$'
	types "nursery 'echo output; puppet wait-fifo up # two'"
	shows '1 running'
	kill -KILL "$(nursery_pid two)"
	shows Killed
	block_is_gone
	ends
}

@test "it is not drawn in the background, but after fg" {
	terminal 80 24
	gate up end
	types "nursery 'puppet say up wait-fifo end # background' & sleep 0.7; echo slept"
	await up
	shows slept
	no_block
	types fg
	shows '1 running'
	open_gate end
	block_is_gone
	ends
}

@test "what is typed while it runs does no harm" {
	terminal 80 24
	gate more end
	local block=('[--------------------] 0/1  1 running'
		'  job 1  T  echo one; : <more; echo two; : <end')
	types "nursery 'echo one; : <more; echo two; : <end'"
	shows '1 running'
	key Enter
	screen_is one '' '' "${block[@]}"
	"${tmux[@]}" send-keys -l typed \; send-keys Enter
	screen_is one '' typed '' "${block[@]}"
	open_gate more
	screen_is one '' typed two '' "${block[@]}"
	open_gate end
	block_is_gone
	look | head -n 4 >found
	[ "$(<found)" = $'one\n\ntyped\ntwo' ] || fail "$(look)"
	ends
}

@test "a terminal that takes nothing stops neither the jobs nor their cancelling" {
	local pid
	terminal 80 24
	gate up more
	types "nursery --kill-after 1 'puppet say up wait-fifo more say up sleep # blocked'"
	await up
	shows '1 running'
	key C-s
	open_gate more
	await up
	pid=$(nursery_pid blocked)
	kill -TERM "$pid"
	eventually gone "$pid"
	key C-q
	ends
}

@test "no byte of it is in a file or pipe" {
	terminal 80 24
	gate end end2 end3
	types "nursery 'echo output; puppet wait-fifo end' >file"
	screen_is '' '[--------------------] 0/1  1 running' \
		'  job 1  T  echo output; puppet wait-fifo end'
	open_gate end
	all_is '$'
	[ "$(<file)" = output ]
	types "nursery 'echo output; puppet wait-fifo end2; false' 2>file; echo status"
	shows output
	open_gate end2
	shows status
	[ "$(grep -c '^nursery: ' file)" -eq "$(wc -l <file)" ]
	types "nursery 'echo output; puppet wait-fifo end3' 2>&1 | cat -v >file; echo status"
	open_gate end3
	shows status
	[ "$(<file)" = output ]
	ends
}

@test "it is not drawn where another may own the screen, but always with --progress=always" {
	local command i=0
	terminal 80 24
	gate up
	ln -s "$BINARY" parallel
	for command in \
		"nursery 'puppet say up wait-fifo END' | cat" \
		"nursery --ungroup 'puppet say up wait-fifo END'" \
		"TERM=dumb nursery 'puppet say up wait-fifo END'" \
		"TERM= nursery 'puppet say up wait-fifo END'" \
		"nursery --progress never 'puppet say up wait-fifo END'" \
		"./parallel puppet say up wait-fifo ::: END"; do
		i=$((i + 1))
		gate end$i
		types "${command/END/end$i}; echo status"
		await up
		sleep 0.7 # it would be there by now
		no_block
		open_gate end$i
		shows status
	done
	gate end
	types "nursery --progress always 'puppet say up wait-fifo end' | cat"
	await up
	shows '1 running'
	open_gate end
	all_is '$'
	ends
}

@test "it is not drawn while commands are typed, but once they are all known" {
	terminal 80 24
	gate up end
	types nursery
	shows 'reading commands from the terminal'
	"${tmux[@]}" send-keys -l 'puppet say up wait-fifo end' \; send-keys Enter
	await up
	sleep 0.7 # it would be there by now
	no_block
	key C-d
	shows '1 running'
	open_gate end
	block_is_gone
	ends
}

@test "both streams on one terminal by different names are one screen" {
	terminal 80 24
	gate more end
	types "nursery 'echo out; puppet wait-fifo more; echo more; puppet wait-fifo end' 2>/dev/tty"
	shows '1 running'
	open_gate more
	screen_is out more '' '[--------------------] 0/1  1 running' \
		'  job 1  T  echo out; puppet wait-fifo more; echo more; puppet wait-fifo end'
	open_gate end
	all_is out more '$'
	ends
}

@test "a job that holds up others is marked, and who waits is seen to have something to say" {
	terminal 80 24
	gate end
	types "nursery 'echo one; : <end' 'seq 9; : <end'"
	screen_is one '' '[--------------------] 0/2  2 running' \
		'  job 1  T  echo one; : <end  (9 lines wait for it)' \
		'  job 2  T  seq 9; : <end     (9 lines wait for job 1: --line-buffer)'
	open_gate end
	shows 9
	block_is_gone
	ends
}

@test "with --line-buffer and labels lines come as they are made, above the block" {
	terminal 80 24
	gate more end
	types "nursery --lb --tag 'echo one {}; puppet wait-fifo more; echo two {}; puppet wait-fifo end' ::: x y"
	shows '2 running'
	look | head -n 2 | sort >found
	[ "$(<found)" = $'x\tone x\ny\tone y' ] || [ "$(tr -s ' ' <found)" = $'x one x\ny one y' ]
	open_gate more
	shows 'two y'
	shows 'two x'
	shows '2 running'
	open_gate end
	block_is_gone
	[ "$(look | grep -c -e one -e two)" -eq 4 ]
	ends
}

@test "a service that is not ready is what is waited for" {
	terminal 80 24
	gate ready end
	types "nursery --service 'puppet wait-fifo ready; echo up; exec sleep 1000' --ready log:up 'puppet wait-fifo end'"
	shows '0/1  0 running'
	shows '  waiting for service puppet to be ready'
	shows '(not ready)'
	open_gate ready
	shows '0/1  1 running'
	hides 'not ready'
	open_gate end
	all_is '[puppet] up' '$'
	ends
}

@test "a retry is said, and when it comes" {
	terminal 80 24
	gate again
	types "nursery --retries 1 --retry-delay 1000s 'puppet wait-fifo again; false'"
	open_gate again
	shows '0 running  1 to retry'
	shows 'job 1 runs again in '
	key C-c
	hides retry
	ends
}

@test "what keeps jobs from starting is said" {
	terminal 80 24
	types "nursery --delay 1000s true true"
	shows '1/2  0 running'
	shows 'waiting for the end of --delay: '
	key C-c
	hides 'to retry'
	ends
}

@test "thousands of jobs are counted" {
	LIMIT=60
	terminal 80 24
	types "nursery -j4 true ::: {1..$(scaled 6000)}"
	shows "/$(scaled 6000)  "
	block_is_gone
	all_is '$'
	ends
}

@test "what is piped in is counted as soon as it has ended" {
	terminal 80 24
	gate end
	types "(echo '# a comment'; echo; for i in {1..500}; do echo ': <end'; done; printf ': <end') | nursery -j2"
	shows '] 0/501  2 running'
	open_gate end
	block_is_gone
	all_is '$'
	ends
}

@test "who looks ahead does not keep a command from starting" {
	terminal 80 24
	gate in up end
	types 'nursery -j2 <in'
	hold_gate in
	echo 'puppet say up wait-fifo end' >in
	await up
	shows '0/-  1 running'
	echo 'puppet say up wait-fifo end' >in
	await up
	shows '0/-  2 running'
	echo 'puppet say up' >in
	open_gate end
	await up
	shows 'waiting for more input'
	key C-c
	hides waiting
	ends
}

@test "--progress takes auto, always and never" {
	local value
	for value in '' on yes aut; do
		try 125 nursery --progress "$value" true
		complains "--progress: '$value' is none of auto, always and never (try --progress=always)"
	done
}

@test "the block is drawn on the terminal of script, too" {
	need script
	terminal 80 24
	gate end
	types "script -q -c \"nursery 'echo output; puppet wait-fifo end'\" typescript; echo status"
	shows '0/1  1 running'
	open_gate end
	screen_is output status '$'
	grep -q 'running' typescript
	ends
}

@test "without a terminal --progress=always says the first line twice a minute" {
	LIMIT=60 # half a minute, and more
	start --progress always 'puppet sleep'
	eventually err_so_far_has 'nursery: 0/1  1 running'
	tell TERM
	finish 143
	[ "$(grep -c '[0-9] running' <<<"$stderr")" -eq 1 ]
	[[ $stderr != *$'\e'* ]]
}
