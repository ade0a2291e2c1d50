"""What must hold after a run: the promises, seen from outside.

judge() returns the broken ones as sentences, none if all held.
"""

import functools
import re
import signal

import box
import reports

MESSAGE = re.compile(rb"(nursery|parallel): [^\n]*\n")
RELAYED = re.compile(rb"\[[^\]\n]*\] ?[^\n]*\n")
CRASHES = ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE", "SIGTRAP")
CRASH_TEXT = re.compile(
    rb"assert|AddressSanitizer|LeakSanitizer|runtime error|double free|corrupted|"
    rb"stack smashing|buffer overflow detected|bug in nursery"
)


@functools.lru_cache(maxsize=100)
def witness_lines(name, size):
    """The lines of a witness's two streams: see tests/programs/witness.c."""

    def start(stream):
        state = ord(stream)
        for c in name.encode():
            state = (state * 31 + c) & 0xFFFFFFFF
        return state

    def line_of(stream, number, state):
        state = (state * 1103515245 + 12345) & 0xFFFFFFFF
        body = (state >> 16) % (3500 if number % 8 == 7 else 100)
        first = (state >> 8) % 26
        letters = bytes(97 + (first + i) % 26 for i in range(26))
        text = (letters * (body // 26 + 1))[:body]
        # (state >> 8) + i is computed in 64 bits: no wrap to care about
        return b"%s.%s.%d %s\n" % (name.encode(), stream.encode(), number, text), state

    out, err, done, number = [], [], 0, 0
    state_out, state_err = start("o"), start("e")
    while done < size:
        line, state_out = line_of("o", number, state_out)
        out.append(line)
        done += len(line)
        line, state_err = line_of("e", number, state_err)
        err.append(line)
        number += 1
    return out, err


class Expected:
    """What the jobs write to one stream, and how much of it has been seen."""

    def __init__(self, mode, stream):
        self.mode = mode
        self.stream = stream
        self.lines = {}
        self.seen = {}
        for job in mode.jobs:
            out, err = witness_lines(job.name, job.size)
            if not job.both:
                err = []
            tag = job.tag.encode()
            if mode.merged and stream == "out":
                lines = [x for pair in zip(out, err) for x in pair] if err else out
            else:
                lines = out if stream == "out" else err
            self.lines[job.name] = [tag + line for line in lines]
            self.seen[job.name] = 0
        self.bytes = {name: b"".join(lines) for name, lines in self.lines.items()}

    def complete(self, name):
        return self.seen[name] == len(self.bytes[name])

    def message_at(self, data, at):
        """The length of the line at this place if nursery itself wrote it, else 0."""
        if self.stream == "out" and not self.mode.merged:
            return 0
        skip = 1 if data[at : at + 1] == b"\n" else 0
        found = MESSAGE.match(data, at + skip)
        if found is None and self.mode.relay:
            found = RELAYED.match(data, at + skip)
        return found.end() - at if found else 0

    def may_be_noise(self):
        return self.mode.noisy and (self.stream == "err" or self.mode.merged)

    def read_blocks(self, data):
        """Each job in one piece.  Returns what is wrong, or None."""
        at, current, done = 0, None, set()
        while at < len(data):
            if current is not None:
                rest = self.bytes[current][self.seen[current] :]
                n = common(data, at, rest)
                if n < len(rest) and at + n < len(data):
                    n = self.back_to_line(data, at, n, current, done)
                at += n
                self.seen[current] += n
                if n > 0:
                    continue
            n = self.message_at(data, at)
            if n > 0:
                at += n
                continue
            if current is not None:
                done.add(current)
            current = None
            for name, whole in self.bytes.items():
                n = common(data, at, whole)
                if n >= len(name) + 3 or (n > 0 and at + n == len(data)):
                    if name in done:
                        return "the output of job %s comes in two pieces or twice: %r" % (
                            name, data[at : at + 60])
                    current = name
                    break
            if current is None and self.may_be_noise():
                at = data.find(b"\n", at) + 1 or len(data)
            elif current is None:
                return "unexpected bytes at %d: %r after %r" % (
                    at, data[at : at + 60], data[max(0, at - 40) : at])
        return None

    def back_to_line(self, data, at, n, current, done):
        """Fewer than n if the last line of the n bytes begins another job's output."""
        start = max(data.rfind(b"\n", 0, at + n) + 1, at)
        if start > 0 and data[start - 1 : start] != b"\n":
            return n  # the job's line began before
        for name, whole in self.bytes.items():
            if name != current and name not in done and \
                    common(data, start, whole) >= len(name) + 3:
                return start - at
        return n

    def read_lines(self, data):
        """Whole lines of all jobs, each job's in order."""
        at = 0
        while at < len(data):
            n = self.message_at(data, at)
            if n > 0:
                at += n
                continue
            end = data.find(b"\n", at) + 1 or len(data)
            line = data[at:end]
            for name, whole in self.bytes.items():
                rest = whole[self.seen[name] : self.seen[name] + len(line)]
                if rest == line:
                    self.seen[name] += len(line)
                    break
                # a last line without a newline gets one
                if len(line) > len(name) + 3 and rest.startswith(line[:-1]):
                    break
            else:
                if not self.may_be_noise():
                    return "unexpected line at %d: %r" % (at, line[:80])
            at = end
        return None

    def read(self, data):
        if self.mode.layout == "lines":
            return self.read_lines(data)
        return self.read_blocks(data)


def common(data, at, other):
    """How many bytes of data, from at on, are as those at the start of other."""
    n = min(len(data) - at, len(other))
    piece = data[at : at + n]
    if piece == other[:n]:
        return n
    low, high = 0, n
    while low + 1 < high:
        middle = (low + high) // 2
        if piece[:middle] == other[:middle]:
            low = middle
        else:
            high = middle
    return low if piece[:low] == other[:low] else 0


class Fault:
    """What was done to a run, as far as it changes what may be expected."""

    def __init__(self, kind="none", role=None):
        self.kind = kind  # none, transparent, error, kill, term
        self.role = role  # front, worker, child, client


def judge(mode, run, fault):
    wrong = []
    wrong += judge_processes(mode, run, fault)
    if run.self_trouble:
        return wrong + ["the attack itself failed: " + run.self_trouble]
    if run.watch_status == box.HANG or run.status is None:
        return wrong
    wrong += judge_crash(run)
    wrong += judge_files(run)
    killed = fault.kind in ("kill", "term") and run.status in (-9, 137)
    wrong += reports.judge(mode, run, killed, not killed and run.status >= 0 and run.status not in (125, 255))
    streams = [Expected(mode, "out")]
    data = [run.out]
    if not mode.merged:
        streams.append(Expected(mode, "err"))
        data.append(run.err)
    data = [d for s, d in zip(streams, data) if s.stream not in mode.blind]
    streams = [s for s in streams if s.stream not in mode.blind]
    for stream, bytes_ in zip(streams, data):
        bad = stream.read(bytes_)
        if bad:
            wrong.append("%s: %s" % (stream.stream, bad))
    if mode.sink in ("full", "gone"):
        streams = [s for s in streams if s.stream != "out"]
    if fault.kind == "kill" and fault.role == "front":
        return wrong
    said = MESSAGE.search(run.out if mode.merged else run.err) is not None or "err" in mode.blind
    said = said or run.status == -signal.SIGPIPE  # nobody wants to hear it
    said = said or (mode.merged and is_about_stderr(run))
    wrong += judge_status(mode, run, fault, said)
    wrong += judge_loss(mode, run, fault, said, streams)
    return wrong


def judge_processes(mode, run, fault):
    wrong = []
    may_leave = mode.leaves or (
        mode.adopts and fault.kind not in ("none", "transparent") and run.status != mode.status
    )
    if run.watch_status == box.HANG and (fault.kind == "limit" or mode.adopts) and b"waiting" in run.out + run.err:
        # two jobs that need each other, and only one can run; or what was adopted runs on while the machine
        # has no memory for the job: it has been said
        pass
    elif run.watch_status == box.HANG:
        wrong.append("hang: " + "; ".join(run.watch))
    elif run.watch_status == box.LEAK and not may_leave:
        wrong.append("process left: " + "; ".join(run.watch))
    elif run.held and not may_leave:
        wrong.append("process left: somebody still holds the lifeline")
    elif run.status is None and run.self_trouble is None:
        wrong.append("no status: leakcheck ended with %s" % run.watch_status)
    return wrong


def judge_crash(run):
    wrong = []
    if run.status < 0 and signal.Signals(-run.status).name in CRASHES:
        wrong.append("crash: died of " + signal.Signals(-run.status).name)
    if re.search(rb"killed by signal (6|11|7|4|8|5)\b", run.err):
        wrong.append("crash: " + run.err.decode("utf-8", "replace").strip())
    found = CRASH_TEXT.search(run.err)
    if found:
        wrong.append("crash: stderr says %r" % found.group(0))
    return wrong


def judge_files(run):
    if run.left and not re.search(rb"cannot remove|left behind", run.out + run.err):
        return ["file left: " + " ".join(run.left)]
    return []


def is_about_stderr(run):
    """The fault hit standard error: nobody could say more."""
    found = re.search(r"\b(?:write|writev|pwritev2?|poll|fcntl|epoll_ctl)\(\[?(?:\{fd=)?(\d+)|"
                      r"\bsplice\(\d+, NULL, (\d+)|/proc/self/fd/(2)\"", run.fired)
    return found is not None and (set(found.groups()) & run.stderrs) != set()


def judge_status(mode, run, fault, said):
    wrong = []
    ends = run.ends()
    expected = (mode.status,) + mode.statuses
    if fault.kind in ("none", "transparent") and run.status not in expected:
        wrong.append("status %s instead of %s" % (run.status, mode.status))
    elif run.status == 0:
        for job in mode.jobs:
            if job.must and job.name not in ends:
                wrong.append("status 0, but job %s did not end" % job.name)
            elif job.must and ends[job.name] != job.status:
                wrong.append("status 0, job %s ended with %d" % (job.name, ends[job.name]))
        if mode.status != 0 and fault.kind != "term":
            wrong.append("status 0 instead of %d" % mode.status)
    elif run.status not in expected and not said and not mode.silent and not is_about_stderr(run):
        told = run.status < 0 if fault.kind == "term" else run.status in (-15, -9, 143)
        if fault.kind not in ("kill", "term") or not told:
            wrong.append("silence: status %d and no message" % run.status)
    return wrong


def judge_loss(mode, run, fault, said, streams):
    wrong = []
    ends = run.ends()
    for job in mode.jobs:
        if job.must and fault.kind in ("none", "transparent") and ends.get(job.name) != job.status:
            wrong.append("job %s did not end with %d" % (job.name, job.status))
        if job.name not in ends:
            continue
        for stream in streams:
            if stream.complete(job.name):
                continue
            if run.status == 0 or fault.kind in ("none", "transparent") or not said:
                if stream.stream == "err" and is_about_stderr(run) and run.status != 0:
                    continue
                if "LATE" in mode.env:
                    continue
                wrong.append(
                    "lost: %d of %d bytes of job %s on std%s, status %d%s"
                    % (
                        stream.seen[job.name], len(stream.bytes[job.name]), job.name,
                        stream.stream, run.status, "" if said else ", nothing said",
                    )
                )
    return wrong
