"""All attacks but single faults, by the first word of a case's name:

	storm/NAME			much at once: storms.py
	race/MODE/N			the mode, many times over
	kill/MODE/ROLE/SIGNAL/MS	a signal to front or worker after some time
	limit/MODE/RESOURCE/VALUE	under a limit, as by ulimit -n, -u, -v, -f
	birth/MODE/HOW			started in unusual ways: closed streams, no /proc
	bomb/KIND/HOW			fork bombs: bombs.py
"""

import functools
import itertools
import os
import subprocess

import bombs
from box import Box
from faults import with_grace
from judge import Fault, judge
from storms import STORMS

RACES = 25
UID_MIN = 60001
_uids = itertools.count()

SIGNALS = ("KILL", "TERM", "INT", "HUP", "QUIT", "TSTP", "STOP", "USR1", "CONT", "CHLD", "ALRM", "PIPE")

LIMITS = {
    "nofile": list(range(4, 48)),
    "nproc": [1, 2, 3, 4, 5, 6, 8, 10],
    "as": [m << 20 for m in (4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64)],
    "data": [m << 20 for m in (1, 2, 4, 8, 16)],
    "fsize": [20000, 100000],
    "stack": [64 << 10, 256 << 10],
    "sigpending": [0, 1, 2],
    "msgqueue": [0],
    "memlock": [0],
}
LIMITED = (
    "keep group lines merged file spool spool-group tag-lines stdin template-stdin fail keep-going last-words "
    "retries service-notify service-tcp service-log spawn spawn-wait nested orphans daemon orphans-fail adopt "
    "shield-finally many sig-TERM timeout pidns-orphans strict-orphans"
).split()


def births():
    """name -> the words before nursery that give it that birth"""
    table = {}
    for sig in ("CHLD", "TERM", "INT", "PIPE", "HUP", "CONT", "USR1", "TSTP", "ALRM"):
        table["block-" + sig] = ["puppet", "block", sig, "exec"]
        table["ignore-" + sig] = ["puppet", "ignore", sig, "exec"]
    for n in range(1, 8):
        fds = [str(fd) for fd in range(3) if n >> fd & 1]
        table["closed-" + "".join(fds)] = ["puppet"] + [w for fd in fds for w in ("close", fd)] + ["exec"]
    shell = ["sh", "-c"]
    mounted = ["unshare", "-m"] + shell
    run = ' && exec "$@"'
    table["pid1"] = ["unshare", "-pf"]
    table["pid1-proc"] = ["unshare", "-pf", "--mount-proc"]
    table["no-proc"] = mounted + ["mount -t tmpfs none /proc" + run, "sh"]
    table["tmp-missing"] = ["env", "TMPDIR=/no/such", "XDG_RUNTIME_DIR=/no/such"]
    table["tmp-relative"] = ["env", "TMPDIR=.", "XDG_RUNTIME_DIR=."]
    table["tmp-full"] = mounted + [
        "mount -t tmpfs -o size=4k none $TMPDIR; mount -t tmpfs -o size=4k none /dev/shm; "
        "mount -t tmpfs -o size=4k none /tmp; unset XDG_RUNTIME_DIR; "
        'head -c 9999 /dev/zero >$TMPDIR/x 2>/dev/null; exec "$@"', "sh"]
    table["tmp-read-only"] = mounted + [
        "mount -t tmpfs -o ro none $TMPDIR; mount -t tmpfs -o ro none /dev/shm; "
        'mount -t tmpfs -o ro none /tmp; unset XDG_RUNTIME_DIR; exec "$@"', "sh"]
    table["user"] = ["setpriv"]
    table["no-new-privs"] = ["setpriv", "--no-new-privs"]
    table["no-capabilities"] = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]
    table["umask"] = shell + ['umask 777; exec "$@"', "sh"]
    table["no-folder"] = shell + ['mkdir ../gone && cd ../gone && rmdir ../gone; exec "$@"', "sh"]
    table["session"] = ["setsid", "-w"]
    table["nohup"] = ["nohup"]
    table["traced"] = ["strace", "-f", "-o", "/dev/null"]
    table["nice"] = ["nice", "-n", "19"]
    table["one-cpu"] = ["taskset", "1"]
    table["empty-environment"] = ["env", "-u", "TMPDIR", "-u", "XDG_RUNTIME_DIR", "-u", "HOME", "-u", "LC_ALL"]
    return table


BIRTHS = births()
BORN = "keep merged fail retries service-notify spawn orphans daemon sig-TERM timeout stdin file spool".split()


def next_uid():
    """The id of a user that no other case has: limits count a user's processes."""
    return UID_MIN + next(_uids) % 5000


def as_user(box):
    """Gives the box to a new user; returns the words of a command that becomes it."""
    uid = next_uid()
    for root, dirs, files in os.walk(box.folder):
        for name in [root] + [os.path.join(root, f) for f in dirs + files]:
            os.lchown(name, uid, uid)
    return ["setpriv", "--reuid=%d" % uid, "--regid=%d" % uid, "--clear-groups"]


def copy_of(mode, **changes):
    return type(mode)(**{**vars(mode), **changes})


def run(modes, name):
    """Returns (what is wrong, the last run, its box)."""
    family, *rest = name.split("/")
    return {
        "storm": run_storm, "race": run_race, "kill": run_kill, "limit": run_limit, "birth": run_birth,
        "bomb": bombs.run,
    }[family](modes, *rest)


