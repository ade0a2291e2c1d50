#!/usr/bin/env bats
# --sections: lines around the output of each job, for the log of a CI, which no
# job can forge and which hide no failure.

load ../helper

# The file with each secret as S, each of GitLab's times as T and each duration
# as D, and what cannot be printed as cat -v has it.
plain_log() {
	sed -E -e 's/[0-9a-f]{32}/S/g' -e 's/(section_(start|end)):[0-9]+:/\1:T:/g' \
		-e 's/after [0-9]+\.[0-9]{3}s/after D/' -e 's/ in [0-9.]+s$/ in D/' "$1" |
		cat -v
}

# log_is FILE LINE...: the file, so shown, is exactly these lines
log_is() {
	local file=$1
	shift
	plain_log "$file" >shown
	lines_of "$@" >expected
	cmp expected shown || fail "$file holds:" "$(<shown)"
	[ "$(tail -c 1 "$file")" = '' ] || fail "$file does not end with a newline"
}

# nursery with both streams in one pipe, into the file o
to_log() {
	nursery "$@" 2>&1 | cat >o
	return "${PIPESTATUS[0]}"
}

# nursery with a pipe for each stream, into the files o and e, as in a step of a CI
to_step() {
	{ nursery "$@" 2>&3 | cat >o; } 3> >(cat >e)
	local ended=${PIPESTATUS[0]}
	wait "$!"
	return "$ended"
}

# What GitHub's runner makes of the file: the commands that it obeys.  It takes
# one where a line begins with it, or anywhere in a line in the old manner; a
# carriage return ends a line, too.
obeyed() {
	tr '\r' '\n' <"$1" | LC_ALL=C awk '
		{
			sub(/^[ \t]+/, "")
			if (stopped != "") {
				if ($0 == "::" stopped "::")
					stopped = ""
			} else if (/^::stop-commands::/) {
				stopped = substr($0, 18)
			} else if (/^::[a-z-]+[ :].*/ || /##\[[a-z-]+/) {
				print
			}
		}
		END { if (stopped != "") print "stopped at the end" }'
}

@test "github: a job that succeeded is in a group" {
	try 0 to_files --sections github --group -j1 'echo a; printf b' 'echo c'
	log_is o '::group::job 1 succeeded after D: echo a; printf b' \
		'::stop-commands::S' a b '::S::' '::endgroup::' \
		'::group::job 2 succeeded after D: echo c' \
		'::stop-commands::S' c '::S::' '::endgroup::'
	[ ! -s e ]
}

@test "github: a failed job is open, and its annotation behind it" {
	try 3 to_files --sections github --group -K -j1 'echo a' 'printf b; exit 3' 'exit 4'
	log_is o '::group::job 1 succeeded after D: echo a' \
		'::stop-commands::S' a '::S::' '::endgroup::' \
		'::stop-commands::S' 'job 2: printf b; exit 3' b '::S::' \
		'::error title=job 2::job 2 failed: exit status 3 after D: printf b; exit 3' \
		'::error title=job 3::job 3 failed: exit status 4 after D: exit 4'
}

@test "github: a job that is seen live is open, those that ended meanwhile are folded" {
	gate go
	start -v --sections github 'echo live; puppet wait-fifo go' 'echo two'
	eventually out_so_far_has live
	eventually err_so_far_has 'job 2 succeeded'
	open_gate go
	finish 0
	log_is "$BATS_TEST_TMPDIR/out" '::stop-commands::S' \
		'job 1: echo live; puppet wait-fifo go' live '::S::' \
		'::group::job 2 succeeded after D: echo two' \
		'::stop-commands::S' two '::S::' '::endgroup::'
}

@test "github: a live job that fails gets its annotation" {
	gate go
	start --sections github 'printf live; puppet wait-fifo go; exit 2' true
	eventually out_so_far_has live
	open_gate go
	finish 2
	log_is "$BATS_TEST_TMPDIR/out" '::stop-commands::S' \
		'job 1: printf live; puppet wait-fifo go; exit 2' live '::S::' \
		'::error title=job 1::job 1 failed: exit status 2 after D: printf live; puppet wait-fifo go; exit 2'
}

