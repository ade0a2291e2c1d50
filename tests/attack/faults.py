"""fault/MODE/ROLE/CALL/K/WHAT: the K-th call of one process meets WHAT.

ROLE is front, worker, child (what the worker clones, until it executes the job)
or client (nursery --spawn).  WHAT is an errno, SIGKILL, SIGSTOP (and SIGCONT
200 ms later), SIGTERM, or enter or exit: a delay before or after the call.
"""

import re

from box import Box
from judge import Fault, judge

DELAY_US = 60000
SIGNALS = ("SIGKILL", "SIGSTOP", "SIGTERM")
DELAYS = ("enter", "exit")
FD = "EMFILE ENFILE ENOMEM"
READ = "EINTR EIO ENOMEM"
WRITE = "EINTR EAGAIN EIO ENOSPC EPIPE"

# By which errors a call may fail: (pattern of its arguments, errors).  The first
# pattern that matches counts; a call that is not here cannot fail.  brk(2) is not
# here because its failure is not an error that strace could inject.
ERRORS = {
    "pipe2": [("", "EMFILE ENFILE")],
    "ioctl": [("TIOCGPTPEER", FD + " EIO"), ("TIOCSCTTY", "EPERM")],
    "clone": [("", "EAGAIN ENOMEM")],
    "clone3": [("", "EAGAIN ENOMEM ENOSYS EPERM")],
    "fork": [("", "EAGAIN ENOMEM")],
    "vfork": [("", "EAGAIN ENOMEM")],
    "unshare": [("", "EPERM ENOSPC ENOMEM")],
    "epoll_create1": [("", "EMFILE ENOMEM")],
    "epoll_ctl": [("EPOLL_CTL_ADD", "ENOMEM ENOSPC"), ("", "ENOMEM")],
    "epoll_wait": [("", "EINTR")],
    "epoll_pwait": [("", "EINTR")],
    "epoll_pwait2": [("", "EINTR ENOSYS")],
    "signalfd4": [("", "EMFILE ENOMEM")],
    "timerfd_create": [("", "EMFILE ENOMEM")],
    "eventfd2": [("", "EMFILE ENOMEM")],
    "read": [(r"^\d+</(proc|sys)", "ENOMEM"), (r"^\d+</dev/pt", "EINTR ENOMEM"), (r"^\d+</", "EIO ENOMEM"), ("", READ)],
    "pread64": [("", "EIO ENOMEM ESRCH")],
    "readv": [("", READ)],
    "preadv": [("", "EIO")],
    "splice": [("", "EAGAIN EINTR EPIPE EIO ENOSPC ENOMEM EINVAL")],
    "tee": [("", "EAGAIN EINTR ENOMEM")],
    "write": [("", WRITE)],
    "writev": [("", WRITE)],
    "pwrite64": [("", "EINTR EIO ENOSPC EDQUOT")],
    "pwritev2": [("", "EAGAIN EINTR EIO ENOSPC EPIPE EOPNOTSUPP")],
    "sendfile": [("", "EAGAIN EIO ENOMEM ENOSPC")],
    "fallocate": [("", "ENOSPC EOPNOTSUPP EINTR")],
    "ftruncate": [("", "EINTR EIO ENOSPC")],
    "open": [("", FD + " EACCES")],
    "openat": [(r'"/proc/(self/)?\d+', FD + " ENOENT"), (r'"/proc', FD + " EACCES"), ("O_TMPFILE", FD + " EOPNOTSUPP ENOSPC EROFS"),
               ("", FD + " EACCES")],
    "getdents64": [("", "EIO ENOMEM")],
    "newfstatat": [("AT_EMPTY_PATH", ""), ("", "ENOENT EACCES ENOMEM")],
    "statx": [("", "ENOENT EACCES ENOMEM")],
    "waitid": [("WNOHANG", ""), ("", "EINTR")],
    "wait4": [("WNOHANG", ""), ("", "EINTR")],
    "kill": [("", "EPERM ESRCH")],
    "pidfd_open": [("", FD + " ESRCH")],
    "pidfd_send_signal": [("", "EPERM ESRCH")],
    "mmap": [("", "ENOMEM")],
    "mremap": [("", "ENOMEM")],
    "mkdir": [("", "EACCES ENOSPC EROFS EEXIST")],
    "mkdirat": [("", "EACCES ENOSPC EROFS EEXIST")],
    "rmdir": [("", "EBUSY EACCES EROFS")],
    "unlink": [("", "EBUSY EACCES EROFS")],
    "unlinkat": [("", "EBUSY EACCES EROFS")],
    "chmod": [("", "EPERM EROFS")],
    "bind": [("", "EACCES EADDRINUSE ENOSPC ENOMEM")],
    "socket": [("", FD + " ENOBUFS EACCES")],
    "socketpair": [("", FD)],
    "listen": [("", "EADDRINUSE")],
    "accept4": [("", FD + " ECONNABORTED EAGAIN EINTR ENOBUFS")],
    "connect": [("AF_UNIX", "EAGAIN ECONNREFUSED EACCES ENOENT"), ("", "ECONNREFUSED EINTR EADDRNOTAVAIL ETIMEDOUT")],
    "sendmsg": [("", "EAGAIN ENOBUFS ETOOMANYREFS EPIPE ECONNRESET ENOMEM EINTR")],
    "sendto": [("", "EAGAIN ENOBUFS EPIPE ECONNRESET ENOMEM EINTR")],
    "recvmsg": [("", "EAGAIN ECONNRESET EINTR ENOMEM")],
    "recvfrom": [("", "EAGAIN ECONNRESET EINTR ENOMEM")],
    "shutdown": [("", "ENOTCONN")],
    "getsockopt": [("", "ENOBUFS")],
    "setsockopt": [("", "ENOMEM")],
    "memfd_create": [("", FD)],
    "dup": [("", "EMFILE")],
    "fcntl": [("F_DUPFD", "EMFILE"), ("F_SETPIPE_SZ", "EPERM EBUSY ENOMEM"), ("F_ADD_SEALS", "EBUSY"), ("", "")],
    "fchdir": [("", "EACCES")],
    "chdir": [("", "EACCES ENOENT EIO")],
    "execve": [("", "E2BIG ENOENT EACCES ENOMEM ETXTBSY EIO")],
    "setpgid": [("", "EPERM")],
    "prctl": [("", "EINVAL")],
    "poll": [("", "EINTR ENOMEM")],
    "ppoll": [("", "EINTR ENOMEM")],
    "rt_sigtimedwait": [("", "EINTR")],
    "clock_nanosleep": [("", "EINTR")],
    "prlimit64": [("", "EPERM")],
    "close_range": [("", "EMFILE ENOMEM")],
    "madvise": [("", "ENOMEM")],
    "mprotect": [("", "ENOMEM")],
    "setns": [("", "EPERM")],
}