def run_storm(_, name):
    box = Box()
    before = as_user(box) if STORMS[name].user and os.geteuid() == 0 else []
    seen = box.run(STORMS[name], before=before, limit=60)
    return judge(STORMS[name], seen, Fault()), seen, box


def run_race(modes, name, _):
    for i in range(RACES):
        box = Box()
        seen = box.run(modes[name])
        wrong = judge(modes[name], seen, Fault())
        if wrong or i == RACES - 1:
            return ["in run %d: %s" % (i + 1, w) for w in wrong], seen, box
        box.remove()


def run_kill(modes, name, role, sig, ms):
    mode = modes[name]
    script = [("sleep", int(ms) / 1000), (role, sig)]
    if sig in ("TSTP", "STOP"):
        script += [("sleep", 0.2), (role, "CONT")]
    box = Box()
    mode = copy_of(mode, script=script + mode.script)
    if sig == "KILL":
        mode = with_grace(mode)
    seen = box.run(mode)
    if sig == "KILL":
        kind = "kill"
    elif sig in ("USR1", "CONT", "CHLD", "PIPE", "STOP", "TSTP"):
        kind = "transparent"
    else:
        kind = "term"
    if role == "worker" and sig in ("TSTP",):
        kind = "term"
    return judge(mode, seen, Fault(kind, role)), seen, box


def run_limit(modes, name, resource, value):
    box = Box()
    before = ["prlimit", "--%s=%s:%s" % (resource, value, value)]
    if resource == "nproc":
        if os.geteuid() != 0:
            return [], box.run(modes[name]), box
        before = as_user(box) + before
    mode = copy_of(modes[name], noisy=True)  # its jobs may complain, too
    seen = box.run(mode, before=before)
    return judge(mode, seen, Fault("limit")), seen, box


def run_birth(modes, name, how):
    mode = modes[name]
    box = Box()
    before = as_user(box) if how == "user" else BIRTHS[how]
    changes = {}
    if how.startswith("closed-"):
        fds = how.split("-")[1]
        changes["blind"] = ("out" if "1" in fds else "") + ("err" if "2" in fds else "")
        if "0" in fds and mode.stdin is not None:
            changes["jobs"] = []
    if how == "no-folder":
        changes["noisy"] = True  # the shell complains
    if how == "traced":
        changes["leak_grace"] = 2
    mode = copy_of(mode, **changes)
    seen = box.run(mode, before=before)
    transparent = not (
        how in ("no-proc", "tmp-full", "tmp-read-only") or how.startswith(("closed", "ignore-TERM", "block-TERM"))
        or (how.startswith("pid1") and mode.status < 0) or (how in ("traced", "session") and mode.status < 0)
        or how == "umask" or (how == "no-folder" and mode.client)
    )
    return judge(mode, seen, Fault("none" if transparent else "error")), seen, box


@functools.lru_cache(maxsize=1)
def can_mount():
    """False in a chroot whose root is no mount point, and where unshare(2) is forbidden."""
    return subprocess.run(["unshare", "-m", "true"], stderr=subprocess.DEVNULL).returncode == 0


def possible_birth(mode, how):
    if BIRTHS[how][0] == "unshare" and how != "pid1" and not can_mount():
        return False
    if mode.merged and how.startswith("closed"):
        return False  # there is nothing to merge
    if mode.status == -15 and how == "ignore-TERM":
        return False  # then it does not end
    return os.geteuid() == 0 or not BIRTHS[how][0] in ("unshare", "setpriv")


def whole(modes):
    names = ["storm/" + name for name in STORMS]
    names += ["race/%s/%d" % (mode, i) for mode in modes for i in range(2)]
    for mode in modes:
        for role in ("front", "worker"):
            for i, sig in enumerate(SIGNALS):
                for ms in (2, 8, 30, 90):
                    names.append("kill/%s/%s/%s/%d" % (mode, role, sig, ms + (i * 7) % 11))
    for mode in LIMITED:
        for resource, values in LIMITS.items():
            # the jobs of the one would wait for each other, the other's shell needs a process itself
            if mode in modes and (mode, resource) not in (("daemon", "nproc"), ("adopt", "nproc")):
                names += ["limit/%s/%s/%d" % (mode, resource, value) for value in values]
    names += ["birth/%s/%s" % (mode, how) for mode in BORN for how in BIRTHS if possible_birth(modes[mode], how)]
    return names + bombs.whole()


def is_case(modes, name):
    parts = name.split("/")
    return {
        "storm": lambda: len(parts) == 2 and parts[1] in STORMS,
        "race": lambda: len(parts) == 3 and parts[1] in modes,
        "kill": lambda: len(parts) == 5 and parts[1] in modes,
        "limit": lambda: len(parts) == 4 and parts[1] in modes,
        "birth": lambda: len(parts) == 3 and parts[1] in modes and parts[2] in BIRTHS,
        "bomb": lambda: bombs.is_case(parts),
    }.get(parts[0], lambda: False)()


def sample(modes, rng):
    """Takes one case of each family in turn; seldom a bomb, which runs alone."""
    names = whole(modes)
    families = {}
    for name in names:
        families.setdefault(name.split("/")[0], []).append(name)
    order = ["kill", "limit", "birth", "storm", "kill", "limit", "birth", "race"]
    for i in itertools.count():
        family = "bomb" if i % 60 == 40 and "bomb" in families else order[i % len(order)]
        name = rng.choice(families[family])
        if family == "kill":
            name = "/".join(name.split("/")[:-1] + [str(rng.randrange(150))])
        yield name
