"""Modes: the short runs of nursery that are attacked, and what is expected of each.

The jobs of a mode are witnesses (tests/programs/witness.c): all that they write
and do is known.  Box.fill() replaces the words @PORT@ @BOX@ @NURSERY@ @CLIENT@ @GATE@.
"""

from dataclasses import dataclass, field


@dataclass
class Job:
    """One witness, by its name."""

    name: str
    size: int = 400
    both: bool = False  # it writes to standard error as well
    status: int = 0
    must: bool = True  # it must end with status, unless something goes wrong
    tag: str = ""  # what each of its lines begins with

    def words(self, *options):
        words = ["witness"] + list(options)
        if self.both:
            words.append("-e")
        if self.status:
            words += ["-x", str(self.status)]
        return " ".join(words + [self.name, str(self.size)])


@dataclass
class Mode:
    name: str
    args: list  # nursery's words, or all words if program is None
    jobs: list
    status: int = 0
    layout: str = "order"  # order, group (whole, in any order), lines
    sink: str = "pipe"  # of standard output: pipe, file, slow, full, gone
    merged: bool = False  # 2>&1
    stdin: list = None  # strings, and floats: seconds to wait
    script: list = field(default_factory=list)  # see Box.play()
    env: dict = field(default_factory=dict)
    files: dict = field(default_factory=dict)
    program: str = "@NURSERY@"
    statuses: tuple = ()  # exit statuses that a slow machine may lead to
    leak_grace: float = 0
    inherit: bool = False  # leakcheck -i
    leaves: bool = False  # --orphans=leave: what it leaves is not judged
    relay: bool = False  # lines of services on standard error
    noisy: bool = False  # others than witnesses write to standard error
    client: bool = False  # a nursery --spawn in a job, or an agent: a role of its own
    user: bool = False  # run as another user than root: root has privileges
    silent: bool = False  # --quiet: failures are not told
    adopts: bool = False  # a process that need not end if it was not adopted
    blind: str = ""  # streams that cannot be judged, since they are closed: out, err
    needs: str = ""  # an option that may not work on this machine
    reports: dict = field(default_factory=dict)  # name of a file -> its kind, see records.py

    def command(self):
        return ([self.program] if self.program else []) + self.args


SLEEP = "exec sleep 100"


def three(both=False, size=400):
    return [Job("a", size, both), Job("b", size, both), Job("c", size, both)]


def maybe(jobs):
    """The jobs, none of which must end: they may be cancelled."""
    for job in jobs:
        job.must = False
    return jobs


def simple(name, options, jobs=None, extra=(), job_options=(), **rest):
    """nursery OPTIONS 'witness a' 'witness b' 'witness c' EXTRA"""
    jobs = jobs if jobs is not None else three()
    words = [job.words(*job_options) for job in jobs]
    return Mode(name, list(options) + words + list(extra), jobs, **rest)


def output_modes():
    yield simple("keep", ["-k", "-j2"], three(both=True))
    yield simple("group", ["--group"], three(both=True), layout="group")
    yield simple("lines", ["--lb"], three(both=True), layout="lines")
    yield simple("ungroup", ["-u"], three(both=True), layout="lines")
    yield simple("merged", ["-k"], three(both=True), merged=True)
    yield simple("merged-lines", ["--lb"], three(), merged=True, layout="lines")
    yield simple("file", ["-k"], three(both=True, size=9000), sink="file")
    yield simple("slow", ["-k"], three(size=300000), sink="slow")
    spool = [Job("a", 2000), Job("b", 200000), Job("c", 200000)]
    words = [spool[0].words("-s", "150")] + [j.words() for j in spool[1:]]
    yield Mode("spool", ["-k", "--buffer=16K"] + words, spool)
    yield Mode(
        "spool-group", ["--group", "--buffer=16K"] + words, spool, layout="group"
    )
    yield simple("pty", ["--pty", "-k", "-j2"], three(size=2000))
    yield simple("verbose", ["-v", "--group"], three(), layout="group")
    tagged = [Job(n, 400, tag=n + "\t") for n in "abc"]
    words = ["witness", "{}", "400", ":::", "a", "b", "c"]
    yield Mode("tag", ["-k", "--tag"] + words, tagged)
    yield Mode("tag-lines", ["--lb", "--tag"] + words, tagged, layout="lines")
    yield simple("full", ["-k"], maybe(three()), sink="full", status=125)
    yield simple("gone", ["-k"], maybe(three(size=1500000)), sink="gone", status=-13)


