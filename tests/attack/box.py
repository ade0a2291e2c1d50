"""One run of nursery in a folder of its own, watched from outside."""

import fcntl
import glob
import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time

import settings

LIMIT_S = float(os.environ.get("ATTACK_LIMIT") or 20)  # a run hangs that takes longer; more if the machine is busy
LEAK = 99
HANG = 98


class Run:
    """What was seen of a run."""

    def __init__(self):
        self.status = None  # exit status, or -N: died of signal N
        self.out = b""
        self.err = b""
        self.watch = []  # what leakcheck said: LEAK, LIMIT
        self.watch_status = None
        self.held = False  # a process outlived nursery and leakcheck
        self.marks = []  # lines of the jobs, split into words
        self.left = []  # files that nursery left behind
        self.reports = {}  # name of a report -> its bytes; None: there is none
        self.drafts = []  # names of reports that are not finished
        self.trace = ""
        self.fired = ""  # the line of the trace with the injected fault
        self.stderrs = {"2"}  # the traced process's descriptors of standard error
        self.self_trouble = None  # the attack itself did not work
        self.seconds = 0.0

    def ends(self):
        """name -> status of the jobs that have written all and ended."""
        return {m[1]: int(m[2]) for m in self.marks if m[0] == "end"}

    def begun(self):
        return {m[1] for m in self.marks if m[0] == "begin"}


