"""Chooses the cases, runs several at once, prints what was found."""

import hashlib
import os
import queue
import random
import re
import shlex
import shutil
import subprocess
import sys
import threading
import time
import traceback

import faults
import modes as modes_module
import others
import settings
from box import Box, patience
from judge import Fault, judge

PLAIN = "plain"


def number(name, default):
    return int(os.environ.get(name) or default)


class Suppressed:
    """The table in the file "suppressed": PATTERN, blanks, the reason."""

    def __init__(self):
        self.rows = []
        with open(os.path.join(settings.HERE, "suppressed")) as f:
            for line in f:
                if line.strip() and not line.startswith("#"):
                    pattern, reason = line.split(None, 1)
                    self.rows.append((re.compile(pattern), reason.strip()))

    def reason(self, name):
        for pattern, reason in self.rows:
            if pattern.search(name):
                return reason
        return None


class Attack:
    def __init__(self, words):
        self.modes = available(modes_module.all_modes(), words)
        self.suppressed = Suppressed()
        self.lock = threading.Lock()
        self.passed = {}
        self.failed = {}
        self.not_fired = 0
        self.n_suppressed = 0
        self.findings = []
        self.begin = time.monotonic()
        self.deadline = None
        self.sure = bool(number("SURE", 0))

    # -- one case -----------------------------------------------------------

    def once(self, name):
        family = name.split("/")[0]
        if family == PLAIN:
            mode = self.modes[name.split("/")[1]]
            box = Box()
            seen = box.run(mode)
            return judge(mode, seen, Fault()), seen, box
        if family == "fault":
            return faults.run(self.modes, name)
        return others.run(self.modes, name)

    def case(self, name, again=True):
        """Runs it and counts it; a finding is run again to see how often."""
        family = name.split("/")[0]
        try:
            for _ in range(3):  # a full disk, for example, is no finding
                wrong, seen, box = self.once(name)
                if not seen.self_trouble:
                    break
        except Exception:
            wrong, seen, box = ["the runner failed:\n" + traceback.format_exc()], None, None
        if wrong:
            self.keep(name, wrong, seen, box)
        if box is not None:
            box.remove()
        times = 0
        if wrong and again:
            for _ in range(3):
                late = self.deadline is not None and time.monotonic() > self.deadline
                if late and not self.sure:
                    break
                repeated, _, box = self.once(name)
                times += bool(repeated)
                box.remove()
            if times == 0 and wrong[0].startswith("hang") and patience() > 1:
                print("attack: %s: took too long once, under load" % name, flush=True)
                wrong = []
            if times == 0 and wrong and self.sure:
                self.tell(name, wrong, "seen once, not counted")
                wrong = []
        with self.lock:
            if family == "fault" and seen is not None and not seen.fired and not wrong:
                if "/SIG" not in name:
                    self.not_fired += 1
            counts = self.failed if wrong else self.passed
            counts[family] = counts.get(family, 0) + 1
            if wrong:
                self.findings.append(name)
                self.tell(name, wrong, "again in %d of 3" % times if again else "")

    def tell(self, name, wrong, how_often):
        print("FINDING %s%s" % (name, " (%s)" % how_often if how_often else ""))
        for sentence in wrong:
            print("  " + sentence)
        print("  replay: make attack CASE=%s" % shlex.quote(name))
        print("  kept:   %s" % os.path.relpath(kept(name)), flush=True)

    def keep(self, name, wrong, seen, box):
        folder = kept(name)
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)

        def save(file, data):
            with open(os.path.join(folder, file), "wb") as f:
                f.write(data if isinstance(data, bytes) else data.encode())

        save("wrong", "\n".join(wrong) + "\n")
        if seen is not None:
            save("out", seen.out)
            save("err", seen.err)
            save("trace", seen.trace)
            save("watch", "\n".join(seen.watch) + "\nstatus %s\n" % seen.status)
            save("marks", "".join(" ".join(m) + "\n" for m in seen.marks))

    # -- many ---------------------------------------------------------------

    def work(self, names, again=True):
        """Runs the cases, several at once, until the deadline if there is one."""
        waiting = queue.SimpleQueue()
        total = 0
        for name in names:
            if self.suppressed.reason(name):
                self.n_suppressed += 1
                continue
            waiting.put(name)
            total += 1
        threads = [
            threading.Thread(target=self.worker, args=(waiting, again))
            for _ in range(number("JOBS", 12))
        ]
        for thread in threads:
            thread.start()
        self.show_progress(threads, waiting, total)

    def worker(self, waiting, again):
        while self.deadline is None or time.monotonic() < self.deadline:
            try:
                name = waiting.get_nowait()
            except queue.Empty:
                return
            if not self.is_too_late_for(name):
                self.case(name, again)

    def is_too_late_for(self, name):
        """True for a case that may take longer than there is time left."""
        return (
            self.deadline is not None
            and name.startswith(("bomb/", "storm/", "race/"))
            and self.deadline - time.monotonic() < 40
        )

    def show_progress(self, threads, waiting, total):
        begin = last = time.monotonic()
        for thread in threads:
            while thread.is_alive():
                thread.join(1)
                now = time.monotonic()
                if now - last >= 30:
                    last = now
                    done = total - waiting.qsize()
                    left = (now - begin) / max(done, 1) * (total - done)
                    print(
                        "attack: %d/%d, %d findings, about %d min left"
                        % (done, total, len(self.findings), round(left / 60)),
                        flush=True,
                    )

    def record(self, chosen):
        """All fault cases of the modes: (key, name, what)."""
        todo = queue.SimpleQueue()
        for mode in chosen:
            for role in faults.roles_of(mode):
                todo.put((mode, role))
        cases, lock = [], threading.Lock()

        def recorder():
            while True:
                try:
                    mode, role = todo.get_nowait()
                except queue.Empty:
                    return
                calls, wrong = faults.record(mode, role)
                with lock:
                    cases.extend((mode.name,) + c for c in faults.names(mode, role, calls))
                    if wrong:
                        print("attack: recording %s %s: %s" % (mode.name, role, wrong), flush=True)

        threads = [threading.Thread(target=recorder) for _ in range(number("JOBS", 12))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        cases.sort()
        return cases

    def summary(self):
        families = sorted(set(self.passed) | set(self.failed))
        for family in families:
            print(
                "attack: %s: %d cases, %d findings"
                % (
                    family,
                    self.passed.get(family, 0) + self.failed.get(family, 0),
                    self.failed.get(family, 0),
                )
            )
        if self.not_fired:
            print("attack: %d faults did not come to pass: the run went another way" % self.not_fired)
        if self.n_suppressed:
            print("attack: %d cases are suppressed, see tests/attack/suppressed" % self.n_suppressed)
        print("attack: %d s" % (time.monotonic() - self.begin))
        passed, failed = sum(self.passed.values()), sum(self.failed.values())
        print("%d passed, %d failed" % (passed, failed), flush=True)
        return 0 if failed == 0 and passed > 0 else 1


def kept(name):
    return os.path.join(settings.RESULTS, name.replace("/", "+"))


def has_option(option):
    leakcheck = settings.HELPERS + "/programs/leakcheck"
    nothing = subprocess.DEVNULL
    return (
        subprocess.run(
            [leakcheck, "-t", "5", "--", settings.NURSERY, option, "true"], stdin=nothing, stdout=nothing, stderr=nothing
        ).returncode
        == 0
    )


def is_about(mode, word):
    """True if a case whose name begins with the word may be one of the mode."""
    parts = word.split("/")
    return len(parts) < 2 or parts[0] == "storm" or mode.startswith(parts[1])


def available(modes, words):
    """The modes but those whose option this program or machine does not have."""
    known = {}
    for name, mode in list(modes.items()):
        if not mode.needs or (words and not any(is_about(name, word) for word in words)):
            continue
        if mode.needs not in known:
            known[mode.needs] = has_option(mode.needs)
            if not known[mode.needs]:
                print("attack: no %s here: its modes are skipped" % mode.needs)
        if not known[mode.needs]:
            del modes[name]
    return modes


def choose_whole(cases):
    """
    Each place of the program that makes a call gets all faults in one mode, and
    one random fault in every other mode.  In each mode the last call from that
    place gets a random fault, too, if the place makes several.
    """
    chosen, seen, groups = [], set(), {}
    for mode, key, name, what in cases:
        groups.setdefault((mode, key), {}).setdefault(name.split("/")[4], []).append(name)
    # the modes in alphabetical order
    for (mode, key), by_k in groups.items():
        ks = sorted(by_k, key=int)
        rng = random.Random(int(hashlib.md5(repr((mode, key)).encode()).hexdigest(), 16))
        if key not in seen:
            seen.add(key)
            chosen += by_k[ks[0]]
        else:
            chosen.append(rng.choice(by_k[ks[0]]))
        if len(ks) > 1:
            chosen.append(rng.choice(by_k[ks[-1]]))
    return chosen


def choose_sample(cases, rng):
    """All places of all modes are equally likely, and so are the faults of a place."""
    groups = {}
    for mode, key, name, what in cases:
        groups.setdefault((mode, key), []).append(name)
    keys = sorted(groups)
    while True:
        yield rng.choice(groups[rng.choice(keys)])


def main(words):
    attack = Attack(words)
    seconds = number("SECONDS", 0)
    if words == ["-l"]:
        for name in attack.modes:
            print(name)
        return 0
    if words:
        return run_named(attack, words)
    os.makedirs(settings.RESULTS, exist_ok=True)
    if seconds:
        return run_sample(attack, seconds)
    begin = time.monotonic()
    cases = attack.record(list(attack.modes.values()))
    chosen = [PLAIN + "/" + name for name in attack.modes]
    chosen += choose_whole(cases) + others.whole(attack.modes)
    random.Random(1).shuffle(chosen)
    print(
        "attack: %d modes recorded in %d s: %d possible faults; %d cases"
        % (len(attack.modes), time.monotonic() - begin, len(cases), len(chosen)),
        flush=True,
    )
    attack.work(chosen)
    return attack.summary()


def run_named(attack, words):
    """Runs the cases whose names the words are, or whose names begin with them."""
    names = []
    for word in words:
        if attack_is_case(attack, word):
            names.append(word)
        else:
            names += [n for n in every_name(attack, word) if n.startswith(word)]
    if not names:
        print("attack: no case is called %s" % " or ".join(words))
        return 1
    for _ in range(number("TIMES", 1)):
        attack.work(names, again=len(names) > 1)
    return attack.summary()


def attack_is_case(attack, word):
    parts = word.split("/")
    if parts[0] == "fault":
        return len(parts) == 6 and parts[1] in attack.modes
    if parts[0] == PLAIN:
        return len(parts) == 2 and parts[1] in attack.modes
    return others.is_case(attack.modes, word)


def every_name(attack, word):
    parts = word.split("/")
    if parts[0] == "fault":
        chosen = [m for n, m in attack.modes.items() if len(parts) < 2 or n == parts[1] or
                  (len(parts) == 2 and n.startswith(parts[1]))]
        return [c[2] for c in attack.record(chosen)]
    return [PLAIN + "/" + name for name in attack.modes] + others.whole(attack.modes)


def run_sample(attack, seconds):
    seed = number("SEED", random.randrange(1, 1000000))
    rng = random.Random(seed)
    attack.deadline = attack.begin + seconds
    print("attack: SECONDS=%d SEED=%d" % (seconds, seed), flush=True)
    chosen = list(attack.modes.values())
    rng.shuffle(chosen)
    # recording all takes longer than a short sample has
    cases = attack.record(chosen[: max(8, min(len(chosen), seconds // 8))])
    sample = choose_sample(cases, rng)
    slow = others.sample(attack.modes, rng)
    names = []
    for i in range(seconds * 40):
        names.append(next(slow) if i % 8 == 7 else next(sample))
    attack.work(names)
    return attack.summary()