@test "github: what was kept and goes on live is open" {
	gate go more
	start --sections github 'puppet wait-fifo go' 'echo kept; puppet wait-fifo more; echo live'
	open_gate go
	eventually out_so_far_has kept
	open_gate more
	finish 0
	log_is "$BATS_TEST_TMPDIR/out" '::stop-commands::S' \
		'job 2: echo kept; puppet wait-fifo more; echo live' kept live '::S::'
}

@test "github: values are escaped, a name is in the title" {
	try 1 to_files --sections github --group --names 'a:b%' \
		$'echo "100%" \':,\r\nx\' >&2; false'
	log_is o "::error title=job 1 (a%3Ab%25)::job 1 (a:b%25) failed: exit status 1 after D: echo \"100%25\" ':,\\r\\nx' >&2; false"
}

@test "a cancelled job is folded" {
	gate go
	try 1 to_files --sections github --group 'puppet wait-fifo go; exit 1' \
		'echo partial; trap "exit 0" TERM; : >go; while :; do sleep 1; done'
	plain_log o >shown
	grep -q '^::group::job 2 cancelled after D: echo partial' shown || fail "$(<shown)"
	[ "$(obeyed o | wc -l)" = 3 ] # error, group, endgroup
}

@test "gitlab: sections are collapsed for successes and open for failures" {
	try 3 to_files --sections gitlab --group -K -j1 'echo a' 'printf b; exit 3' 'exit 4' true
	log_is o '^[[0m^[[0Ksection_start:T:nursery_S[collapsed=true]^M^[[0Kjob 1 succeeded after D: echo a' \
		a '^[[0m^[[0Ksection_end:T:nursery_S^M^[[0K' \
		'^[[0m^[[0Ksection_start:T:nursery_S^M^[[0Kjob 2: printf b; exit 3' \
		b '^[[0m^[[0Ksection_end:T:nursery_S^M^[[0K' \
		'^[[0;31;1mjob 2 failed: exit status 3 after D: printf b; exit 3^[[0m' \
		'^[[0;31;1mjob 3 failed: exit status 4 after D: exit 4^[[0m'
}

@test "gitlab: each section ends with the name that it began with, and has its own" {
	local names
	try 1 to_files --sections gitlab --group -K 'echo a' 'echo b; false' 'echo c'
	names=$(grep -ao 'section_[a-z]*:[0-9]*:nursery_[0-9a-f]*' o)
	[ "$(wc -l <<<"$names")" = 6 ]
	[ "$(cut -d: -f3 <<<"$names" | uniq | wc -l)" = 3 ]
	[ "$(cut -d: -f3 <<<"$names" | sort -u | wc -l)" = 3 ]
}

@test "gitlab: a job that is seen live is an open section" {
	gate go
	start --sections gitlab 'echo live; puppet wait-fifo go' true
	eventually out_so_far_has live
	open_gate go
	finish 0
	log_is "$BATS_TEST_TMPDIR/out" \
		'^[[0m^[[0Ksection_start:T:nursery_S^M^[[0Kjob 1: echo live; puppet wait-fifo go' \
		live '^[[0m^[[0Ksection_end:T:nursery_S^M^[[0K'
}

@test "gitlab: the time of a section is that of its job" {
	local start end
	try 0 to_files --sections gitlab --group 'echo a; sleep 2'
	start=$(grep -ao 'section_start:[0-9]*' o | cut -d: -f2)
	end=$(grep -ao 'section_end:[0-9]*' o | cut -d: -f2)
	[ "$end" -gt "$start" ]
}

@test "plain: a line before each job" {
	try 3 to_files --sections plain --group -K -j1 'echo a; printf b' 'echo c; exit 3' true false
	log_is o '--- job 1 succeeded after D: echo a; printf b' a b \
		'+++ job 2 failed: exit status 3 after D: echo c; exit 3' c \
		'+++ job 4 failed: exit status 1 after D: false'
}