def input_modes():
    lines = ["witness a 400\nwitness b 400\n", 0.05, "witness c 400\n"]
    yield Mode("stdin", ["-j2"], three(), stdin=lines)
    yield Mode("null", ["-0"], three(), stdin=[x.replace("\n", "\0") for x in lines if x != 0.05])
    for what in ("each", "first"):
        yield Mode(
            "stdin-" + what, ["--stdin=" + what, "-j2", "--retries=1"] + ["wc -l | grep -qx '[0-9]*'; exec witness %s 400" % n for n in "abc"],
            three(), stdin=["line\n" * 9000, 0.05, "line\n" * 90000],
        )
    words = ["witness", "{}", "400"]
    yield Mode("template-stdin", ["-a", "-"] + words, three(), stdin=["a\nb\n", 0.05, "c\n"])
    yield Mode("arg-file", ["-j2", "-a", "args"] + words, three(), files={"args": "a\nb\nc\n"})
    one = "read -r x || exit 9; exec witness $x 400"
    every = "while read -r x; do witness $x 400; done"
    yield Mode("pipe", ["-j2", "--pipe", "-N1", one], three(), stdin=["a\nb\n", 0.05, "c\n"])
    yield Mode(
        "robin", ["-j1", "--pipe", "--round-robin", "--block=2", every], three(),
        stdin=["a\nb\n", 0.05, "c\n"],
    )
    yield Mode("pipe-retries", ["-j2", "--pipe", "-N1", "--retries=1", one], three(), stdin=["a\nb\n", 0.05, "c\n"])
    for how in ("cat", "fifo"):
        yield Mode(
            "pipe-" + how, ["-j2", "--pipe", "-N1", "--" + how, "read -r x <{}; exec witness $x 400"], three(),
            stdin=["a\nb\n", 0.05, "c\n"],
        )
    yield Mode("pipe-unread", ["-j2", "--pipe", "-N1", "exec witness j$NURSERY_SEQ 400"],
               [Job("j%d" % i) for i in (1, 2, 3)], stdin=["a\nb\n", 0.05, "c\n"])
    yield Mode(
        "pipe-fail", ["-j2", "--pipe", "-N1", "read -r x; [ $x != b ] || exec witness -x 3 b 400; exec witness $x 400"],
        [Job("a", must=False), Job("b", status=3), Job("c", must=False)], status=3, stdin=["a\nb\n", 0.05, "c\n"],
    )
    yield Mode("shard", ["-j2", "--pipe", "--shard=1", every], three(), layout="group", stdin=["a\nb\n", 0.05, "c\n"])
    yield Mode(
        "tee", ["-j3", "--pipe", "--tee", "cat >/dev/null; exec witness {} 400", ":::", "a", "b", "c"], three(),
        stdin=["line\n" * 9000, 0.05, "line\n" * 90000],
    )
    yield simple("stdin-open", ["--stdin=open", "-j2"])
    yield Mode(
        "pipe-part", ["-j2", "--pipe-part", "--block=1", "-a", "args", one], three(),
        files={"args": "a\nb\nc\n"},
    )
    yield Mode(
        "parallel", words, three(), stdin=["a\nb\nc\n"], layout="group",
        program="@BOX@/parallel", files={},
    )
    yield Mode(
        "parallel-halt", ["--halt", "now,fail=1", "-k", "witness -x {} f{} 400", ":::", "0", "3"],
        [Job("f0", must=False), Job("f3", status=3)], status=3, program="@BOX@/parallel",
    )


