"""Imports go down the floors, never up, and nothing in the library lies unused: read from the source, lazy imports included."""

import ast
import json
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIB = ROOT / "lib" / "demarche"
FLOORS = {"ground": ["schema", "store", "lexicons", "stats", "style", "engine"],
          "reading": ["corpus", "clean", "dates", "pages", "stories"],
          "language": ["sentences", "clauses", "coref", "statements", "candidates", "encoder", "scorer", "matrix"],
          "analysis": ["terms", "change", "topics", "stance", "compare"],
          "showing": ["plots", "report"],
          "doors": ["cli", "prepare", "trace", "explore", "coding", "__init__", "__main__"]}
HEIGHT = {room: height for height, rooms in enumerate(FLOORS.values()) for room in rooms}
ROOMS = {path.stem: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(LIB.rglob("*.py"))}


def lazily(tree, whole=None):
    """(room, what is taken from it) where a source has the library as a whole, `import demarche as lib`: `lib.terms.hits`."""
    imports = [n for node in ast.walk(whole or tree) if isinstance(node, ast.Import) for n in node.names]
    own = {n.asname or n.name for n in imports if n.name == "demarche"}
    for node in ast.walk(tree):
        inner = node.value if isinstance(node, ast.Attribute) else None
        base = inner.value if isinstance(inner, ast.Attribute) else None
        if isinstance(base, ast.Name) and base.id in own and inner.attr in ROOMS:
            yield inner.attr, node.attr


def imported(tree):
    """(room, names taken from it) of every import of the library, wherever it stands in a source."""
    yield from ((room, {name}) for room, name in lazily(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((n.name.split(".")[1], set()) for n in node.names if n.name.startswith("demarche."))
        elif isinstance(node, ast.ImportFrom):
            module = ["demarche", *filter(None, [node.module])] if node.level else node.module.split(".")
            if module == ["demarche"]:
                yield from ((n.name, set()) for n in node.names)
            elif module[0] == "demarche":
                yield module[1], {n.name for n in node.names}


@cache
def names(tree):
    """({alias: room}, {alias: (room, name)}) of what a source imports from the library."""
    rooms, parts = {}, {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            module = ["demarche", *filter(None, [node.module])] if node.level else node.module.split(".")
            for name in node.names if module[0] == "demarche" else ():
                alias = name.asname or name.name
                if module == ["demarche"]:
                    rooms[alias] = name.name
                else:
                    parts[alias] = (module[1], name.name)
    return rooms, parts


def used(tree, whole=None, room=None):
    """(room, name) of everything in the library that a source names; `whole` is the source around it, whose imports hold
    in it; plain names are those of its own `room`."""
    rooms, parts = names(whole or tree)
    found = {(there, name) for there, taken in imported(tree) for name in taken} | {*lazily(tree, whole)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
            found.add((rooms[node.value.id], node.attr))
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and (room or node.id in parts):
            found.add(parts.get(node.id, (room, node.id)))
    return found


def notebook(path):
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ast.parse("\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "code"))


def definitions():
    """{(room, name): its part of the source} of every function, class and constant at the top of a room."""
    return {(room, name): node for room, tree in ROOMS.items() for node in tree.body for name in (
        [node.name] if isinstance(node, ast.FunctionDef | ast.ClassDef) else
        [t.id for t in ast.walk(node) if isinstance(t, ast.Name) and isinstance(t.ctx, ast.Store)]
        if isinstance(node, ast.Assign | ast.AnnAssign) else [])}


def users():
    """The sources outside the library that may need it: notebooks, benchmarks, scripts of docs."""
    yield from (notebook(path) for path in sorted((ROOT / "notebooks").glob("*.ipynb")))
    yield from (ast.parse(path.read_text(encoding="utf-8")) for path in [*(ROOT / "docs").glob("*.py"),
                                                                       *(ROOT / "benchmarks").glob("*.py")])


@cache
def reached():
    """(room, name) of all that notebooks, commands, benchmarks and scripts come to use, directly or through something used.

    Data of the library may name what is called: the tests of line_rules.toml, the commands of commands.toml.
    """
    parts, data = definitions(), " ".join(path.read_text(encoding="utf-8") for path in LIB.rglob("*.toml"))
    commands = [key for key in parts if key == ("cli", "main") or re.search(rf'(commands\.|test = "|run = "){key[1]}\b', data)]
    at_import = set().union(*(used(node, tree, room) for room, tree in ROOMS.items() for node in tree.body
                              if not isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Assign)))
    found, new = set(), set().union(*map(used, users()), commands, at_import)
    while new:
        found |= new
        new = set().union(*(used(parts[key], ROOMS[key[0]], key[0]) for key in new if key in parts)) - found
    return found


def test_every_room_has_its_floor():
    assert set(ROOMS) == set(HEIGHT), "give the new room a floor in FLOORS, or take the old one out"


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down_the_floors_never_up(room):
    wrong = [there for there, _ in imported(ROOMS[room]) if there in HEIGHT and HEIGHT[there] > HEIGHT[room]]
    assert not wrong, f"{room} imports from a higher floor"


def test_analyses_do_not_know_each_other():
    for room in FLOORS["analysis"]:
        assert not {there for there, _ in imported(ROOMS[room])} & set(FLOORS["analysis"]), room


def test_no_rooms_import_each_other_in_a_circle():
    below = {room: {there for there, _ in imported(tree) if there in HEIGHT} for room, tree in ROOMS.items()}
    done = set()
    while ready := {room for room in below if room not in done and below[room] <= done}:
        done |= ready
    assert done == set(below)


@pytest.mark.parametrize("room", ROOMS)
def test_everything_in_a_room_is_needed_by_a_notebook_command_benchmark_or_script(room):
    unused = {name for there, name in set(definitions()) - reached() if there == room} - {"__version__", "__getattr__"}
    assert not unused, "take these out, or give them a use"


def test_every_public_method_is_called_somewhere():
    trees = [*ROOMS.values(), *users()]
    called = {node.attr for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    for (room, name), node in definitions().items():
        if isinstance(node, ast.ClassDef):
            methods = {m.name for m in node.body if isinstance(m, ast.FunctionDef) and not m.name.startswith("_")}
            unused = methods - called
            assert not unused, f"{room}.{name}"


@pytest.mark.parametrize("source, found", [
    ("from demarche import plots as p\np.dots()", {("plots", "dots")}),
    ("def f():\n    from demarche.stats import SEED", {("stats", "SEED")}),
    ("import demarche.stats", set()),
    ("stats = 1\nstats.SEED", set())])
def test_uses_are_read_from_a_source(source, found):
    assert used(ast.parse(source)) == found


def test_a_lazy_import_and_a_relative_one_are_imports():
    source = "def f():\n    from . import plots\n    from .stats import SEED\n    import demarche.terms"
    assert dict(imported(ast.parse(source))) == {"plots": set(), "stats": {"SEED"}, "terms": set()}
