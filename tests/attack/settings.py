"""Where things are, from the environment that the Makefile sets."""

import atexit
import os
import shutil
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
BUILD = os.environ.get("BUILD", os.path.join(TOP, "build"))
NURSERY = os.path.abspath(os.environ.get("NURSERY", BUILD + "/nursery"))
HELPERS = os.path.abspath(os.environ.get("NURSERY_HELPERS", BUILD + "/tests"))
GATE = HELPERS + "/attack/gate.so"
RESULTS = os.path.abspath(os.environ.get("ATTACK_RESULTS", BUILD + "/attack"))

_scratch = []


def scratch():
    """A folder for the boxes of all cases, removed at the end.

    In $TMPDIR, but never below /tmp and /dev/shm: some cases hide these two.
    """
    if not _scratch:
        place = os.path.realpath(tempfile.gettempdir()) + "/"
        if place.startswith(("/tmp/", "/dev/shm/")):
            place = "/var/tmp"
        _scratch.append(tempfile.mkdtemp(prefix="attack.", dir=place))
        os.chmod(_scratch[0], 0o755)
        atexit.register(shutil.rmtree, _scratch[0], True)
    return _scratch[0]