@test "plain: a live job has a line behind it, too" {
	gate go
	start --sections plain 'printf live; puppet wait-fifo go' 'echo b'
	eventually out_so_far_has live
	open_gate go
	finish 0
	log_is "$BATS_TEST_TMPDIR/out" '+++ job 1: printf live; puppet wait-fifo go' live \
		'--- job 1 succeeded after D: printf live; puppet wait-fifo go' \
		'--- job 2 succeeded after D: echo b' b
}

@test "a job that wrote nothing has no section" {
	local style
	for style in github gitlab plain; do
		try 0 to_files --sections $style true : 'exit 0'
		[ ! -s o ]
	done
}

@test "a command cannot end the title" {
	local style bad=$'echo a; : \'\n::error::x\r\n\e[0K##[error]\rsection_end:1:x\r\e[0K\''
	for style in github gitlab plain; do
		try 0 to_files --sections $style --group "$bad"
		plain_log o >shown
		grep -qF "job 1 succeeded after D: echo a; : '\\n::error::x\\r\\n^[[0K##[error]\\rsection_end:T:x\\r^[[0K'" shown ||
			fail "$(<shown)"
		run ! grep -q '^::error' o
		[ "$(obeyed o | grep -c error)" -le 1 ] || fail "$(obeyed o)"
	done
}

@test "github: a job cannot be obeyed, end its group or resume commands" {
	local forge='printf "%s\n" "::endgroup::" "::error::x" "##[error]x" "a ##[add-mask]x" "::stop-commands::x" "::x::" "  ::error::y" "::group::y" "::::"; printf "z\r::error::w"; '
	try 1 to_files --sections github --group -K -j1 "$forge" "$forge false #" "$forge"
	obeyed o >shown
	[ "$(cut -c1-13 shown | tr '\n' ' ')" = '::group::job  ::endgroup::  ::error title  ::group::job  ::endgroup:: ' ] ||
		[ "$(cut -d: -f3 shown | cut -d' ' -f1 | tr '\n' ' ')" = 'group endgroup error group endgroup ' ] ||
		fail "obeyed:" "$(<shown)"
}

@test "github: a live job cannot be obeyed either" {
	gate go
	start --sections github 'echo ::error::x; echo "##[error]y"; puppet wait-fifo go; echo ::error::z' true
	eventually out_so_far_has y
	open_gate go
	finish 0
	[ -z "$(obeyed "$BATS_TEST_TMPDIR/out")" ] || fail "$(obeyed "$BATS_TEST_TMPDIR/out")"
}

@test "github: each job has another secret" {
	try 0 to_files --sections github --group 'echo a' 'echo b' 'echo c'
	[ "$(grep -c '^::stop-commands::' o)" = 3 ]
	[ "$(grep '^::stop-commands::' o | sort -u | wc -l)" = 3 ]
}

# Pieces of marks in any order, with all that ends or does not end a line.
soup() {
	awk -v seed="$1" 'BEGIN {
		srand(seed)
		n = split("::|error|endgroup|group|stop-commands|##[|]|title=x|section_start:1:|section_end:1:nursery_|[collapsed=true]|--- |+++ |job 1|0123456789abcdef| ", p, "|")
		for (i = 0; i < 400; i++)
			printf "%s%s", p[int(rand() * n) + 1],
				rand() < .2 ? "\n" : rand() < .1 ? "\r" : rand() < .1 ? "\033[0K" : ""
	}'
}

@test "github: whatever jobs write, only what nursery says is obeyed" {
	local i
	for i in 1 2 3 4 5 6 7 8; do
		soup $i >soup$i
	done
	try 1 to_files --sections github --group -K -j1 'cat soup1' 'cat soup2; exit 1' 'cat soup3' \
		'cat soup4; exit 1' 'cat soup5' 'cat soup6' 'cat soup7' 'cat soup8; exit 1'
	obeyed o >shown
	sed -E 's/^::(group|endgroup|error).*/\1/' shown | tr '\n' ' ' >words
	[ "$(<words)" = 'group endgroup error group endgroup error group endgroup group endgroup group endgroup error ' ] ||
		fail "obeyed:" "$(cat -v shown)"
	# and all of them is there
	for i in 1 2 3 4 5 6 7 8; do
		cat soup$i
		[ -z "$(tail -c 1 soup$i)" ] || echo
	done >soups
	grep -avE '^::(stop-commands::)?[0-9a-f]{32}(::)?$|^::(group|endgroup|error title=job .)::(job [0-9] (s|f).*)?$|^job [0-9]: cat soup.; exit 1$' o >rest
	cmp soups rest
}

