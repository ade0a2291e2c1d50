"""Whether a report of nursery (--events, --joblog, ...) is whole, or may be in part.

A report that grows has whole lines, but for the last one if nursery was killed.
One that gets its name at the end is whole or not there.
"""

import csv
import io
import json
import re
import xml.etree.ElementTree as xml

JOBLOG = re.compile(rb"\d+\t[^\t]*\t\d+\.\d{3}\t +\d+\.\d{3}\t\d+\t\d+\t-?\d+\t\d+\t[^\n]*\n")


def lines_of(data, killed):
    """The lines, without a last one that may be in part."""
    lines = data.splitlines(keepends=True)
    if killed and lines and not lines[-1].endswith(b"\n"):
        lines.pop()
    return lines


def events(data, killed):
    lines = lines_of(data, killed)
    kinds = [json.loads(line)["event"] for line in lines]
    assert all(line.endswith(b"\n") for line in lines), "a line has no end"
    return bool(kinds) and kinds[-1] == "finished"


def joblog(data, killed):
    lines = lines_of(data, killed)
    assert not lines or lines[0].startswith(b"Seq\tHost\t"), "no header"
    for line in lines[1:]:
        assert JOBLOG.fullmatch(line), "not a line: %r" % line
    return bool(lines)


def trace(data, killed):
    text = b"".join(lines_of(data, killed)).decode().rstrip().rstrip(",")
    whole = text.endswith("]")
    if text:
        json.loads(text if whole else text + "]")
    return whole


def table(data, killed):
    rows = list(csv.reader(io.StringIO(b"".join(lines_of(data, killed)).decode("utf-8", "replace"))))
    return bool(rows) and (killed or all(len(row) == len(rows[0]) for row in rows))


def document(data, killed):
    xml.fromstring(data.decode())
    return True


def page(data, killed):
    assert data.startswith(b"## nursery: ") and data.endswith(b"\n"), "not a whole page"
    return True


KINDS = {"events": events, "joblog": joblog, "trace": trace, "csv": table, "xml": document, "page": page}


def judge(mode, run, killed, clean):
    """What is wrong; killed: a process of nursery was; clean: it says that all is well with its reports."""
    wrong = []
    for name, data in run.reports.items():
        if data is None:
            if clean:
                wrong.append("report: %s is not there" % name)
            continue
        try:
            whole = KINDS[mode.reports[name]](data, killed)
        except (AssertionError, ValueError, KeyError, xml.ParseError) as why:
            if data or clean:
                wrong.append("report: %s is broken: %s" % (name, why))
            continue
        if clean and not whole:
            wrong.append("report: %s has no end" % name)
    if clean and run.drafts:
        wrong.append("report: left " + " ".join(run.drafts))
    return wrong
