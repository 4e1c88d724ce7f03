"""Bait for every pattern of the library that meets text, found by running it: prints how many patterns took it.

    python tests/bait.py SIZE

A profile of a run tells which patterns are matched or searched. From each, for each part of it that repeats, text is made: what
stands before that part, then the part over and over, then what fits nothing. A pattern that takes more than linear time on it
takes minutes at a SIZE of 50,000; one that takes exponential time never ends.
"""

import io
import json
import re
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from re import _constants as c
from re import _parser

from demarche import cli

PAGE = ("<html><head><title>Talks - The Herald</title><meta property='og:site_name' content='The Herald'><meta name='date' "
        "content='2024-05-03'><!-- FILE ARCHIVED ON 10:11:12 Feb 07, 2020 --></head><body><article><h1>Talks</h1>"
        + 9 * "<p>The envoys met in Doha on Monday, and said that they would meet again.</p>" + "</article></body></html>")
FILES = {"a.html": PAGE.encode(), "b.txt": "café “x” no, he said in Doha.".encode("cp1252"),
         "c.txt": "Pakistanâ€™s envoy said".encode(),
         "d.html": b"<meta charset=latin-1><p>caf\xe9 he said so in Doha on Monday.</p>"}
ROWS = [{"text": "<p>The envoys met on Monday at noon.</p>", "date": "3 May 2024"},
        {"text": "Two, three.", "pubDate": "Fri, 3 May 2024"}]
REPEATS = (c.MAX_REPEAT, c.MIN_REPEAT, c.POSSESSIVE_REPEAT)
CATEGORIES = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w", "NOT_DIGIT": r"\D", "NOT_SPACE": r"\S", "NOT_WORD": r"\W"}
LETTERS = "aA1 .-,\"(\n\t’é:/<|z"


def used(raw):
    """{(pattern, is it searched for?)} of a run over the articles in `raw` and the files above."""
    found = set()

    def note(frame, event, what):
        if event == "c_call" and isinstance(pattern := getattr(what, "__self__", None), re.Pattern):
            near = (f.f_globals.get("__name__", "") for f in (frame, frame.f_back, frame.f_back and frame.f_back.f_back) if f)
            room = next((name for name in near if name.startswith("demarche.")), None)
            if room:
                found.add((pattern, "match" not in what.__name__))
    with tempfile.TemporaryDirectory() as home, redirect_stdout(io.StringIO()):
        for path in raw:
            Path(home, path.name).write_bytes(path.read_bytes())
        for name, data in FILES.items():
            Path(home, name).write_bytes(data)
        Path(home, "c.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
        sys.setprofile(note)
        cli.main(["prepare", f"{home}/c.jsonl", "--out", f"{home}/0/c"])
        cli.main(["stance", home, "--out", f"{home}/../{Path(home).name}-out", "--stories"])
        sys.setprofile(None)
    return found


def takes(op, given, letter):
    """Does one place of a parsed pattern take this letter?"""
    if op is c.LITERAL:
        return letter == chr(given)
    if op is c.NOT_LITERAL:
        return letter != chr(given)
    if op is c.RANGE:
        return given[0] <= ord(letter) <= given[1]
    if op is c.CATEGORY:
        return bool(re.match(CATEGORIES[str(given).removeprefix("CATEGORY_")], letter))
    if op is c.IN:
        no = given[0][0] is c.NEGATE
        return no != any(takes(*part, letter) for part in given[no:])
    return op is c.ANY and letter != "\n"


def letters(op, given):
    """Letters that one place takes, of each part of a set one; none for an assertion."""
    own = [part[1] if part[0] is c.LITERAL else part[1][0] for part in (given if op is c.IN else [(op, given)])
           if part[0] in (c.LITERAL, c.RANGE)]
    some = [letter for letter in dict.fromkeys([*map(chr, own), *LETTERS]) if takes(op, given, letter)]
    return some[:len(own) + 1]


def inside(op, given):
    """The parsed patterns within one place of a pattern."""
    return given[1] if op is c.BRANCH else [given[2]] if op in REPEATS else [given[3]] if op is c.SUBPATTERN else [given] if (
        op is c.ATOMIC_GROUP) else [given[1]] if op in (c.ASSERT, c.ASSERT_NOT) else []


def sample(tree):
    """A text that a parsed pattern matches, but for its assertions."""
    out = ""
    for op, given in tree:
        if parts := inside(op, given):
            out += sample(parts[0]) * (max(1, given[0]) if op in REPEATS else op not in (c.ASSERT, c.ASSERT_NOT))
        else:
            out += "".join(letters(op, given)[:1])
    return out


def baits(tree, before=""):
    """(what stands before, what repeats) for each part of a parsed pattern that repeats, in each of its forms."""
    for op, given in tree:
        for part in inside(op, given):
            if op in REPEATS and given[1] > 1:
                forms = [sample(part), *(sample(p) for place in part for p in inside(*place))]
                yield from ((before, form) for form in forms + [x for place in part for x in letters(*place)] if form)
            yield from baits(part, before)
        before += sample([(op, given)])


def main(size):
    found = used((Path(__file__).parents[1] / "data" / "raw").glob("00[24]*.txt"))
    for pattern, search in found:
        tree = _parser.parse(pattern.pattern, pattern.flags & (re.IGNORECASE | re.DOTALL | re.MULTILINE | re.VERBOSE))
        for before, unit in set(baits(tree)):
            for text in (before + unit * (size // len(unit)) + "!", unit * (size // len(unit)) + "\x00\n"):
                data = text.encode("utf-8", "replace") if isinstance(pattern.pattern, bytes) else text
                (pattern.findall if search else pattern.match)(data)
    print(len(found), "patterns")


if __name__ == "__main__":
    main(int(sys.argv[1]))