# Calls that get no signals either: after exit_group(2) a process only ends, and the
# kernel makes the other two.
NOT_EVEN_SIGNALS = ("exit_group", "restart_syscall", "rt_sigreturn")


class Call:
    """One recorded system call."""

    def __init__(self, name, k, args, stack):
        self.name = name
        self.k = k  # it is the k-th call of this name
        self.args = args
        self.stack = stack  # where in nursery it is made

    def errors(self):
        for pattern, errors in ERRORS.get(self.name, ()):
            if re.search(pattern, self.args):
                return errors.split()
        return []

    def whats(self, role):
        if self.name in NOT_EVEN_SIGNALS:
            return []
        whats = self.errors()
        if role == "front" and self.name == "kill":
            whats = []  # it may always signal the worker, its child
        if role != "child":
            whats += SIGNALS
        return whats + list(DELAYS)


def parse_trace(text, traced, children):
    """The calls in the output of strace -k, those of the gate left out."""
    calls, counts, frames = [], {}, []
    call_at = re.compile(r"^(?:(\d+) +)?(\w+)\((.*)$")
    skip_close = True  # the next close(2) is the gate's
    own = set()  # children that have not executed their job
    cloning = False
    for line in text.splitlines():
        if line.startswith(" > "):
            found = re.search(r"/(?:nursery|parallel)\((\w+\+0x[0-9a-f]+)\)", line)
            if found and calls and frames is not None:
                frames.append(found.group(1))
                calls[-1].stack = " ".join(frames)
            continue
        found = call_at.match(line)
        frames = None
        if "resumed>" in line:
            cloning = False
        if not found or "resumed>" in line:
            continue
        pid, name, args = found.groups()
        child = pid is not None and int(pid) != traced
        count = counts.setdefault(pid if child else None, {})
        count[name] = count.get(name, 0) + 1
        cloning = cloning or (not child and name.startswith("clone"))
        if child and cloning:
            own.add(pid)
        if child != children or (child and pid not in own) or name == "flock":
            continue
        if name == "close" and skip_close and not children:
            skip_close = False
            continue
        if child and name == "execve":
            own.discard(pid)
        frames = []
        calls.append(Call(name, count[name], args, ""))
    if children:  # strace counts in each process: the worker must not get so far
        workers = counts.get(None, {})
        calls = [c for c in calls if c.k > workers.get(c.name, 0)]
    return calls


def roles_of(mode):
    return ("front", "worker", "child") + (("client",) if mode.client else ())


def record(mode, role):
    """Returns the calls of a plain run, and what was wrong with it."""
    box = Box()
    # strace -f -k would unwind the stacks of all jobs
    run = box.run(mode, role, stacks=role != "child", limit=100)
    calls = parse_trace(run.trace, box.traced, role == "child")
    wrong = judge(mode, run, Fault())
    box.remove()
    return calls, wrong


def names(mode, role, calls):
    """(key of the place, name, what) of all cases that these calls give."""
    seen = set()  # several children make the same calls
    for call in calls:
        if (call.name, call.k) in seen:
            continue
        seen.add((call.name, call.k))
        for what in call.whats(role):
            yield (
                (role, call.name, call.stack),
                "fault/%s/%s/%s/%d/%s" % (mode.name, role, call.name, call.k, what),
                what,
            )


def injection(call, k, what):
    if what.startswith("SIG"):
        return "%s:signal=%s:when=%s" % (call, what, k)
    if what in DELAYS:
        return "%s:delay_%s=%d:when=%s" % (call, what, DELAY_US, k)
    return "%s:error=%s:when=%s" % (call, what, k)


def fault_of(role, what):
    if what == "SIGKILL":
        return Fault("kill", role)
    if what == "SIGTERM":
        return Fault("term", role)
    if what in ("EINTR", "SIGSTOP") + DELAYS:
        return Fault("transparent", role)
    return Fault("error", role)


def run(modes, name):
    """Returns (what is wrong, the run, its box)."""
    _, mode, role, call, k, what = name.split("/")
    mode = modes[mode]
    box = Box()
    if what == "SIGKILL":
        mode = with_grace(mode)
    seen = box.run(mode, role, [injection(call, k, what)])
    return judge(mode, seen, fault_of(role, what)), seen, box


def with_grace(mode):
    """The mode with time to clean up: after a kill the other process does that."""
    copy = type(mode)(**vars(mode))
    copy.leak_grace = max(mode.leak_grace, 5)
    return copy
