"""One place for sizes, fonts and colours of figures, and for how tables and sentences show in a notebook."""

import re

import matplotlib as mpl

WIDTH = 6.3  # inches: a text column, so 9-point type is 9 points on paper
TEXT, FAINT = "0.15", "0.55"
# Okabe and Ito's colours, safe for colour-blind readers; a marker each, for print without colour.
INKS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]
MARKS = ["o", "s", "^", "D", "v", "P", "X", "*"]
DIVERGING = "PuOr"  # dark at both ends in grey as well, light in the middle: the printed number tells the sign


def use():
    """Set matplotlib and pandas for the notebooks: same bytes on every run, article text never read as math or HTML."""
    import pandas as pd

    mpl.rcParams.update({
        "figure.dpi": 100, "savefig.dpi": 200, "figure.constrained_layout.use": True, "svg.hashsalt": "demarche",
        "svg.fonttype": "path", "font.family": "DejaVu Sans", "font.size": 8.5, "axes.titlesize": 10, "axes.titlelocation": "left",
        "axes.titleweight": "bold", "axes.spines.top": False, "axes.spines.right": False, "axes.edgecolor": FAINT, "axes.labelcolor": TEXT,
        "text.color": TEXT, "xtick.color": TEXT, "ytick.color": TEXT, "xtick.major.size": 3, "ytick.major.size": 0,
        "date.converter": "concise", "text.parse_math": False, "figure.max_open_warning": 0})
    pd.set_option("display.html.use_mathjax", False, "display.max_colwidth", 90, "display.width", 160, "display.max_columns", 20,
                  "display.precision", 3)


class Prose(str):
    """A sentence made from numbers: shown as text in a notebook, plain everywhere else. Marks of Markdown are escaped."""

    def __repr__(self):
        return str(self)

    def _repr_markdown_(self):
        return re.sub(r"([\\`*_{}\[\]<>#|$~])", r"\\\1", self)


def short(ids):
    """Short names for ids: the shortest prefix, cut before a mark, that keeps them apart.

    >>> short(["000_b45a", "001_9d63"])
    {'000_b45a': '000', '001_9d63': '001'}
    """
    ids = [str(i) for i in dict.fromkeys(ids)]
    for parts in range(1, 9):
        names = {i: "".join(re.findall(r"[^\W_]+|[\W_]+", i)[:2 * parts - 1]) for i in ids}
        if len(set(names.values())) == len(ids) and min(map(len, names.values()), default=0) >= 3:
            return {i: n if len(n) <= 28 else n[:27] + "…" for i, n in names.items()}
    return {i: i if len(i) <= 28 else i[:27] + "…" for i in ids}
