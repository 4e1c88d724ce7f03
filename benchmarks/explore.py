"""How long explore takes to answer: each control moved, from the choice to picture, table and sentences; wall and CPU time.

    python benchmarks/explore.py [--corpus DIR] [--articles 10000] [--goal 0.3] [--profile]

DIR: a folder that `demarche stance` filled; without it a corpus is made up (made_up.py) and prepared, which takes minutes. The
first answer of a kind fills caches and is told apart. Beside the times stands what the same run needs to draw and render an
empty figure of the same size with matplotlib alone: no picture can be had for less.
"""

import argparse
import cProfile
import pstats
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time

import made_up
from matplotlib.figure import Figure

from demarche import explore, prepare, report, terms


def steps(app, words, pairs):
    """(what is chosen, the control, its value) in an order a reader might take."""
    yield from (("pair", app.pair, pair) for pair in pairs[1:4])
    for by in ("year", "quarter", "month", "week", "day"):
        yield f"pair by {by}", app.by, by
    yield from (("pair by day", app.pair, pair) for pair in pairs[4:6])
    yield "pair by outlet and day", app.group, "outlet"
    for by in ("week", "month", "year"):
        yield f"pair by outlet and {by}", app.by, by
    yield from (("pair by outlet and year", app.pair, pair) for pair in pairs[6:8])
    yield "pair by outlet", app.by, ""
    yield "term by outlet", app.what, explore.TERM
    yield from (("term by outlet", app.term, word) for word in words[1:3])
    for by in ("year", "month", "week", "day"):
        yield f"term by outlet and {by}", app.by, by
    yield from (("term by outlet and day", app.term, word) for word in words[3:5])
    yield "term by day", app.group, ""
    for by in ("month", "year"):
        yield f"term by {by}", app.by, by
    yield from (("phrase, wild card by year", app.term, term) for term in (f"{words[0]}*", f"{words[0]} {words[1]}|{words[2]}"))
    yield "actor by year", app.what, explore.ACTOR
    yield from (("actor by year", app.term, pair.split(" → ")[0]) for pair in pairs[8:60:9])
    yield "actor by month", app.by, "month"
    yield from (("a mark", app.picture, i) for i in (3, 5))
    yield "topic by month", app.what, explore.TOPIC
    yield from (("topic by month", app.topic, topic) for topic in app.topic.options[1:3])
    for by in ("year", "week"):
        yield f"topic by {by}", app.by, by
    yield "topic by outlet and week", app.group, "outlet"
    yield "topic of an outlet by week", app.group, ""
    yield "topic of an outlet by week", app.outlet, app.outlet.options[1][1]
    yield "topic of an outlet and year", app.period, app.period.options[1][1]


def move(control, value):
    start, cpu = perf_counter(), process_time()
    if isinstance(value, int):
        control.mark = value
    else:
        control.value = value
    return perf_counter() - start, process_time() - cpu


def empty(app):
    start, size = process_time(), app.ax.figure.get_size_inches()
    figure = Figure(figsize=size, layout="constrained")
    for panel in figure.subplots(sum(panel.get_visible() for panel in app.ax.figure.axes), squeeze=False).ravel():
        panel.plot([0, 1])
    report.render(figure, "png")
    return process_time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", metavar="DIR")
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--goal", type=float, default=0.3)
    parser.add_argument("--profile", action="store_true")
    o = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        folder = Path(o.corpus or Path(home, "tables"))
        if not o.corpus:
            made = Path(home, "made-up.jsonl")
            subprocess.run([sys.executable, made_up.__file__, made, "--articles", str(o.articles)], check=True)
            prepare.prepare(made, folder)
            prepare.add_statements(folder)
        tables, start = prepare.Tables(folder), perf_counter()
        app = explore.App(tables, Path(home, "figures"))
        print(f"{len(tables.articles):,} articles: open {perf_counter() - start:.2f} s")
        words, pairs, kinds, late = terms.suggest(tables.counts, 12), list(app.pair.options), set(), []
        profile = cProfile.Profile()
        for label, control, value in steps(app, words, pairs):
            first, kinds = control is app.what and value not in kinds, kinds | {value}
            if o.profile and not first:
                profile.enable()
            time, cpu = move(control, value)
            profile.disable()
            shown = f"{len(app.ax.drawn):,} marks" if app.ax else app.found[:40]
            floor = f"an empty figure CPU {empty(app):.2f} s" if app.ax else ""
            print(f"  {label:28} {time:6.2f} s, CPU {cpu:5.2f} s{' (first of its kind)' * first}; {shown}; {floor}", flush=True)
            late += [] if first else [(time, cpu)]
        for kind, times in zip(("wall", "CPU"), map(sorted, zip(*late))):
            print(f"{len(late)} answers after the first, {kind} time: median {times[len(times) // 2]:.2f} s, worst "
                  f"{times[-1]:.2f} s, {sum(t <= o.goal for t in times)} within {o.goal:.1f} s")
        if o.profile:
            pstats.Stats(profile).sort_stats("cumtime").print_stats(60)


if __name__ == "__main__":
    main()