def failing_modes():
    yield simple(
        "fail", ["-j2"], [Job("a", status=3), Job("b", must=False), Job("c", must=False)],
        status=3,
    )
    yield simple(
        "keep-going", ["-K", "-j2"], [Job("a", status=3), Job("b"), Job("c", status=4)],
        status=3, statuses=(4,),
    )
    deaf = [Job("a", 400, must=False), Job("b", 400, status=5)]
    words = [deaf[0].words("-u"), deaf[1].words("-s", "80")]
    yield Mode("last-words", words, deaf, status=5)
    ignore = "trap '' TERM; exec sleep 100"
    yield Mode(
        "grace", ["--kill-after=100ms", ignore, deaf[1].words("-s", "50")], [deaf[1]],
        status=5,
    )
    yield simple(
        "halt-soon", ["--halt", "soon,fail=2", "-j2"],
        [Job("a", status=3), Job("b", status=4), Job("c", must=False), Job("d", must=False)],
        status=3, statuses=(4,),
    )
    yield simple(
        "halt-percent", ["--halt", "now,fail=50%", "-j1"],
        [Job("a"), Job("b", status=3), Job("c", status=4), Job("d", must=False)], status=3,
    )
    yield Mode(
        "race", ["--race", "--kill-after=1", Job("a").words(), SLEEP, "exec witness -u b 400"],
        [Job("a"), Job("b", must=False)],
    )
    yield Mode("not-found", ["/no/such/command", SLEEP], [], status=127)
    yield Mode("quiet", ["--quiet", "sh -c 'exit 9'"], [], status=9, silent=True)
    for name, options in (("retries", []), ("retries-late", ["--group"])):
        yield Mode(
            name, ["--retries=2", "--retry-delay=20ms"] + options + ["witness -e -r 1 a 400", "witness b 400"],
            [Job("a", both=True), Job("b")], layout="group",
        )
    yield Mode(
        "timeout", ["--timeout=250ms", "--kill-after=1", Job("a").words(), SLEEP, "witness -u b 400"],
        [Job("a", must=False), Job("b", must=False)], status=124,
    )
    yield Mode(
        "move-on", ["--move-on-after=250ms", Job("a").words(), SLEEP],
        [Job("a", must=False)],
    )
    yield Mode(
        "job-timeout", ["-K", "--job-timeout=250ms", "witness -s 9000 a 400", "witness b 400"],
        [Job("a", must=False), Job("b", must=False)], status=124,
    )
    yield Mode(
        "idle-timeout", ["--idle-timeout=250ms", "witness -s 9000 a 400", "witness b 400"],
        [Job("a", must=False), Job("b", must=False)], status=124,
    )


