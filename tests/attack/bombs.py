"""bomb/KIND/HOW: a fork bomb as a user of its own whose processes are limited.

HOW: timeout; fail (a sibling fails); TERM; front, worker (that one is killed).
One bomb runs at a time; at the end all processes of the user are killed.
"""

import itertools
import os
import subprocess
import threading
import time

from box import Box
from judge import Fault, judge
from modes import Job, Mode

KINDS = {
    "fork": "bomb fork",
    "setsid": "bomb setsid",
    "double": "bomb double",
    "hop": "bomb hop",
    "deaf": "bomb deaf",
    "perl": "perl -MPOSIX -e 'alarm 40; while(1){ if((fork//1)==0){setsid} }'",
}
HOWS = ("timeout", "fail", "TERM", "front", "worker")
LIMIT = 200
UID = itertools.count(65001)
one_at_a_time = threading.Lock()


def mode_of(kind, how):
    words = ["--kill-after=500ms"]
    script, jobs, status = [], [], 124
    if how == "timeout":
        words += ["--timeout=500ms"]
    elif how == "fail":
        words += ["witness -s 400 -x 3 a 100"]
        jobs, status = [Job("a", 100, status=3)], 3
    elif how == "TERM":
        script, status = [("sleep", 0.6), ("front", "TERM")], -15
    else:
        script, status = [("sleep", 0.6), (how, "KILL")], -9
    return Mode("bomb", words + [KINDS[kind]], jobs, status=status, script=script, noisy=True,
                leak_grace=10 if how in ("front", "worker") else 0)


def processes_of(uid):
    found = []
    for pid in os.listdir("/proc"):
        try:
            if pid.isdigit() and os.stat("/proc/" + pid).st_uid == uid:
                with open("/proc/%s/stat" % pid) as f:
                    if f.read().rsplit(")", 1)[1].split()[0] not in "ZX":
                        found.append(pid)
        except OSError:
            pass
    return found


def put_out(uid):
    """Kills all processes of the user.  Returns how many there were."""
    found = len(processes_of(uid))
    for _ in range(200):
        # kill(-1) reaches all of the user at once, so none can fork meanwhile
        subprocess.run(
            ["setpriv", "--reuid=%d" % uid, "--regid=%d" % uid, "--clear-groups", "sh", "-c", "kill -9 -1"],
            stderr=subprocess.DEVNULL,
        )
        if not processes_of(uid):
            break
        time.sleep(0.02)
    return found


def run(_, kind, how):
    mode = mode_of(kind, how)
    with one_at_a_time:
        uid = next(UID)
        box = Box()
        for folder in ("", "tmp", "run", "home", "work"):
            os.chown(box.path(folder), uid, uid)
        before = ["setpriv", "--reuid=%d" % uid, "--regid=%d" % uid, "--clear-groups",
                  "prlimit", "--nproc=%d:%d" % (LIMIT, LIMIT), "--core=0"]
        net = threading.Timer(75, put_out, (uid,))
        net.start()
        try:
            seen = box.run(mode, before=before, limit=60)
        finally:
            net.cancel()
            left = put_out(uid)
    fault = Fault("kill", how) if how in ("front", "worker") else Fault("error")
    wrong = judge(mode, seen, fault)
    if left and not wrong:
        wrong.append("process left: %d of the bomb" % left)
    return wrong, seen, box


def whole():
    if os.geteuid() != 0:
        return []  # it needs a user of its own
    return ["bomb/%s/%s" % (kind, how) for kind in KINDS for how in HOWS]


def is_case(parts):
    return len(parts) == 3 and parts[1] in KINDS and parts[2] in HOWS and os.geteuid() == 0
