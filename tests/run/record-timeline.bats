#!/usr/bin/env bats
# --timeline: a picture of the run.

load adoptee

# The picture is well-formed XML, with these numbers of bars: CLASS=N...
picture() {
	local want=$1
	need python3
	python3 - "$want" t.svg <<'EOF' || fail "$(cat t.svg)"
import collections, sys, xml.etree.ElementTree as tree
svg = "{http://www.w3.org/2000/svg}"
root = tree.parse(sys.argv[2]).getroot()
assert root.tag == svg + "svg", root.tag
# no script, and nothing from elsewhere
for element in root.iter():
    assert element.tag in (svg + tag for tag in
        "svg title style text rect line path g".split()), element.tag
    assert not any("href" in name for name in element.keys())
assert "url(" not in root.find(svg + "style").text
bars = collections.Counter(g.get("class") for g in root.iter(svg + "g")
                           if g.get("class") != "l")
found = " ".join(f"{c}={n}" for c, n in sorted(bars.items()))
assert found == sys.argv[1], found
EOF
}

# captions: what is shown on each bar, an escaped line each
captions() {
	python3 - <<'EOF'
import xml.etree.ElementTree as tree
svg = "{http://www.w3.org/2000/svg}"
for g in tree.parse("t.svg").getroot().iter(svg + "g"):
    if g.get("class") != "l":
        print(repr(g.find(svg + "title").text))
EOF
}

@test "each job is a bar, coloured by how it ended, and tells its command on hover" {
	try 3 nursery -K -j 1 --timeline t.svg --names one,two true 'exit 3'
	picture 'f=1 s=1'
	captions >c
	grep -q "'job 1 (one): succeeded after [0-9.]*s.ntrue.nfrom [0-9.]*s to [0-9.]*s, CPU time [0-9.]*s" c
	grep -q "'job 2 (two): exit status 3 after [0-9.]*s.nexit 3.nfrom" c
	grep -q '1 failed, 1 succeeded in [0-9.]*s</text>' t.svg
	grep -q '1 slot, [0-9]*% busy' t.svg
}

@test "attempts that failed and waits between them are bars of their own" {
	try 0 nursery --retries 3 --retry-delay 50ms --timeline t.svg '[ "$NURSERY_ATTEMPT" = 3 ]'
	picture 'r=2 s=1 w=2'
	captions >c
	grep -q '(attempt 2) after' c
	grep -q '(attempt 3) after' c
}

@test "a job that waits for an attempt which it does not get has failed" {
	gate go
	start -v -j 2 --halt soon,done=1 --retries 3 --retry-delay 100s --timeline t.svg \
		'exit 5' 'sleep 0.1; : <go'
	eventually err_so_far_has 'again in'
	: >go
	finish 5
	picture 'f=1 s=1 w=1'
	captions >c
	grep -q "'job 1: exit status 5 after" c
	grep -q "'waited for the next attempt" c
}

@test "jobs that were cancelled, killed or ran out of time look different, and the end is marked" {
	try 124 nursery -j 3 --timeout "$SHORT" --kill-after 50ms --timeline t.svg \
		'exec sleep 1000' 'trap "" TERM; while :; do sleep 0.01; done'
	picture 'c=1 k=1'
	grep -q '<line class="x"' t.svg
	grep -q 'timed out after .*</text>' t.svg
	try 124 nursery --job-timeout "$SHORT" --timeline t.svg 'exec sleep 1000'
	picture 't=1'
	run ! grep -q '<line class="x"' t.svg
}

@test "services have lanes of their own, pale until they are ready; so have final commands" {
	try 0 nursery --timeline t.svg --service 'sleep 0.1; echo >up; exec sleep 1000' --name db \
		--ready file:up --finally true --name clean true
	picture 'b=1 s=2 v=1'
	grep -q '>service db</text>' t.svg
	grep -q '>final command clean</text>' t.svg
}

@test "text of jobs cannot break the picture" {
	try 0 nursery --timeline t.svg ': "<b>&amp;</text>]]>" '\''"'\'' é' $': \x1b[31m \xff \x01' \
		'sleep 0.3 # </title><script>x</script>'
	picture 's=3'
	captions >c
	grep -qF '<b>&amp;</text>]]>' c
	grep -qF '</title><script>x</script>' c
}

@test "a name that does not fit its bar stands behind it" {
	try 0 nursery -j 2 --timeline t.svg --names quick,slow true "sleep 0.5"
	grep -q '>quick · [0-9.]*[mu]s</text>' t.svg
	grep -q '>slow · [0-9.]*m\?s</text>' t.svg
}

@test "a long command is shortened, between characters" {
	try 0 nursery --timeline t.svg ": $(printf 'ä%.0s' {1..300})"
	picture 's=1'
	captions >c
	grep -q 'ä\.\.\.' c
	[ "$(wc -c <c)" -lt 500 ]
}

@test "many jobs make a picture of bounded size, and a failure among them can be seen" {
	local jobs=2500
	[ -z "$BUILD_KIND" ] || jobs=300
	seq "$jobs" | sed 's/.*/true/; 20s/true/false/' >commands
	try 1 nursery -K -j 4 --quiet --timeline t.svg <commands
	need python3
	python3 - "$jobs" <<'EOF'
import re, sys
text = open("t.svg").read()
single = len(re.findall(r"<title>job", text))
several = sum(int(n) for n in re.findall(r"<title>(\d+) jobs", text))
assert single + several == int(sys.argv[1]), (single, several)
assert text.count('class="f"') >= 2, "a bar and the legend"
EOF
}

@test "a job that could not be started is there, too" {
	try 127 nursery --timeline t.svg no-such-command-at-all
	picture 'f=1'
	captions >c
	grep -q 'not found' c
}

@test "a run without jobs makes a picture" {
	: >none
	try 0 nursery --timeline t.svg <none
	picture ''
	grep -q 'no jobs in' t.svg
}

@test "a process that was adopted is a bar below the slots" {
	gate go
	adopt wait-fifo go
	try 0 nursery --timeline t.svg --adopt "$adoptee" --name old ': >go'
	picture 's=2'
	grep -q '>adopted process old</text>' t.svg
}

@test "the picture gets its name at the end, and what had it is replaced then" {
	gate in out
	echo before >t.svg
	start --timeline t.svg ': >out; : <in'
	: <out
	[ "$(cat t.svg)" = before ]
	: >in
	finish 0
	picture 's=1'
	[ "$(find . -name '*svg*' | wc -l)" -eq 1 ]
	[ "$(stat -c %a t.svg)" = "$(umask 22 && : >m && stat -c %a m)" ] || [ "$(umask)" != 0022 ]
}

@test "nothing is under the name after nursery was killed" {
	gate out
	start --timeline t.svg ': >out; exec sleep 1000'
	: <out
	kill -KILL "$(worker)"
	wait "$started" || :
	started=
	[ ! -e t.svg ]
}

@test "a folder that is not there is said before anything starts" {
	try 125 nursery --timeline no/t.svg 'echo started'
	complains '--timeline cannot be written to no/t.svg: No such file or directory'
	try 125 nursery --timeline '' true
	complains "'' is no file"
}

@test "a folder that goes away meanwhile is said, and the exit status tells" {
	mkdir d
	try 125 nursery --timeline d/t.svg 'rm -rf d'
	err_has '--timeline cannot be written to d/t.svg'
	[ ! -e d ]
}

@test "the picture and the trace are two files" {
	try 125 nursery --timeline same --trace same 'echo started'
	complains 'would both be written to same'
	try 0 nursery --timeline t.svg --trace t.json true
	[ -s t.svg ]
	[ -s t.json ]
}
