"""The report and the notebooks in a real browser (Chromium), with every request to another machine blocked and counted."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
BOOKS = sorted(p.name for p in (ROOT / "notebooks").glob("*.ipynb"))
PAGES = sorted(p.name for p in (ROOT / "report").glob("*.html"))
sync_api = pytest.importorskip("playwright.sync_api")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def browser():
    with sync_api.sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield found
        found.close()


@pytest.fixture
def page(browser):
    """A page; `page.outside` lists what it asked of other machines, all of it refused."""
    found = browser.new_page(viewport={"width": 1280, "height": 900})
    found.outside = []

    def route(way):
        url = way.request.url
        if url.startswith(("file:", "data:", "blob:", "about:", "http://127.0.0.1:", "http://localhost:")):
            way.continue_()
        else:
            found.outside.append(url)
            way.abort()
    found.route("**/*", route)
    yield found
    found.close()


@pytest.mark.skipif(not PAGES, reason="no report yet: make")
@pytest.mark.parametrize("name", PAGES or ["none"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_of_the_report_is_whole_offline_and_fits_its_screen(page, name, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto((ROOT / "report" / name).as_uri(), wait_until="load")
    pictures = page.eval_on_selector_all("img", "all => all.map(i => [i.naturalWidth, i.alt])")
    assert all(wide > 0 and alt.strip() for wide, alt in pictures), name
    assert page.evaluate("document.documentElement.scrollWidth") <= width + 1
    assert page.title().strip() and not page.outside


def serious(page):
    """What axe-core finds of serious or critical impact on a page: rule, how often, an example."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [(v["id"], len(v["nodes"]), v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.skipif(not PAGES, reason="no report yet: make")
@pytest.mark.parametrize("name", PAGES or ["none"])
def test_axe_finds_nothing_serious_on_a_page_of_the_report(page, name):
    page.goto((ROOT / "report" / name).as_uri(), wait_until="load")
    assert serious(page) == []


def test_axe_does_find_a_picture_without_words_and_faint_text(page):
    page.set_content('<html lang="en"><title>t</title><main><img src="data:,"><p style="color:#ccc">faint</p></main>')
    assert {rule for rule, *_ in serious(page)} == {"image-alt", "color-contrast"}


@pytest.mark.skipif(not PAGES, reason="no report yet: make")
def test_from_a_finding_to_its_figure_and_its_sentences(page):
    """The first page leads to the figure and the sentences of each finding; on paper nothing but the article is left."""
    page.goto((ROOT / "report" / "index.html").as_uri(), wait_until="load")
    heads = page.locator("article h3").all_inner_texts()
    assert 5 <= len(heads) == len({*heads}) <= page.locator("article a", has_text="figure").count() - 1
    for place, target in (("figure", "figures.html#04-pairs"), ("sentences", "trace-04-pairs.html")):
        page.goto((ROOT / "report" / "index.html").as_uri())
        page.locator(f'article a[href="{target}"]').first.click()
        assert page.url.endswith(target)
    page.locator("article li").first.wait_for()  # a click does not wait for the page that it opens
    assert page.locator("article li").count() > 10 and not page.outside
    rest, fold = page.locator("article details li").first, page.locator("article details summary").first
    assert not rest.is_visible() and "more sentences" in fold.inner_text()
    fold.click()
    pair = rest.locator("xpath=ancestor::section[1]/h2").inner_text().split(" | ")[0].rstrip("#¶ \n")
    assert rest.is_visible() and " → " in pair and f"{pair}: " in rest.inner_text()
    page.emulate_media(media="print")
    assert not page.locator(".bd-sidebar-primary").is_visible() and page.locator("h1:visible").count() == 1


@pytest.mark.skipif(not PAGES, reason="no report yet: make")
def test_the_report_is_searched_without_a_network(page):
    page.goto((ROOT / "report" / "search.html").as_uri() + "?q=Pakistan", wait_until="load")
    page.wait_for_selector("ul.search li", timeout=20_000)
    assert page.locator("ul.search li").count() >= 2 and not page.outside


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """JupyterLab on a copy of the project's notebooks and tables: (address with its token, folder of the notebooks)."""
    home = tmp_path_factory.mktemp("lab")
    for name in ("notebooks", "data", "figures"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "README.md", home)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    token = secrets.token_hex(16)
    settings = home / "settings" / "@jupyterlab" / "docmanager-extension"
    settings.mkdir(parents=True)
    (settings / "plugin.jupyterlab-settings").write_text(json.dumps({"autoStartDefaultKernel": True}))
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", f"--ServerApp.root_dir={home / 'notebooks'}", "--allow-root",
               f"--ServerApp.port={port}", f"--IdentityProvider.token={token}", "--LabApp.news_url=None",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate", "--LabApp.extension_manager=readonly"]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                              env={**os.environ, "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"), "OMP_NUM_THREADS": "1"})
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api?token={token}", timeout=2).close()
            break
        except OSError:
            time.sleep(0.5)
    yield address, token, home / "notebooks"
    server.terminate()
    server.wait(30)