def patience():
    """By how much the load of the machine makes everything slower."""
    per_cpu = os.getloadavg()[0] / os.cpu_count()
    return min(max(1, per_cpu / 8), 8)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Box:
    """The folder of a case, and how nursery is started in it."""

    count = itertools.count()

    def __init__(self):
        # a short name: the path of a socket in it must not be too long
        self.folder = os.path.join(settings.scratch(), str(next(Box.count)))
        for name in ("tmp", "run", "home", "work", "gate"):
            os.makedirs(self.path(name))
        os.chmod(self.path("run"), 0o700)
        os.mkfifo(self.path("gate", "ask"))
        os.symlink(settings.NURSERY, self.path("parallel"))
        self.port = free_port()
        self.traced = None  # the pid that strace is attached to
        self.strace = None

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def fill(self, text):
        """Replaces @PORT@ and the like by their values in this box."""
        for word, value in (
            ("@PORT@", str(self.port)),
            ("@BOX@", self.folder),
            ("@NURSERY@", settings.NURSERY),
            ("@CLIENT@", self.client),
            ("@GATE@", self.gate),
        ):
            text = text.replace(word, value)
        return text

    def environment(self, role):
        env = {
            "PATH": ":".join(
                (
                    settings.HELPERS + "/programs",
                    os.path.dirname(settings.NURSERY),
                    "/usr/local/bin:/usr/bin:/bin",
                )
            ),
            "LC_ALL": "C",
            "HOME": self.path("home"),
            "TMPDIR": self.path("tmp"),
            "XDG_RUNTIME_DIR": self.path("run"),
            "NURSERY_NO_POPT": "1",
            "MARKS": self.path("marks"),
            "ASAN_OPTIONS": "verify_asan_link_order=0",
        }
        gate = "env LD_PRELOAD=%s ATTACK_GATE=%s ATTACK_ROLE=%s " % (
            settings.GATE,
            self.path("gate"),
            "worker" if role == "worker" else "front",
        )
        self.gate = gate if role == "client" else "env"
        self.client = (gate if role == "client" else "") + settings.NURSERY
        if role in ("front", "worker", "child"):
            words = gate.replace("=front ", "=worker ") if role == "child" else gate
            for word in words.split()[1:]:
                name, value = word.split("=", 1)
                env[name] = value
        return env

    def front(self, wait=True):
        """The pid of nursery's first process; None once it has ended."""
        end = time.monotonic() + 10
        while time.monotonic() < end:
            try:
                with open(self.path("pids")) as f:
                    words = f.read().split()
                if len(words) == 2:
                    return self.behind_wrapper(int(words[1]))
            except (OSError, IndexError):
                pass
            if not wait or self.over.is_set():
                return None
            time.sleep(0.005)
        return None

    @staticmethod
    def behind_wrapper(pid):
        """The process for which unshare --fork or strace waits, if that is what has the pid."""
        with open("/proc/%d/comm" % pid) as f:
            if f.read() not in ("unshare\n", "strace\n"):
                return pid
        with open("/proc/%d/task/%d/children" % (pid, pid)) as f:
            return int(f.read().split()[0])

    @staticmethod
    def is_nursery(pid):
        try:
            return os.readlink("/proc/%d/exe" % pid) == os.path.realpath(settings.NURSERY)
        except OSError:
            return False

    def is_up(self, pid):
        """Whether the process is nursery, and past the moment when any program dies of a signal."""
        try:
            with open("/proc/%d/status" % pid) as f:
                blocked = int(re.search(r"^SigBlk:\s*(\w+)", f.read(), re.M).group(1), 16)
        except (OSError, AttributeError):
            return False
        return self.is_nursery(pid) and blocked >> (signal.SIGCHLD - 1) & 1

    def nursery(self):
        """The front, once it is up: some modes begin with a shell, which makes children, too."""
        end = time.monotonic() + 1
        front = self.front()
        while front is not None and not self.is_up(front) and time.monotonic() < end:
            time.sleep(0.002)
            front = self.front()
        return front

    def worker(self):
        front = self.nursery()
        try:
            with open("/proc/%d/task/%d/children" % (front, front)) as f:
                return next(pid for pid in map(int, f.read().split()) if self.is_nursery(pid))
        except (OSError, StopIteration, TypeError):
            return None

    # -- strace -----------------------------------------------------------

    def attach(self, role, inject, run, stacks):
        """Waits at the gate, attaches strace, opens the gate."""
        lock = open(self.path("gate", "lock"), "w")
        fcntl.flock(lock, fcntl.LOCK_EX)
        ask = os.open(self.path("gate", "ask"), os.O_RDWR | os.O_NONBLOCK)
        try:
            pid = b""
            while not pid.endswith(b"\n"):
                if self.over.is_set():
                    return
                try:
                    pid += os.read(ask, 64)
                except BlockingIOError:
                    time.sleep(0.002)
            self.traced = int(pid.split()[0])
            while not self.is_at_gate() and not self.over.is_set():
                time.sleep(0.002)  # it has not come to the gate yet
            command = ["strace", "-o", self.path("trace"), "-p", str(self.traced)]
            if role == "child":
                command += ["-f"] if "execve" in str(inject) else ["-f", "-b", "execve"]
            if stacks:
                command += ["-k"]
            if not inject:
                command += ["-y"]  # what a descriptor is decides how a call may fail
            for one in inject:
                command += ["-e", "inject=" + one]
            self.strace = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                env={"PATH": os.environ["PATH"]},
            )
            said = b""
            while b"attached" not in said:
                more = os.read(self.strace.stderr.fileno(), 4096)
                if not more:
                    run.self_trouble = "strace: " + said.decode("utf-8", "replace")
                    break
                said += more
        finally:
            os.close(ask)
            lock.close()
        if any("SIGSTOP" in one for one in inject):
            self.go_on_after_stop()

    def is_at_gate(self):
        """True while the process sleeps in flock(2)."""
        try:
            with open("/proc/%d/syscall" % self.traced) as f:
                return f.read().split()[0] in ("73", "32")  # x86-64, aarch64
        except (OSError, IndexError):
            return False

    def go_on_after_stop(self):
        """SIGCONT, 200 ms after the trace says that it has stopped."""
        while not self.over.is_set():
            if "stopped by SIGSTOP" in self.read("trace"):
                self.over.wait(0.2)
                try:
                    if not self.over.is_set():
                        os.kill(self.traced, signal.SIGCONT)
                except ProcessLookupError:
                    pass
                return
            time.sleep(0.02)

    def read(self, *names):
        try:
            with open(self.path(*names), errors="replace") as f:
                return f.read()
        except OSError:
            return ""

    # -- the run ----------------------------------------------------------

    def play(self, script):
        """Does what a person would do during the run: (what, value) one by one."""
        for what, value in script:
            if self.over.is_set():
                return
            if what == "mark":
                end = time.monotonic() + LIMIT_S * patience()
                while value not in self.read("marks"):
                    if self.over.is_set() or time.monotonic() > end:
                        return
                    time.sleep(0.005)
            elif what == "sleep":
                self.over.wait(value)
            elif what == "file":
                open(self.path("work", value), "w").close()
            else:
                self.send(what, getattr(signal, "SIG" + value))

    def send(self, role, signo):
        """Sends the signal to the front or the worker, once there is one."""
        while not self.over.is_set():
            pid = self.nursery() if role == "front" else self.worker()
            try:
                if pid is not None:
                    os.kill(pid, signo)
                    return
            except ProcessLookupError:
                return
            self.over.wait(0.01)

    def run(self, mode, role=None, inject=(), stacks=False, before=(), limit=None):
        """Runs the mode; strace is attached to the process of that role."""
        run = Run()
        env = self.environment(role)
        env.update({k: self.fill(v) for k, v in mode.env.items()})
        for name, text in mode.files.items():
            with open(self.path("work", name), "w") as f:
                f.write(self.fill(text))
        self.over = threading.Event()
        limit = (limit or LIMIT_S) * patience()
        command = [settings.HELPERS + "/programs/leakcheck"]
        command += ["-t", str(limit), "-g", str(mode.leak_grace * patience())]
        command += ["-i"] if mode.inherit else []
        command += ["-p", self.path("pids"), "-w", self.path("ended"), "--"]
        command += [self.fill(w) for w in before]
        command += [self.fill(w) for w in mode.command()]
        lifeline, held = os.pipe()
        os.set_inheritable(held, True)
        out = self.open_sink(mode)
        begin = time.monotonic()
        process = subprocess.Popen(
            command,
            cwd=self.path("work"),
            env=env,
            stdin=subprocess.PIPE if mode.stdin is not None else subprocess.DEVNULL,
            stdout=out or subprocess.PIPE,
            stderr=subprocess.STDOUT if mode.merged else subprocess.PIPE,
            pass_fds=(held,),
        )
        os.close(held)
        if out is not None:
            os.close(out)
        helpers = [threading.Thread(target=self.play, args=(mode.script,))]
        if role is not None:
            helpers.append(
                threading.Thread(target=self.attach, args=(role, inject, run, stacks))
            )
        collect = Collect(process, mode)
        for thread in helpers + collect.threads:
            thread.start()
        try:
            run.watch_status = process.wait(limit + 40)
        except subprocess.TimeoutExpired:
            process.kill()
            run.watch_status = HANG
        run.seconds = time.monotonic() - begin
        run.held = not self.lifeline_is_cut(lifeline)
        self.over.set()
        collect.join()
        for thread in helpers:
            thread.join()
        if self.strace is not None:
            try:
                self.strace.wait(5)
            except subprocess.TimeoutExpired:
                self.strace.kill()
                self.strace.wait()
            self.strace.stderr.close()
        self.look(run, collect, mode)
        return run

    def open_sink(self, mode):
        if mode.sink == "file":
            return os.open(self.path("out"), os.O_CREAT | os.O_RDWR | os.O_APPEND)
        if mode.sink == "full":
            return os.open("/dev/full", os.O_WRONLY)
        return None

    def lifeline_is_cut(self, fd):
        """EOF within a second: no process holds the other end."""
        os.set_blocking(fd, False)
        end = time.monotonic() + 1
        try:
            while time.monotonic() < end:
                try:
                    if os.read(fd, 1) == b"":
                        return True
                except BlockingIOError:
                    time.sleep(0.005)
            return False
        finally:
            os.close(fd)

    def look(self, run, collect, mode):
        """Fills in what is known when everything is over."""
        run.out = collect.out
        run.self_trouble = run.self_trouble or collect.trouble
        if mode.sink == "file":
            with open(self.path("out"), "rb") as f:
                run.out = f.read()
        lines = []
        for line in collect.err.splitlines(keepends=True):
            if re.match(rb"(LEAK|LIMIT): ", line):
                run.watch.append(line.decode("utf-8", "replace").rstrip())
            elif line.startswith(b"leakcheck: "):
                run.self_trouble = line.decode("utf-8", "replace").strip()
            else:
                lines.append(line)
        run.err = b"".join(lines)
        words = self.read("ended").split()
        if len(words) == 2:
            run.status = int(words[1]) if words[0] == "exit" else -int(words[1])
        for line in self.read("marks").splitlines():
            if len(line.split()) == 3:
                run.marks.append(line.split())
        run.trace = self.read("trace")
        for line in run.trace.splitlines():
            if "(INJECTED)" in line or "(DELAYED)" in line:
                run.fired = line
        fds = "12" if mode.merged else "2"
        run.stderrs = set(fds) | set(
            re.findall(r'openat\(AT_FDCWD, "/proc/self/fd/[%s]".* = (\d+)$' % fds, run.trace, re.M)
        )
        for name in mode.reports:
            try:
                with open(self.path("work", name), "rb") as f:
                    run.reports[name] = f.read()
            except FileNotFoundError:
                run.reports[name] = None
        run.drafts = glob.glob(self.path("work", ".nursery*"))
        for folder in ("tmp", "run"):
            for root, dirs, files in os.walk(self.path(folder)):
                run.left += [os.path.join(root, n) for n in dirs + files]
        for found in re.findall(r'mkdir\("([^"]*/nursery[^"]*)"', run.trace):
            if os.path.exists(found) and found not in run.left:
                run.left.append(found)
        for pid in self.read("pids").split()[1:]:
            run.left += glob.glob("/sys/fs/cgroup/**/nursery-%s-*" % pid, recursive=True)


