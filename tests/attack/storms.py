"""storm/NAME: modes that do much at once."""

from modes import SLEEP, Job, Mode, maybe


def all_storms():
    client = "@CLIENT@ --spawn "
    hundred = [str(i) for i in range(100)]
    spawned = [Job("s" + i, 100) for i in hundred]
    yield Mode(
        "spawn", ["-j20", client + "'witness s{} 100'", ":::"] + hundred, spawned, layout="group", noisy=True
    )
    yield Mode(
        "spawn-wait", ["-j2", client + "--wait 'witness s{} 100'", ":::"] + hundred, spawned,
        layout="group", noisy=True,
    )
    # all requests are sent while the worker is stopped and takes none
    yield Mode(
        "spawn-few-descriptors",
        ["-j0", "ulimit -n 32; sleep 2; exec " + client + "'witness s{} 100'", ":::"] + hundred, spawned,
        layout="group", noisy=True, user=True,
        script=[("sleep", 1.5), ("worker", "STOP"), ("sleep", 2), ("worker", "CONT")],
    )
    yield Mode(
        "spawn-idle", ["-j250", "(sleep 4; echo 'witness s{} 100') | " + client, ":::"]
        + [str(i) for i in range(200)],
        [Job("s%d" % i, 100) for i in range(200)], layout="group", noisy=True,
    )
    # each job spawns two more, five levels deep
    tree = "case $1 in ?????*) ;; *) @NURSERY@ --spawn \"sh tree ${1}0\" \"sh tree ${1}1\";; esac; witness t$1 50\n"
    leaves = [""]
    for _ in range(4):
        leaves += [x + d for x in leaves[-(2 ** (len(leaves[-1]))):] for d in "01"]
    yield Mode(
        "spawn-tree", ["sh tree ''"], [Job("t" + x, 50) for x in leaves], layout="group", noisy=True,
        files={"tree": tree.replace("?????*", "????*")},
    )
    yield Mode(
        "failing", ["-K", "-j0", "--retries=1", "--retry-delay=10ms", "witness -x 3 f{} 50", ":::"] + hundred,
        [Job("f" + i, 50, status=3) for i in hundred], status=3, layout="group",
    )
    yield Mode(
        "fail-fast", ["-j50", "witness -x {= =}".replace("{= =}", "3") + " f{} 50", ":::"] + hundred,
        maybe([Job("f" + i, 50, status=3) for i in hundred]), status=3, layout="group",
    )
    yield Mode(
        "orphans", ["-j10", "witness -o o{} 100", ":::"] + hundred[:60], [Job("o" + i, 100) for i in hundred[:60]]
    )
    yield Mode(
        "daemons", ["-j10", "witness -d o{} 100", ":::"] + hundred[:60], [Job("o" + i, 100) for i in hundred[:60]]
    )
    yield Mode(
        "orphans-fail", ["-K", "-j10", "--orphans=fail", "witness -d o{} 100", ":::"] + hundred[:40],
        [Job("o" + i, 100) for i in hundred[:40]], status=1,
    )
    animals = "cloneparent daemon deep hop hopsid ignterm nosig stopped subreaper vhop wide".split()
    yield Mode(
        "zoo", ["--kill-after=300ms", "-K"] + ["zoo -x 0 " + a for a in animals] + ["witness a 100"], [Job("a", 100)],
    )
    yield Mode(
        "zoo-cancelled", ["--kill-after=300ms"] + ["zoo " + a for a in animals] + ["witness -s 300 -x 3 a 100"],
        [Job("a", 100, status=3)], status=3,
    )
    adopt = "for i in 1 2 3 4 5 6 7 8 9 10; do (%s) >/dev/null 2>&1 & a=\"$a --adopt $!\"; done; exec @NURSERY@ $a %s"
    until = "until grep -q end $MARKS; do sleep .02; done"
    yield Mode("adopted", ["sh", "-c", adopt % (until, "witness\\ a\\ 400")], [Job("a")], program=None, adopts=True)
    yield Mode(
        "adopted-cancelled", ["sh", "-c", adopt % (SLEEP, "witness\\ -x\\ 3\\ a\\ 400")], [Job("a", status=3)],
        status=3, program=None, adopts=True,
    )
    services = []
    for i in range(30):
        services += ["--service", "server send READY=1; " + SLEEP, "--ready", "notify"]
    yield Mode("services", services + ["witness a 400"], [Job("a")], relay=True)
    flood = [Job("f%d" % i, 100000, both=True) for i in range(15)]
    words = [job.words() for job in flood]
    yield Mode("flood", ["-k", "--buffer=64K"] + words, flood)
    yield Mode("flood-group", ["--group", "-j8", "--buffer=64K"] + words, flood, layout="group")
    yield Mode("flood-lines", ["--lb"] + words, flood, layout="lines")
    yield Mode("flood-slow", ["--lb", "--buffer=64K"] + words[:6], flood[:6], layout="lines", sink="slow")
    work = ["witness -s 700 a 400", "witness -s 700 b 400"]
    ab = [Job("a"), Job("b")]
    yield Mode(
        "ctrl-z", work, ab,
        script=[("mark", "begin a")] + [("front", "TSTP"), ("sleep", 0.03), ("front", "CONT"), ("sleep", 0.03)] * 10,
    )
    yield Mode("usr1", work, ab, script=[("mark", "begin a")] + [("front", "USR1"), ("sleep", 0.005)] * 60)
    yield Mode("conts", work, ab, script=[("mark", "begin a")] + [("front", "CONT"), ("sleep", 0.005)] * 60)
    nested = "witness n 400"
    for i in range(4):
        nested = "@NURSERY@ " + "'" + nested.replace("'", "'\\''") + "'"
    yield Mode("nested", [nested, "witness a 400"], [Job("n"), Job("a")], layout="group", noisy=True)
    many = [Job("m%d" % i, 30) for i in range(1000)]
    yield Mode("many", ["-j64", "witness m{} 30", ":::"] + [str(i) for i in range(1000)], many)


STORMS = {mode.name: mode for mode in all_storms()}
