"""One place for sizes, fonts and colours of figures, and for how tables and sentences show in a notebook."""

import re

import matplotlib as mpl

WIDTH = 6.3  # inches: a text column, so 9-point type is 9 points on paper
TEXT, SOFT, FAINT, GRID = "0.15", "0.35", "0.6", "0.92"
# Okabe and Ito's colours, safe for colour-blind readers; a marker each, for print without colour.
INKS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]
MARKS = ["o", "s", "^", "D", "v", "P", "X", "*"]
DIVERGING = "PuOr"  # dark at both ends in grey as well, light in the middle: the printed number tells the sign


def use():
    """Set matplotlib and pandas for the notebooks: same bytes on every run, article text never read as math or HTML."""
    import pandas as pd

    mpl.rcParams.update({
        "figure.dpi": 100, "savefig.dpi": 200, "figure.constrained_layout.use": True, "figure.max_open_warning": 0,
        "svg.hashsalt": "demarche", "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 8.5,
        "axes.titlesize": 9, "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False,
        "axes.edgecolor": FAINT, "axes.labelcolor": TEXT, "axes.axisbelow": True, "text.color": TEXT, "xtick.color": TEXT,
        "ytick.color": TEXT, "xtick.major.size": 3, "ytick.major.size": 0, "grid.color": GRID, "grid.linewidth": 0.6,
        "hatch.linewidth": 0.6, "date.converter": "concise", "text.parse_math": False})
    pd.set_option("display.html.use_mathjax", False, "display.max_colwidth", 90, "display.width", 160,
                  "display.max_columns", 20, "display.precision", 3)


class Prose(str):
    """A sentence made from numbers: shown as text in a notebook, plain everywhere else. Marks of Markdown are escaped."""

    def __repr__(self):
        return str(self)

    def _repr_markdown_(self):
        return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", self)


def short(ids):
    """Short names for ids: the shortest beginning, cut before a mark, that keeps them apart. Other names stay as they are.

    >>> short(["000_b45aed45", "001_9d638e45"]), short(["Dawn", "Global Village Space"])["Dawn"]
    ({'000_b45aed45': '000', '001_9d638e45': '001'}, 'Dawn')
    """
    ids = [str(i) for i in dict.fromkeys(ids)]
    words = any(len(i) < 10 or " " in i or i.isalpha() for i in ids)
    for parts in range(1, 1 if words else 9):
        names = {i: "".join(re.findall(r"[^\W_]+|[\W_]+", i)[:2 * parts - 1]) for i in ids}
        if len(set(names.values())) == len(ids) and min(map(len, names.values()), default=0) >= 3:
            break
    else:
        names = {i: i for i in ids}
    return {i: n if len(n) <= 48 else n[:47] + "…" for i, n in names.items()}