class Collect:
    """Reads what nursery writes, and feeds its standard input."""

    def __init__(self, process, mode):
        self.process = process
        self.mode = mode
        self.out = b""
        self.err = b""
        self.trouble = None
        self.threads = []
        if process.stdout is not None:
            self.threads.append(threading.Thread(target=self.read_out))
        if process.stderr is not None:
            self.threads.append(threading.Thread(target=self.read_err))
        if process.stdin is not None:
            self.threads.append(threading.Thread(target=self.feed))

    def read_out(self):
        if self.mode.sink == "slow":
            time.sleep(0.3)
        if self.mode.sink == "gone":
            self.out = os.read(self.process.stdout.fileno(), 1000)
            self.process.stdout.close()
            return
        data = []
        while True:
            try:
                more = os.read(self.process.stdout.fileno(), 1 << 16)
            except ValueError:
                self.trouble = "the output was not read to its end"
                return
            if not more:
                break
            data.append(more)
            if self.mode.sink == "slow":
                time.sleep(0.002)
        self.out = b"".join(data)

    def read_err(self):
        self.err = self.process.stderr.read()

    def feed(self):
        try:
            for part in self.mode.stdin:
                if isinstance(part, float):
                    time.sleep(part)
                else:
                    os.write(self.process.stdin.fileno(), part.encode())
        except BrokenPipeError:
            pass
        self.process.stdin.close()

    def join(self):
        for thread in self.threads:
            thread.join(10 * patience())
            if thread.is_alive():
                self.trouble = "the output was not read to its end"
        for stream in (self.process.stdout, self.process.stderr, self.process.stdin):
            try:
                if stream is not None:
                    stream.close()
            except OSError:
                pass
