#!/usr/bin/env bats
# --junit: the report for CI systems.

load adoptee

# look XPATH: what there is in r.xml, as Python's ElementTree finds it: the text of
# elements, one a line, or of ELEMENTS@NAME the attributes
look() {
	python3 - "$1" <<-'PY'
		import sys, xml.etree.ElementTree as tree
		path, _, name = sys.argv[1].partition("@@")
		for found in tree.parse("r.xml").getroot().iterfind(path):
		    print(found.get(name) if name else found.text)
	PY
}

# has WANT XPATH
has() {
	local got
	got=$(look "$2")
	[ "$got" = "${1%$'\n'}" ] || fail "$2 is: $got" "instead of: $1"
}

# The report is valid against the schema, but for what it has besides.
valid() {
	need xmllint
	python3 - <<-'PY'
		import xml.etree.ElementTree as tree
		root = tree.parse("r.xml")
		for case in root.iter("testcase"):
		    case.attrib.pop("timestamp", None)
		    for properties in case.findall("properties"):
		        case.remove(properties)
		root.write("plain.xml")
	PY
	xmllint --noout --schema "$REPO/tests/run/junit.xsd" plain.xml
	xmllint --noout r.xml
}

@test "each job is a test case, and the counts are in front" {
	try 3 nursery -K -j1 --junit r.xml true 'exit 3' 'no-such-command' 'exit 0'
	valid
	has $'true\nexit 3\nno-such-command\nexit 0' './/testcase@@name'
	has 4 testsuite@@tests
	has 1 testsuite@@failures
	has 1 testsuite@@errors
	has 0 testsuite@@skipped
	has nursery.job "testsuite/testcase[@name='true']@@classname"
	has 'exited' './/failure@@type'
	has 'not_found' './/error@@type'
	[[ $(look './/failure@@message') == 'exit status 3 after '*s ]]
	[ "$(head -c 38 r.xml)" = '<?xml version="1.0" encoding="UTF-8"?>' ]
	[ "$(head -2 r.xml | tail -1 | cut -d' ' -f1-5)" = \
		'<testsuites name="nursery" tests="4" failures="1" errors="1"' ]
}

