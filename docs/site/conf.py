"""Sphinx settings of the report: offline, notebooks as executed, the same bytes on every run."""

from functools import cache

from sphinx.search.en import SearchEnglish

project = "demarche"
author = "The demarche authors"
extensions = ["myst_nb"]
nb_execution_mode = "off"
nb_merge_streams = True
html_theme = "sphinx_book_theme"
html_title = "demarche report"
html_static_path = ["_static"]
html_css_files = ["report.css"]
html_js_files = ["report.js"]
html_copy_source = False
html_show_copyright = False
html_theme_options = {"use_download_button": False, "use_fullscreen_button": False,
                      "show_navbar_depth": 2, "home_page_in_toc": True, "navbar_persistent": []}
mathjax_path = "no-math-here.js"  # never loaded: the pages hold no math
myst_enable_extensions = []  # a dollar sign in an article is a dollar sign
suppress_warnings = ["mystnb.unknown_mime_type", "myst.header", "misc.highlighting_failure"]


class English(SearchEnglish):
    """The search's own English, which finds the stem of a word once and not on each page."""
    stem = cache(SearchEnglish.stem)


def setup(app):
    app.add_search_language(English)