@test "gitlab: whatever jobs write, the sections of nursery are whole" {
	local i
	for i in 1 2 3; do
		soup 1$i >soup$i
	done
	try 1 to_files --sections gitlab --group -K -j1 'cat soup1' 'cat soup2; exit 1' 'cat soup3'
	# GitLab looks for them by their whole names, anywhere in a line
	LC_ALL=C awk '{
		while (match($0, /section_(start|end):[0-9]+:nursery_[0-9a-f][0-9a-f]*(\[[a-z=]*\])?\r\033\[0K/)) {
			mark = substr($0, RSTART, RLENGTH)
			$0 = substr($0, RSTART + RLENGTH)
			name = mark
			sub(/.*nursery_/, "", name)
			name = substr(name, 1, 32)
			if (length(name) < 32) continue
			if (mark ~ /^section_start/) open[name] = 1
			else if (open[name]) { delete open[name]; ended++ }
		}
	}
	END { for (n in open) bad = 1; exit bad || ended != 3 }' o || fail "$(cat -v o)"
}

@test "with services no job, no service and no message can be obeyed" {
	try 3 to_step --sections github --group -K -j1 \
		--service 'echo "##[error]s"; printf "x\r::error::t\n"; echo up; exec sleep 1000' --ready log:up \
		'echo "##[error]a"' 'echo b; exit 3 # ##[error]c'
	[ ! -s e ] || fail "stderr: $(<e)"
	obeyed o >shown
	sed -E 's/^::(group|endgroup|error).*/\1/' shown | tr '\n' ' ' >words
	[ "$(<words)" = 'group endgroup error ' ] || fail "obeyed:" "$(cat -v shown)"
	grep -q '^\[.*\] ##\[error\]s' o
	grep -q '^nursery: 1 failed, 1 succeeded' o
}

@test "a service that fails is told by an annotation" {
	try 7 to_step --sections github --service 'exit 7' --ready 'file:never' 'echo a' 'echo b'
	obeyed o >shown
	grep -q '^::error title=service .*failed: exit status 7' shown || fail "$(cat -v o)"
}

@test "in a step of a CI all goes to stdout, in order" {
	try 3 to_step --sections github --group -K -j1 'echo a; echo b >&2; echo c' 'exit 3'
	[ ! -s e ] || fail "stderr: $(<e)"
	log_is o '::group::job 1 succeeded after D: echo a; echo b >&2; echo c' \
		'::stop-commands::S' a b c '::S::' '::endgroup::' \
		'::error title=job 2::job 2 failed: exit status 3 after D: exit 3' \
		'nursery: job 2 failed: exit status 3 after D: exit 3' \
		'nursery: 1 failed, 1 succeeded in D'
}

@test "stderr in a file of its own has no marks" {
	try 0 to_files --sections github --group 'echo a; echo b >&2'
	[ "$(<e)" = b ]
	log_is o '::group::job 1 succeeded after D: echo a; echo b >&2' \
		'::stop-commands::S' a '::S::' '::endgroup::'
}

@test "auto: by the variable of the CI, if there is more than one job" {
	export GITHUB_ACTIONS=true
	try 0 to_step --group 'echo a' 'echo b'
	[ "$(grep -c '^::group::' o)" = 2 ]
	try 0 to_log --group 'echo a {}' ::: 1 2
	[ "$(grep -c '^::group::' o)" = 2 ]
	try 0 to_step 'echo a'
	[ "$(<o)" = a ]
	try 0 to_step --sections none 'echo a' 'echo b'
	[ "$(<o)" = $'a\nb' ]
	export GITHUB_ACTIONS=false
	try 0 to_step 'echo a' 'echo b'
	[ "$(<o)" = $'a\nb' ]
	unset GITHUB_ACTIONS
	export GITLAB_CI=true
	try 0 to_step --group 'echo a' 'echo b'
	[ "$(grep -ac 'section_start:' o)" = 2 ]
	try 0 to_step --sections plain --group -j1 'echo a' 'echo b'
	log_is o '--- job 1 succeeded after D: echo a' a '--- job 2 succeeded after D: echo b' b
}