def run_all(page, lab, name):
    """Open a notebook in JupyterLab and run all its cells; returns its code cells as saved."""
    address, token, folder = lab
    book = json.loads((folder / name).read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    (folder / name).write_text(json.dumps(book), encoding="utf-8")
    page.goto(f"{address}/lab/workspaces/{secrets.token_hex(4)}/tree/{name}?token={token}")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=90_000)
    done = []
    for _ in range(4):  # what is asked before the kernel is there is dropped in silence
        page.keyboard.press("Escape")
        page.locator("li.lm-MenuBar-item", has_text="Run").first.click()
        page.locator("li.lm-Menu-item", has_text="Run All Cells").first.click()
        for second in range(180):
            page.wait_for_timeout(1_000)
            page.keyboard.press("Control+s")
            cells = [c for c in json.loads((folder / name).read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
            done = [c for c in cells if c["execution_count"]]
            if len(done) == len(cells) or not done and second > 60:
                break
        if len(done) == len(cells):
            break
    assert len(done) == len(cells), f"{len(done)} of {len(cells)} cells ran"
    return cells


@pytest.mark.parametrize("name", BOOKS)
def test_a_notebook_runs_whole_in_jupyterlab_and_asks_nothing_of_the_network(page, lab, name):
    cells = run_all(page, lab, name)
    assert not [o for c in cells for o in c["outputs"] if o["output_type"] == "error"]
    assert not page.outside


def test_in_explore_a_click_or_an_arrow_key_chooses_a_mark_of_the_picture(page, lab):
    from demarche import explore, plots, prepare, report
    page.set_default_timeout(120_000)
    run_all(page, lab, "explore.ipynb")
    pair = ("Pakistan → Afghanistan", "doc_id", "month")
    for label, value in zip(("Pair", "Group by", "Periods"), (pair[0], "article", "month")):
        page.get_by_label(label, exact=True).select_option(value)
    picture, ring = (page.locator(f".jupyter-widgets [role=slider] {tag}") for tag in ("img", "div"))
    ax = explore.view(prepare.Tables(lab[2].parent / "data" / "processed"), explore.PAIR, *pair)
    sync_api.expect(picture).to_have_attribute("alt", report.alt_text(ax))
    places, names = plots.places(ax), report.marks(ax)

    def chosen(i):
        sync_api.expect(page.get_by_label("Mark in the picture")).to_have_attribute("aria-valuetext", names[i])
        assert page.get_by_label("Mark", exact=True).evaluate("list => list.value") == names[i]
        docs = [place[0] for place in ax.drawn["sources"][i]]
        sync_api.expect(page.locator(".jupyter-widgets blockquote p").first).to_contain_text(docs[0])
        sync_api.expect(page.locator(".jupyter-widgets blockquote")).to_have_count(min(20, len(docs)))
        heads = page.locator(".jupyter-widgets blockquote > p").all_inner_texts()
        assert [re.split(" · |, ", head)[0] for head in heads] == docs[:20]
        box, round_it = picture.bounding_box(), ring.bounding_box()
        for at, (side, size) in zip(places[i], (("x", "width"), ("y", "height"))):
            assert abs(round_it[side] + round_it[size] / 2 - box[side] - at * box[size]) < 3, "the ring is around the mark"

    picture.scroll_into_view_if_needed()
    for i in (len(names) - 1, 2):
        box = picture.bounding_box()
        picture.click(position={"x": places[i][0] * box["width"] + 2, "y": places[i][1] * box["height"] - 2})
        chosen(i)
    page.get_by_label("Mark in the picture").focus()
    page.keyboard.press("ArrowDown")
    chosen(3)
    page.keyboard.press("ArrowLeft")
    chosen(2)
    page.get_by_label("Mark", exact=True).select_option(names[0])
    chosen(0)
    assert not page.outside


def test_in_explore_picture_table_and_sentences_follow_what_is_chosen(page, lab):
    from demarche import compare, prepare, terms
    page.set_default_timeout(120_000)
    run_all(page, lab, "explore.ipynb")
    tables = prepare.Tables(lab[2].parent / "data" / "processed")
    said = page.locator(".jupyter-widgets p[role=status]")

    def choose(label, value):
        page.get_by_label(label, exact=True).select_option(value)

    by_month = compare.pairs(tables.stances, tables.articles, "Pakistan", "Afghanistan", by="month")
    choose("Pair", "Pakistan → Afghanistan")
    choose("Periods", "month")
    sync_api.expect(said).to_have_text(compare.change(by_month), timeout=60_000)
    for period, n in by_month.loc[by_month["lane"] == "dated", ["period", "n_statements"]].itertuples(index=False):
        picture = page.locator(".jupyter-widgets img").get_attribute("src")
        choose("Mark", f"all | {period}")
        sync_api.expect(page.locator(".jupyter-widgets blockquote")).to_have_count(min(n, 20), timeout=60_000)
        sync_api.expect(page.locator(".jupyter-widgets blockquote p").first).to_contain_text(f" {period}-", timeout=60_000)
        assert all(f" {period}-" in text for text in page.locator(".jupyter-widgets blockquote p").all_inner_texts())
    choose("Show", "a term")
    page.get_by_label("Term", exact=True).fill("dialogue")
    page.keyboard.press("Enter")
    choose("Periods", "no periods")
    choose("Time", "2024-03")
    march = tables.articles[tables.articles["date"].str.startswith("2024-03", na=False)]
    rates = terms.rates(terms.hits(tables.sentences, ["dialogue"]), march)
    sync_api.expect(said).to_have_text(terms.summary(rates), timeout=60_000)
    sync_api.expect(page.locator("mark[title='the term']")).to_have_count(int(rates.loc[0, "count"]), timeout=60_000)
    heads, cells = (page.locator(f".jupyter-widgets .wide {tag}").all_inner_texts() for tag in ("th", "td"))
    assert cells[heads.index("count")] == str(rates.loc[0, "count"])
    assert page.locator(".jupyter-widgets img").get_attribute("src") != picture and not page.outside