def service_modes():
    readiness = {
        "notify": "server send READY=1; " + SLEEP,
        "fd:5": "echo >&5; " + SLEEP,
        "tcp:@PORT@": "exec server listen tcp4 @PORT@",
        "unix:@BOX@/work/s": "exec server listen stream @BOX@/work/s",
        "file:@BOX@/work/f": ": >@BOX@/work/f; " + SLEEP,
        "log:^ready": "echo ready; " + SLEEP,
        "exec:test -e @BOX@/work/f": ": >@BOX@/work/f; " + SLEEP,
    }
    for what, command in readiness.items():
        yield simple(
            "service-" + what.split(":")[0], ["--service", command, "--ready", what],
            three()[:2], relay=True,
        )
    yield simple(
        "services", ["--service", SLEEP, "--service", "server send READY=1; " + SLEEP, "--ready", "notify"],
        [Job("a", must=False), Job("b", status=6)], status=6, relay=True,
    )
    yield Mode(
        "service-dies", ["--service", "sleep .05; exit 4", SLEEP], [], status=4, relay=True
    )
    yield simple(
        "service-restarts",
        ["--service", "echo ready; [ $NURSERY_ATTEMPT -gt 2 ] || exit 4; " + SLEEP, "--ready", "log:^ready",
         "--restart", "on-failure"],
        three()[:2], relay=True,
    )
    yield Mode(
        "services-alone", ["--service", SLEEP, "--service", "sleep .05; exit 4"], [], status=4, relay=True
    )
    yield Mode(
        "service-never", ["--service", SLEEP, "--ready", "notify", "--ready-timeout=200ms", "witness a 400"],
        [Job("a", must=False)], status=124, relay=True,
    )
    yield Mode(
        "shield-finally",
        ["--shield", "witness -s 150 s 400", "--finally", "witness f 400", "--finally", "witness g 400",
         "witness -x 3 a 400", SLEEP],
        [Job("s"), Job("a", status=3), Job("f"), Job("g")], status=3, layout="group",
    )


    yield Mode(
        "procfile", ["--procfile", "Procfile", "witness a 400"], three()[:1], relay=True,
        files={"Procfile": "web: echo on $PORT; %s\nworker: %s\n" % (SLEEP, SLEEP), ".env": "X=1\n"},
    )
    yield Mode(
        "service-daemon", ["--orphans=wait", "--service", "(%s) >/dev/null 2>&1 &" % SLEEP, "witness a 400"],
        three()[:1], relay=True,
    )
    yield Mode(
        "service-nested",
        ["--service", "exec @NURSERY@ --service 'server send READY=1; %s' --ready notify" % SLEEP, "--ready", "notify",
         "witness a 400"],
        three()[:1], relay=True, noisy=True,
    )
    yield Mode(
        "services-grace", ["--kill-after=200ms"] + ["--service", "trap '' TERM; " + SLEEP] * 3 + ["witness a 400"],
        three()[:1], relay=True,
    )


def terminal_modes():
    yield simple(
        "pty-fail", ["--pty", "-j2"], [Job("a", status=3), Job("b", must=False), Job("c", must=False)], status=3,
    )
    yield Mode("pty-group", ["--pty", "--group", "witness a 4000", "witness b 90000"], [Job("a", 4000), Job("b", 90000)],
               layout="group")
    yield Mode("pty-orphans", ["--pty", "-k", "sleep 100 & witness a 400", "witness -d b 400", "zoo -x 0 daemon"],
               three()[:2])
    yield Mode(
        "pty-stdin", ["--pty", "--stdin=first", "read -r x; exec witness $x 400", "witness b 400"], three()[:2],
        stdin=["a\n"],
    )
    yield simple(
        "pty-service", ["--pty", "--service", "echo ready; " + SLEEP, "--ready", "log:^ready"], three()[:2], relay=True,
    )
    yield Mode(
        "pty-timeout", ["--pty", "--timeout=250ms", "--kill-after=1", "witness -u a 400", SLEEP],
        [Job("a", must=False)], status=124,
    )