@test "auto: never in a file, a pipe to another program or the output of a command" {
	export GITHUB_ACTIONS=true
	try 0 to_files --group -j1 'echo a' 'echo b'
	[ "$(<o)" = $'a\nb' ]
	# shellcheck disable=SC2016 # the inner shell expands it
	try 0 watched sh -c '"$0" "$@" | cat' "$BINARY" 'echo a' 'echo b'
	out a b
	# shellcheck disable=SC2016
	try 0 watched sh -c 'x=$("$0" "$@"); echo "$x"' "$BINARY" 'echo a' 'echo b'
	out a b
	# asked for, they are there
	try 0 to_files --sections github --group 'echo a'
	grep -q '^::group::' o
}

@test "auto: not where jobs are mixed, and not in a nested nursery" {
	export GITHUB_ACTIONS=true
	local mode
	for mode in --lb -u; do
		try 0 to_step $mode -j1 'echo a' 'echo b'
		[ "$(<o)" = $'a\nb' ]
	done
	try 0 to_step --group 'nursery "echo a" "echo b"' 'echo c'
	[ "$(grep -c '^::group::' o)" = 2 ] || fail "$(<o)"
}

@test "labels are inside the section" {
	try 0 to_files --sections plain --group --tag 'printf "1\n2" #' ::: a
	plain_log o >shown
	[[ $(<shown) == '--- job 1 succeeded after D: printf "1\n2" # a'$'\n''a	1'$'\n''a	2' ]] || fail "$(<shown)"
}

@test "of a job that is tried again only the last attempt is in the section" {
	try 1 to_files --sections github --group --retries 1 --retry-delay 0 -K 'printf x; exit 1'
	log_is o '::stop-commands::S' 'job 1: printf x; exit 1' x '::S::' \
		'::error title=job 1::job 1 failed: exit status 1 (attempt 2) after D: printf x; exit 1'
}

@test "spawned and final commands have sections, too" {
	try 0 to_files --sections plain --group -j1 --finally 'echo end' 'nursery --spawn "echo inner"; echo outer'
	plain_log o >shown
	grep -q '^--- job 1 succeeded after D: nursery --spawn' shown
	grep -q '^--- job 2 succeeded after D: echo inner' shown
	grep -q '^--- final command echo succeeded after D: echo end' shown
}

@test "a thousand jobs behind one are all there, each in its section" {
	gate go
	seq 1000 | sed 's/.*/printf &/' >commands
	{
		echo 'puppet wait-fifo go'
		head -n 999 commands
		echo ': >go; printf 1000'
	} >all
	try 0 to_files --sections plain -j 8 <all
	# some may have been seen live, at the end
	grep -v '^\(---\|+++\) job' o | cmp - <(seq 1000)
	[ "$(grep -c '^--- job' o)" = 1000 ]
}

@test "big output and no room to keep it: every byte is there, in sections" {
	local folder mode
	for folder in "$TMPDIR" /nonexistent; do
		for mode in -k --group; do
			TMPDIR=$folder try 0 to_files $mode --sections github --buffer 64K -j3 'seq 100000' 'seq 200000' 'seq 100000'
			{ seq 100000; seq 200000; seq 100000; } | sort >all
			grep -E '^[0-9]+$' o | sort | cmp all -
			obeyed o >shown
			run ! grep -v '^::group::\|^::endgroup::' shown
		done
	done
}

@test "bad values and what cannot work are refused" {
	try 125 nursery --sections x 'echo a'
	complains "--sections: 'x' is none of auto, none, github, gitlab and plain (try --sections=none)"
	try 125 nursery --sections github --lb 'echo a'
	complains '--sections is for whole jobs, which --line-buffer mixes (try --group)'
	try 125 nursery --sections plain -u 'echo a'
	complains '--sections is for whole jobs, which --ungroup mixes (try --group)'
	try 0 nursery --sections none --lb 'echo a'
	out a
	try 0 nursery --sections auto --lb 'echo a'
	out a
}
