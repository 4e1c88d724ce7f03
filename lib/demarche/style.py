"""Sizes and colours of figures, and how tables and sentences show in a notebook."""

import re
import warnings
from pathlib import Path

import matplotlib.style
import pandas as pd
from matplotlib.colors import LinearSegmentedColormap

WIDTH, TEXT, FAINT = 6.3, "0.15", "0.6"  # inches: a text column, so 9-point type is 9 points on paper; inks
# Okabe and Ito's colours, safe for colour-blind readers; a marker each, for print without colour.
INKS = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#999999"]
MARKS = ["o", "s", "^", "D", "v", "P", "X", "*"]
SEQUENTIAL, DIVERGING = "Blues", "PuOr"  # dark at both ends in grey too, light in the middle: the number tells the sign

# Where a figure goes: its width in mm (type keeps its size: a narrow one has large type on a slide), dots per inch, greys, and
# how high it may be, as a part of the width.
LOOKS = {"page": (160, 200, 0, 0), "column": (85, 300, 0, 2.7), "slide": (150, 300, 0, 0.75), "grey": (160, 300, 1, 1.45)}


class Words(dict):
    """{a fixed word or phrase of figures: the researcher's own, or itself}: what has been asked for is kept."""

    def __missing__(self, text):
        return self.setdefault(text, text)


WORDS = Words()  # of the figure that is being drawn


def grey():
    """From now on figures are drawn in greys; markers and the printed sign tell apart what colours did."""
    global SEQUENTIAL, DIVERGING
    INKS[:] = ["0.25", "0.5", "0", "0.65", "0.4", "0.75", "0.1", "0.6"]
    SEQUENTIAL, DIVERGING = "Greys", LinearSegmentedColormap.from_list("greys", ["0.3", "0.97", "0.3"])


def use():
    """Set matplotlib (figure.mplstyle) and pandas for the notebooks."""
    warnings.filterwarnings("ignore", "Glyph .* missing")  # a box stands for a letter that the font lacks
    matplotlib.style.use(Path(__file__).with_name("figure.mplstyle"))
    pd.set_option("display.html.use_mathjax", False, "display.max_colwidth", 400, "display.width", 160,
                  "display.max_columns", 20, "display.precision", 3)


class Plain(str):
    """Text that a notebook shows as it is, without quotes."""

    __repr__ = str.__str__


class Prose(Plain):
    """A sentence made from numbers: shown as text in a notebook, plain everywhere else. Marks of Markdown are escaped."""

    def _repr_markdown_(self):
        return re.sub(r"([\\`*_{}\[\]<>#|$~&])", r"\\\1", " ".join(self.split()))


def either(table, why):
    """The table; or, where it has no rows, `why` in words."""
    return table if len(table) else Prose(why)


def short(ids):
    """Short names for ids: the shortest beginning, cut before a mark, that keeps them apart. Other names stay as they are.

    >>> short(["000_b45aed45", "001_9d638e45"]), short(["Dawn", "Global Village Space"])["Dawn"]
    ({'000_b45aed45': '000', '001_9d638e45': '001'}, 'Dawn')
    """
    ids = {str(i): str(i) for i in ids}
    for parts in range(1, 1 if any(len(i) < 10 or " " in i or i.isalpha() for i in ids) else 9):
        names = {i: "".join(re.findall(r"[^\W_]+|[\W_]+", i)[:2 * parts - 1]) for i in ids}
        if len(set(names.values())) == len(ids) and min(map(len, names.values()), default=0) >= 3:
            return names
    return ids