def scope_modes():
    client = "@CLIENT@ --spawn "
    yield Mode(
        "spawn", [client + "'witness b 400' 'witness c 400'", "witness a 400"], three(),
        layout="group", client=True, noisy=True,
    )
    yield Mode(
        "spawn-wait", ["-j1", client + "--wait 'witness b 400' 'witness -x 3 c 400'",
                       "witness a 400"],
        [Job("a", must=False), Job("b"), Job("c", status=3)], status=3, layout="group",
        client=True, noisy=True,
    )
    yield Mode(
        "spawn-stdin", ["printf 'witness b 400\\nwitness c 400\\n' | " + client, "witness a 400"],
        three(), layout="group", client=True, noisy=True,
    )
    yield Mode(
        "spawn-closing", ["--kill-after=2", "trap '' TERM; until [ -e failed ]; do sleep .02; done; sleep .1; "
                          + client + "'witness b 400'; exit 0",
                          ": >failed; exit 3"],
        [Job("b", must=False)], status=3, client=True, noisy=True,
    )
    yield Mode(
        "nested", ["@NURSERY@ -k 'witness a 400' 'witness b 400'", "witness c 400"],
        three(), layout="group", noisy=True,
    )
    yield Mode(
        "nested-fail", ["@NURSERY@ 'witness -x 4 a 400' 'exec sleep 100'", SLEEP],
        [Job("a", status=4)], status=4, noisy=True,
    )
    orphan = ["witness -o a 400", "witness -d b 400", "witness -s 100 c 400"]
    yield Mode("orphans", ["-k"] + orphan, three())
    yield Mode("daemon", ["zoo -x 0 daemon", "zoo -x 0 deep", "witness a 400"], [Job("a")])
    yield Mode(
        "orphans-fail", ["--orphans=fail", "witness -o a 400", "witness -s 50 c 400"],
        [Job("a"), Job("c", must=False)], status=1,
    )
    yield Mode(
        "orphans-wait", ["--orphans=wait", "sh -c '(sleep .2; witness a 400) &'", "witness b 400"],
        [Job("a"), Job("b")], layout="group",
    )
    yield Mode(
        "orphans-leave", ["--orphans=leave", "sh -c 'sleep 1 >/dev/null 2>&1 & witness a 400'", "witness b 400"],
        three()[:2], leaves=True,
    )
    adopt = "(%s) >/dev/null 2>&1 & exec @NURSERY@ --adopt $! %s witness\\ a\\ 400"
    yield Mode("adopt", ["sh", "-c", adopt % ("until grep -q end $MARKS; do sleep .02; done", "")], [Job("a")], program=None, adopts=True)
    yield Mode(
        "adopt-fail", ["sh", "-c", adopt % (SLEEP, "witness\\ -x\\ 3\\ b\\ 400")],
        [Job("a", must=False), Job("b", status=3)], status=3, program=None, adopts=True,
    )
    stranger = "(sh -c 'echo $$ >pid; %s' >/dev/null 2>&1 &); until [ -s pid ]; do sleep .01; done; " \
        "exec @NURSERY@ --adopt $(cat pid) %s"
    yield Mode(
        "adopt-stranger", ["sh", "-c", stranger % (SLEEP, "witness\\ -x\\ 3\\ b\\ 400")],
        [Job("b", status=3)], status=3, program=None, adopts=True,
    )
    yield simple("delay", ["--delay=30ms"])
    yield simple("load", ["--load=100", "--memfree=1M"])
    yield simple("many", ["-j3"], [Job("j%d" % i, 200) for i in range(12)])


def signal_modes():
    waiting = ["witness -u a 400", SLEEP]
    a = [Job("a", must=False)]
    for name, number in (("INT", 2), ("TERM", 15), ("HUP", 1)):
        yield Mode(
            "sig-" + name, ["--kill-after=1"] + waiting, a, status=-number,
            script=[("mark", "wait a"), ("front", name)],
        )
    yield Mode(
        "sig-twice", ["trap '' TERM; exec witness -u a 400", SLEEP], a, status=-15,
        script=[("mark", "wait a"), ("front", "TERM"), ("sleep", 0.1), ("front", "TERM")],
    )
    yield Mode(
        "ctrl-z", ["witness -s 150 a 400", "witness b 400"], [Job("a"), Job("b")],
        script=[("mark", "end b"), ("front", "TSTP"), ("sleep", 0.25), ("front", "CONT")],
    )
    yield Mode(
        "usr1", ["witness -s 150 a 400", "witness b 400"], [Job("a"), Job("b")],
        script=[("mark", "begin a"), ("front", "USR1")],
    )