@test "a job that has a name is called by it, and the command is a property" {
	try 0 nursery --names web,db --junit r.xml true 'true "<&>"'
	valid
	[ "$(look './/testcase@@name' | sort)" = $'db\nweb' ]
	[ "$(look ".//property[@name='command']@@value" | sort)" = $'true\ntrue "<&>"' ]
	[ "$(look ".//property[@name='number']@@value" | sort)" = $'1\n2' ]
}

@test "a failure has its output, what succeeds has not" {
	try 1 nursery -K -j1 --junit r.xml 'echo yes; exit 0' \
		'echo out; echo err >&2; exit 1'
	valid
	has $'out\n' './/system-out'
	has $'err\n' './/system-err'
	[[ $(look './/failure') == 'exit status 1 after '*s$'\nout\nerr' ]]
	run ! grep -q 'yes$' r.xml
}

@test "escape sequences are left out, and what XML cannot hold is replaced" {
	try 1 nursery --junit r.xml 'printf "\033[1;31mred\033[0m <a> ]]> \001 \377 \303\244 \r\n"; exit 1'
	valid
	has $'red <a> ]]> \xef\xbf\xbd \xef\xbf\xbd ä \r' './/system-out'
}

@test "an attempt that failed before success is flaky" {
	try 0 nursery --retries 3 --retry-delay 1ms --junit r.xml \
		'echo try $NURSERY_ATTEMPT; [ $NURSERY_ATTEMPT = 3 ]'
	valid
	has 0 testsuite@@failures
	has $'try 1\n\ntry 2\n' './/flakyFailure/system-out'
	has 3 ".//property[@name='attempts']@@value"
	has '' './/rerunFailure'
	has '' './/failure'
}

@test "attempts before the last failure are reruns" {
	try 5 nursery --retries 1 --retry-delay 1ms --junit r.xml \
		'echo try $NURSERY_ATTEMPT; exit 5'
	valid
	has 1 testsuite@@failures
	has $'try 1\n' './/rerunFailure/system-out'
	has $'try 2\n' 'testsuite/testcase/system-out'
	has '' './/flakyFailure'
}

@test "cancelled jobs and those that were not started are skipped" {
	try 1 nursery -j2 --junit r.xml 'exec sleep 1000' 'exit 1' true true
	valid
	has 4 testsuite@@tests
	has 3 testsuite@@skipped
	[ "$(look './/skipped@@message' | sort)" = $'cancelled\nnot started\nnot started' ]
}

@test "commands of standard input and of templates that did not start are skipped, too" {
	printf 'exit 1\ntrue\ntrue\n' >list
	try 1 nursery -j1 --junit r.xml <list
	has 2 testsuite@@skipped
	try 1 nursery -j1 --junit r.xml 'exit {}' ::: 1 2 3 4
	has 3 testsuite@@skipped
	has $'exit 1\nexit 2\nexit 3\nexit 4' './/testcase@@name'
}

@test "when time runs out the report is not green" {
	try 124 nursery --timeout "$SHORT" --junit r.xml 'exec sleep 1000'
	valid
	has 1 testsuite@@errors
	has 'was running when time ran out' './/skipped@@message'
	has "timed out after $SHORT" ".//testcase[@name='nursery']/error@@message"
	try 0 nursery --move-on-after "$SHORT" --junit r.xml 'exec sleep 1000'
	has 0 testsuite@@errors
}

@test "a signal ends the report, which is whole" {
	gate up
	start --junit r.xml 'echo >up; exec sleep 1000'
	await up
	tell TERM
	finish 143
	valid
	has 'was running when SIGTERM came' './/skipped@@message'
	has 1 testsuite@@errors
}

@test "services and final commands are in the report only if they fail" {
	try 0 nursery --service 'exec sleep 1000' --finally true --junit r.xml true
	has 1 testsuite@@tests
	try 3 nursery --service 'echo bad config >&2; exit 3' --name db --finally 'exit 4' --name tidy \
		--junit r.xml 'exec sleep 1000'
	valid
	[ "$(look './/error/..@@name' | sort)" = $'db\ntidy' ]
	[ "$(look './/error/..@@classname' | sort)" = \
		$'nursery.final command\nnursery.service' ]
	[[ $(look ".//testcase[@name='db']/error") == 'exit status 3 after '*$'\nbad config' ]]
	has 'bad config' ".//testcase[@name='db']/system-out"
}

@test "a shielded job is a test case" {
	try 0 nursery --shield true --name lock --junit r.xml true
	valid
	has 'nursery.shielded job' ".//testcase[@name='lock']@@classname"
}

@test "an adopted process is a test case" {
	adopt sleep
	try 1 nursery --adopt "$adoptee" --name old --junit r.xml 'exit 1'
	valid
	has cancelled ".//testcase[@name='old']/skipped@@message"
	has 'nursery.adopted process' ".//testcase[@name='old']@@classname"
	adoptee_is_gone
}

@test "of much output the first and the last are in the report, and how much is not" {
	try 1 to_files --junit r.xml 'echo first; yes 123456789 | head -c 3000000; echo last; exit 1'
	valid
	[ "$(stat -c %s r.xml)" -lt 1100000 ]
	look './/system-out' >text
	[ "$(head -1 text)" = first ]
	grep -qx '\[nursery: [0-9]* bytes are left out here\]' text
	[ "$(tail -2 text | head -1)" = last ]
	grep -A1 -F 'left out here]' text | tail -1 | grep -qx 123456789
	[ "$(stat -c %s o)" -eq 3000011 ]
}

@test "no output is lost in the report where it waits in a file" {
	try 1 to_files -K -j4 --junit r.xml \
		'seq -f "job {} %g" 100000; exit 1' ::: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20
	has 20 testsuite@@failures
	[ "$(look './/system-out' | grep -ac 'job [0-9]* 100000$')" -eq 20 ]
	[ "$(look './/system-out' | grep -ac 'job [0-9]* 1$')" -eq 20 ]
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "CPU time and peak memory are those of the job" {
	need python3
	try 0 nursery --junit r.xml "python3 -c '
import time
b = bytearray(50 << 20)
while time.process_time() < 0.2: pass'"
	local user system memory
	user=$(look ".//property[@name='user_cpu_seconds']@@value")
	system=$(look ".//property[@name='system_cpu_seconds']@@value")
	memory=$(look ".//property[@name='peak_memory_bytes']@@value")
	awk -v cpu="$user" -v more="$system" 'BEGIN { exit !(cpu + more >= 0.2 && cpu + more < 5) }'
	[ "$memory" -gt 52428800 ]
	[ "$memory" -lt 209715200 ]
}

@test "the report has no name until it is whole, and replaces what had it" {
	gate up go
	echo old >r.xml
	start --junit r.xml 'echo >up; : <go'
	await up
	[ "$(cat r.xml)" = old ]
	open_gate go
	finish 0
	has 1 testsuite@@tests
	[ "$(stat -c %a r.xml)" = "$(printf '%o' $((0666 & ~$(umask))))" ]
	[ "$(ls -A | grep -c r.xml)" -eq 1 ]
}

@test "after SIGKILL of nursery there is no report" {
	not_under valgrind
	LEAK_GRACE=5
	gate up
	start --junit r.xml 'echo >up; exec sleep 1000'
	await up
	tell KILL
	wait "$started" || :
	started=
	[ ! -e r.xml ]
}

@test "where no report can be written nothing is started" {
	try 125 nursery --junit no/such/r.xml 'echo started'
	complains '--junit cannot be written to no/such/r.xml: '
	try 125 nursery --junit '' 'echo started'
	complains "--junit: '' is no file"
	try 125 nursery --junit r --summary ./r 'echo started'
	complains 'would both be written to'
	[ ! -e r ]
}

@test "a folder that goes away is said, and the status tells" {
	mkdir folder
	try 125 nursery --junit folder/r.xml 'rm -r folder' 'echo goes on'
	out 'goes on'
	err_has '--junit cannot be written to folder/r.xml: No such file'
}

@test "a full disk is said once, and the status tells" {
	need_root
	mkdir small
	mount -t tmpfs -o size=64k tmpfs small 2>/dev/null || skip 'cannot mount'
	try 125 to_files -K -j1 --junit small/r.xml 'seq {}; exit 1' ::: 100000 2 100000
	local left
	left=$(ls -A small)
	umount small
	[ -z "$left" ]
	[ "$(grep -c -- '--junit cannot be written to small/r.xml: No space left' e)" -eq 1 ]
	[ "$(grep -cx 2 o)" -eq 3 ] # the jobs have gone on
}

@test "attempts that wrote much take little memory, whatever they wrote" {
	not_under asan valgrind # they need more
	need prlimit
	head -c 1500000 /dev/urandom >bytes
	PREFIX=(prlimit --as=26000000)
	try 1 nursery -j2 --halt never --retries 3 --retry-delay 1ms --show=none --quiet --junit u.xml \
		'cat bytes; cat bytes >&2; exit {}' ::: 1 0 1 1
	run -0 python3 -c '
import xml.dom.minidom
suite = xml.dom.minidom.parse("u.xml")
for name in "failure", "rerunFailure", "system-err":
    print(name, len(suite.getElementsByTagName(name)))
for part in suite.getElementsByTagName("system-out"):
    text = part.firstChild.data
    assert "bytes are left out here]" in text and 400000 < len(text) < 1100000, len(text)'
	out 'failure 3' 'rerunFailure 9' 'system-err 12'
}