def report_modes():
    def reporting(name, options, reports, jobs, status=0, **rest):
        words = [o for o in options]
        for option, (path, kind) in reports.items():
            words += [option, path]
        files = {path: kind for path, kind in reports.values() if kind}
        return Mode(name, words + jobs, rest.pop("of"), status=status, reports=files, **rest)

    failing = [Job("a", both=True), Job("b", status=3), Job("c")]
    words = [job.words() for job in failing]
    everything = {
        "--events": ("ev", "events"), "--joblog": ("log", "joblog"), "--junit": ("r.xml", "xml"),
        "--trace": ("t.json", "trace"), "--timeline": ("t.svg", "xml"), "--summary": ("s.md", "page"),
        "--results": ("r.csv", "csv"),
    }
    for option in ("--events", "--joblog", "--junit", "--trace", "--timeline", "--summary", "--results"):
        path, kind = everything[option]
        yield reporting("report-" + kind if kind != "xml" else option[2:], ["-K", "-j2"], {option: (path, kind)},
                        words, of=failing, status=3)
    yield reporting("reports", ["-K", "-j2", "--retries=1", "--retry-delay=10ms"], everything,
                    [failing[0].words(), "witness -r 1 b 400", "witness c 400"],
                    of=[failing[0], Job("b"), Job("c")], layout="group")
    yield reporting("reports-fail", ["-j2", "--timings"], everything,
                    [failing[1].words(), SLEEP, "witness c 400"], of=[failing[1], Job("c", must=False)], status=3)
    yield reporting("results-tree", ["-K"], {"--results": ("tree", "")}, words, of=failing, status=3)
    log = "Seq\tHost\tStarttime\tJobRuntime\tSend\tReceive\tExitval\tSignal\tCommand\n" \
        "1\t:\t1700000000.000\t     0.001\t0\t0\t0\t0\twitness a 400\n"
    yield Mode("resume", ["-k", "--resume", "--joblog", "log", "witness a 400", "witness b 400", "witness c 400"],
               [Job("b"), Job("c")], files={"log": log}, reports={"log": "joblog"})
    yield simple("jobserver", ["-k", "--jobserver=fifo", "-j2"])
    yield simple("jobserver-pipe", ["-k", "--jobserver=pipe", "-j2"])


def machine_modes():
    """An agent on this machine stands for another; it is the client."""
    at = ["--hosts=a", "--carrier=@GATE@ X={host}", "-j2", "--kill-after=1"]
    rest = {"client": True, "noisy": True, "relay": True, "leak_grace": 5}
    yield simple("machines", at + ["-k"], three(both=True, size=9000), **rest)
    yield simple("machines-slow", at + ["-k"], three(size=300000), sink="slow", **rest)
    yield simple(
        "machines-fail", at, [Job("a", status=3), Job("b", must=False)], extra=[SLEEP],
        status=3, **rest,
    )
    orphan = ["witness -o a 400", "witness -d b 400", "witness -s 100 c 400"]
    yield Mode("machines-orphans", at + ["-k"] + orphan, three(), **rest)
    yield Mode(
        "machines-timeout", at + ["--timeout=250ms", "witness -u a 400", SLEEP],
        [Job("a", must=False)], status=124, **rest,
    )


def contained_modes():
    """Modes that are skipped where their option does not work."""
    orphan = ["witness -o a 400", "witness -d b 400", "witness -s 100 c 400"]
    for what in ("pidns", "strict"):
        option = "--contain=" + what
        yield simple(what, [option, "-k"], three(both=True), needs=option)
        yield Mode(what + "-orphans", [option, "-k"] + orphan, three(), needs=option)
        yield simple(
            what + "-fail", [option], [Job("a", status=3), Job("b", must=False)],
            extra=[SLEEP], status=3, needs=option,
        )
        yield Mode(
            what + "-spawn", [option, "@CLIENT@ --spawn 'witness b 400'", "witness a 400"],
            three()[:2], layout="group", client=True, noisy=True, needs=option,
        )
    limits = ["--memory-max=100M", "--pids-max=50"]
    yield simple("memory-max", limits[:1] + ["-k"], needs=limits[0])
    yield simple("pids-max", limits[1:] + ["-k"], needs=limits[1])


def all_modes():
    modes = {}
    for family in (
        output_modes, input_modes, failing_modes, service_modes, terminal_modes,
        scope_modes,
        signal_modes, report_modes, machine_modes, contained_modes,
    ):
        for mode in family():
            assert mode.name not in modes
            modes[mode.name] = mode
    return modes
