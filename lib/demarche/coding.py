"""The coding loop: sheets out to people, their answers back in, and what these say of the machine.

`draw` and `intrusions` make sheets, `back` makes tables of coded ones. The `reference` of the table `codings` is what
`stance.fit` learns a scorer of one's own from.
"""

import difflib
import hashlib
import io
import re
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd

from demarche import corpus, lexicons, schema, scorer, stats, store
from demarche.schema import SENTENCE

PAIR, FIELDS = ["holder", "target"], ["holder", "target", "stance", "speaker"]
RECORDS = range(1, 7)  # a sheet has room for so many in each sentence
SHEET = ["row", "id", "article", "date", "before", "sentence", "done", *(f"{f}_{i}" for i in RECORDS for f in FIELDS), "note",
         "probability", "seed"]
INTRUSION_TERMS, WORDS, MARK = 5, [f"word_{i}" for i in RECORDS], "sentences.sha256"  # words of a topic, with one intruder
# Coded sentences from which a pair is estimated; articles with it from which its limits hold.
MIN_CODED, ENOUGH_CODED, SURE = 5, 50, ", 90% or more in simulation"


def _cell(value):
    """Text that fits a cell of a workbook: control characters out, cut where no more goes in. Numbers stay."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]", " ", value)[:32_000] if isinstance(value, str) else value


def _ids(table):
    return table["doc_id"] + " p" + table["par"].astype("str") + " s" + table["sent"].astype("str")


def draw(tables, n=100, strata=(), seed=stats.SEED):
    """A sheet of `n` body sentences, drawn at random within strata, each with the `probability` that it had to be drawn.

    Strata: whether the machine found the pair that it finds most often, another, a statement only or nothing (not shown),
    crossed with columns of articles. All get the same number, small ones all they have; rows stand in random order.
    ValueError for a column that articles lack, and for an `n` below two a stratum. Source: Cochran 1977, ch. 5.
    """
    missing = ", ".join(c for c in strata if c not in tables.articles)
    schema.refuse(missing, f"articles have no column {missing} to draw by; there are: {', '.join(tables.articles)}")
    body = tables.sentences.query("role == 'body'").assign(before=lambda t: t.groupby("doc_id")["text"].shift())
    body = body.merge(tables.articles[list(dict.fromkeys(["doc_id", "title", "date", *strata]))], on="doc_id", how="left")
    body["id"], rng, left, rows = _ids(body), np.random.default_rng(seed), n, []
    most = tables.stances[(sizes := tables.stances.groupby(PAIR)["par"].transform("size")) == sizes.max()]
    found = np.select([body["id"].isin(_ids(t)) for t in (most, tables.stances, tables.statements)], [0, 1, 2], 3)
    groups = body.groupby([found, *(body[c].astype("str").fillna("unknown") for c in strata)])
    groups = sorted((part for _, part in groups), key=len)
    schema.refuse(not groups or n < 2 * len(groups), f"{n} sentences are too few for {len(groups)} strata of {len(body)} body "
                  f"sentences; draw {2 * len(groups)} or more, or by fewer columns")
    for i, part in enumerate(groups):
        taken = min(len(part), left // (len(groups) - i))
        left -= taken
        rows.append(part.iloc[rng.permutation(len(part))[:taken]].assign(probability=taken / len(part), seed=seed))
    rows = pd.concat(rows).iloc[rng.permutation(n - left)].rename(columns={"text": "sentence", "title": "article"})
    return rows.assign(row=range(1, len(rows) + 1)).reset_index().reindex(columns=SHEET).astype(object).fillna("").map(_cell)


def intrusions(topics, seed=stats.SEED):
    """(sheet, answers): each topic's INTRUSION_TERMS first words and one that is heavy in another topic only, in random order;
    which one that is.

    Source: Chang et al. 2009, NeurIPS 22. ValueError where no topic has enough words of its own.
    """
    rng, rows, heavy = np.random.default_rng(seed), [], topics[topics["rank"] <= INTRUSION_TERMS]
    for (model, topic), part in topics.sort_values("rank").groupby(["model", "topic"]):
        others = heavy.loc[(heavy["model"] == model) & ~heavy["term"].isin(part["term"]), "term"]
        if len(part) >= INTRUSION_TERMS and len(others):
            answer = str(rng.choice(sorted(set(others))))
            rows.append((model, topic, *rng.permutation([*part["term"][:INTRUSION_TERMS], answer]).tolist(), "", seed, answer))
    schema.refuse(not rows, "no topic has words of its own to set an intruder among; fit two topics or more")
    sheet = pd.DataFrame(rows, columns=["model", "topic", *WORDS, "intruder", "seed", "answer"])
    return sheet.drop(columns="answer"), sheet["answer"].tolist()


def workbook(sheet, actors=()):
    """A sheet as XLSX, with lists to choose from and the codebook on its second page; the same bytes on every run."""
    from openpyxl.styles import Alignment
    from openpyxl.worksheet.datavalidation import DataValidation
    lists = {"stance": '"-2,-1,0,1,2"', "done": '"x"', "intruder": "$C2:$H2"} | dict.fromkeys(
        PAIR, f"actors!$A$2:$A${len(actors) + 1}")
    buffer, fixed, pages = io.BytesIO(), io.BytesIO(), {"coding": sheet, "codebook": lexicons.read("codebook"),
                                                        "actors": pd.DataFrame({"actor": sorted(actors)})}
    with pd.ExcelWriter(buffer, engine="openpyxl") as writer:
        for title, table in pages.items():
            table.map(_cell).map(store.safe).to_excel(writer, sheet_name=title, index=False, freeze_panes=(1, 0))
            page = writer.sheets[title]
            for letter, column in ((head.column_letter, head.value) for head in page[1]):
                page.column_dimensions[letter].width = {"sentence": 70, "before": 45, "meaning": 110}.get(column, 13)
                page.column_dimensions[letter].hidden = column in SHEET[-2:]  # a chance of being drawn tells what was found
                if title == "coding" and (kind := column.split("_")[0]) in lists:  # an actor may have a name of its own
                    page.add_data_validation(listed := DataValidation("list", lists[kind], showErrorMessage=kind not in PAIR))
                    listed.add(f"{letter}2:{letter}{len(table) + 1}")
            for cell in (cell for row in page.iter_rows(min_row=2) for cell in row):
                cell.alignment = Alignment(wrap_text=True, vertical="top")
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(fixed, "w") as new:
        for name in made.namelist():  # all but the hour at which it was made
            data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", made.read(name))
            new.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return fixed.getvalue()


def names(tables):
    """Who may be holder or target in a sheet: the actors of the folder, those that the machine named, OUTLET and INTL."""
    return {"OUTLET", "INTL", *lexicons.actors(tables.folder / "actors.csv")["actor"], *tables.stances[PAIR].stack()}


def load(path):
    """A sheet as it comes back, all cells text: XLSX or CSV with commas, semicolons or tabs. ValueError where it is neither."""
    data = Path(path).read_bytes()
    with schema.failing((ValueError, KeyError, SyntaxError, zipfile.BadZipFile), lambda error: (
            f"{path}: no sheet can be read here ({error}); save it as XLSX, or as CSV in UTF-8")):
        if data[:2] == b"PK":
            table = pd.read_excel(io.BytesIO(data), dtype="str", keep_default_na=False)
        else:
            mark = max(",;\t", key=(text := corpus.decode(data)[0]).split("\n", 1)[0].count)
            table = pd.read_csv(io.StringIO(text), sep=mark, dtype="str", keep_default_na=False, skip_blank_lines=False)
    return table.fillna("").map(lambda v: store.plain(v.strip()))


def _records(row, actor):
    """The records of a row of a sheet, [holder, target, stance, speaker] each, as written but for names that `actor` knows."""
    cells = [[row[f"{field}_{i}"].replace("−", "-") for field in FIELDS] for i in RECORDS]
    return [[actor.get(h, h), actor.get(t, t), *rest] for h, t, *rest in cells if any((h, t, *rest))]


def _mistakes(records, known):
    """What is wrong with the records of a row, and the mend."""
    for holder, target, stance, _ in records:
        if not (holder and target and stance):
            yield "a record without holder, target or stance; fill in all three, or empty it"
        for name in (n for n in {holder, target} - known - {""} if not re.fullmatch("[\"'].+[\"']", n)):
            lower = {n.lower(): n for n in sorted(known)}
            near = lower[difflib.get_close_matches(name.lower(), lower, 1, 0)[0]]
            yield f"no actor '{name}'; the nearest is '{near}', or put a name of its own in quotation marks"
        if holder and holder == target:
            yield f"'{holder}' is holder and target; a stance is toward another actor"
        if stance and not re.fullmatch(r"[+-]?[012]([.,]0+)?", stance):
            yield f"stance '{stance}'; write -2, -1, 0, 1 or 2"
    if len({tuple(record[:2]) for record in records}) < len(records):
        yield "two records of one holder and target; make them one"


def read(tables, paths):
    """(codings, mistakes) of the sheets of one or more coders of one draw: the table `codings`, and a line for each mistake,
    with the sheet's own number of the row. Another name of one actor only (its capital, say) stands for that actor.

    The first sheet is the reference that other coders and the machine are set against. A sentence in which no one takes a
    stance has one row, its holder, target and stance null. With mistakes, `codings` is empty.
    """
    known, rows, wrong, drawn = names(tables), [], [], []
    aliases = lexicons.actors(tables.folder / "actors.csv")[["alias", "actor"]].drop_duplicates()
    actor = aliases.drop_duplicates("alias", keep=False).set_index("alias")["actor"].to_dict() | dict(zip(known, known))
    body = tables.sentences.query("role == 'body'")
    places = dict(zip(_ids(body), body[[*SENTENCE, "text"]].itertuples(index=False, name=None)))
    for coder, (path, sheet) in enumerate(((Path(p).name, load(p)) for p in paths), start=1):
        if missing := [c for c in SHEET if c not in sheet and c not in ("row", "article", "date", "before", "note")]:
            wrong.append(f"{path}: no column {', '.join(missing)}; keep the columns as they were drawn")
            continue
        sheet, seen = sheet[sheet.ne("").any(axis=1)], {}
        chances = pd.to_numeric(sheet["probability"].str.replace(",", "."), errors="coerce").where(lambda v: v.between(1e-9, 1))
        for number, row, chance in zip(sheet.index + 2, sheet.to_dict("records"), chances):
            id_, line = row["id"], f"row {row['row']}" if row.get("row") else f"line {number}"
            *place, text = places.get(id_, ("", 0, 0, ""))
            records, first = _records(row, actor), seen.setdefault(id_, (line, number))
            there, same = id_ in places, len({re.sub(r"\W", "", t)[:9_999] for t in (text, row["sentence"])}) == 1
            checks = [(there, f"no body sentence '{id_}' in {tables.folder}; put the id back as it was drawn"),
                      (same or not there, f"'{id_}' is another sentence here; put id and sentence back as they were drawn"),
                      (first[1] == number, f"'{id_}' stands in {first[0]} too; take one out"),
                      (pd.notna(chance), f"probability '{row['probability']}'; put it back as it was drawn"),
                      (row["done"] or records, "not coded; write x in 'done' where no one takes a stance")]
            wrong += [f"{path}, {line}: {told}" for told in (*_mistakes(records, known), *(t for ok, t in checks if not ok))]
            rows += [(coder, *place, i, *r, 1 / chance, row["seed"]) for i, r in enumerate(records or [[None] * 4], start=1)]
        # A stratified sample stands for all, to a sentence.
        if abs((stands := (1 / chances).sum(skipna=False)) - len(body)) > max(0.5, 1e-5 * len(body)):
            wrong.append(f"{path}: its {len(seen)} rows stand for {stands:,.0f} of {len(body):,} sentences; put back rows "
                         "taken out and probabilities changed, or draw a new sheet where articles came or went")
        drawn.append((set(seen), set(sheet["seed"])))
        if drawn[-1] != drawn[0] or len(drawn[0][1]) != 1:
            wrong.append(f"{path}: not of one draw; give sheets of the same sentences and seed")
    table = pd.DataFrame([] if wrong else rows, columns=list(schema.TABLES["codings"].columns)).replace({"speaker": {"": None}})
    table[PAIR] = table[PAIR].apply(lambda column: column.str.strip("\"'"))
    table["stance"] = table["stance"].str.replace(",", ".")
    return table.astype({"stance": float, "weight": float, "par": "Int64", "sent": "Int64"}), wrong


def mark(tables, codings):
    """A hash of the sentences that were coded: `code-read` writes it beside the codings, as DIR/codings/MARK."""
    texts = codings[SENTENCE].drop_duplicates().merge(tables.sentences, "left", SENTENCE).sort_values(SENTENCE)
    return hashlib.sha256(store.csv(texts[[*SENTENCE, "text"]]).encode()).hexdigest()


def kept(tables):
    """The `codings` kept in a folder of tables, none where there are none yet; ValueError where coded sentences changed."""
    at = tables.folder / "codings" / MARK
    found = store.read(at.parent, "codings") if (at.parent / "codings.parquet").exists() else read(tables, [])[0]
    other = at.exists() and at.read_text("utf-8") != mark(tables, found)
    schema.refuse(other, f"{at.parent}: articles changed since they were coded; draw a sheet of them, code it and read it")
    return found


def summary(codings, corrected):
    """What was coded, in words, and what it makes of the pairs' means (`corrected`, see `results`); or how to code."""
    if codings.empty:
        return "No sentence is coded yet: 'demarche code-sheet DIR' draws a sheet, 'demarche code-read' takes it back."
    rows = reference(codings).drop_duplicates(SENTENCE)
    told = (f"Coded by {stats.plural(codings['coder'].nunique(), 'coder')}: {len(rows):,} of {rows['weight'].sum():,.0f} "
            f"sentences, in {stats.plural(rows['doc_id'].nunique(), 'article')}.")
    right = "as coded, all sentences" if rows["weight"].eq(1).all() else "with the machine's errors put right"
    if (means := corrected.query("measure == 'mean' and n_statements > 0 and value >= -2")).empty:
        told += (f" No mean is put right: a pair needs {MIN_CODED} coded sentences, and {ENOUGH_CODED} coded articles for an "
                 "interval.")
    for r in means.drop_duplicates("estimate").itertuples():
        how = "by the machine alone" if r.estimate == "naive" else right
        sure = f"no interval, {r.interval[6:]}" if np.isnan(r.low) else f"95% CI {r.low:.2f} to {r.high:.2f}"
        told += f" {r.pair}: {r.value:.2f} {how} ({sure})."
    return told


def reference(codings):
    """The first coder's rows."""
    return codings[codings["coder"] == 1]


def _pairs(tables, codings):
    """Every pair that the reference or the machine has in a sentence of any article: SENTENCE, PAIR, coded, found, score,
    weight.

    `weight` is null in sentences that no one coded. Groups of the class militants that no coder names are 'militants'.
    """
    first, listed = reference(codings), lexicons.actors(tables.folder / "actors.csv")
    groups = set(listed.loc[listed["class"] == "militants", "actor"]) - set(codings[PAIR].stack())
    machine = tables.stances[tables.stances["stance"].notna() & (tables.stances["par"] > 0)]
    machine = machine.assign(**{c: machine[c].where(~machine[c].isin(groups), "militants") for c in PAIR},
        score=machine.filter(like="p_").max(axis=1).fillna(machine["stance"].abs())).query("holder != target")
    machine = machine.groupby([*SENTENCE, *PAIR], as_index=False).agg(found=("stance", "mean"), score=("score", "max"))
    coded = first.dropna(subset="holder")[[*SENTENCE, *PAIR, "stance"]].rename(columns={"stance": "coded"})
    return machine.merge(coded, "outer", [*SENTENCE, *PAIR]).merge(first[[*SENTENCE, "weight"]].drop_duplicates(), "left")


def _limits(n, told):  # coverage: least of benchmarks/corrected.py; that of the naive mean falls with n, so none is told
    return f"jackknife t over {n} articles, 95% nominal{told * (n < stats.LARGE_SAMPLE)}"


def _ratio(top, bottom, part, most=1, least=0, sure=", 80% or more in simulation"):
    """What every table tells of sum(top) / sum(bottom): value, low, high, n_statements, n_articles, interval, sources."""
    sums = pd.DataFrame({"top": top, "bottom": bottom}).groupby(part["doc_id"]).sum().query("bottom != 0 or top != 0")
    n, whole = len(sums), sums["bottom"].sum()
    low, high = np.clip(stats.jackknife(*sums.to_numpy().T), least, most) if n else (np.nan, np.nan)
    told = f"none: {n} of the {stats.MIN_ARTICLES} articles needed" if n < stats.MIN_ARTICLES else "none: all articles agree"
    value = np.clip(sums["top"].sum() / whole, least, most).round(6) + 0.0 if whole > 0 else np.nan  # never -0.00
    return {"value": value, "low": low, "high": high, "n_statements": int((bottom != 0).sum()), "n_articles": n,
            "interval": told if np.isnan(low) else _limits(n, sure),
            "sources": sorted(set(part.loc[bottom != 0, SENTENCE].itertuples(index=False, name=None)))}


def _scores(pairs, right):
    """The rows of `coding_scores`: stage by stage, on gold input and end to end."""
    def has(*keys):  # did coders, did the machine name such a one in the sentence?
        return [pairs.groupby([*SENTENCE, *keys])[c].transform("count") > 0 for c in ("coded", "found")]
    every, first, holder, pair = pairs["weight"] > 0, ~pairs.duplicated([*SENTENCE, "holder"]), has("holder"), has(*PAIR)
    gap = pairs["coded"].sub(pairs["found"], fill_value=0).abs()  # what is missing counts as 0
    stages = [("speaker", has()[0], first, holder, every), ("target", holder[0] & holder[1], every, pair, every),
              ("stance", pair[0] & pair[1], every, pair, right)]
    for stage, known, kept, (coded, found), right_if_both in stages:
        for given, rows in (("gold input", known & kept), ("end to end", kept)):
            weight = pairs["weight"] * rows
            hits, n_found, n_coded = weight * (coded & found & right_if_both), weight * found, weight * coded
            measures = {"precision": (hits, n_found), "recall": (hits, n_coded), "f1": (2 * hits, n_found + n_coded)}
            measures |= {"mae": (weight * gap, weight)} if stage == "stance" else {}
            for measure, both in measures.items():
                yield {"stage": stage, "given": given, "measure": measure, **_ratio(*both, pairs, 4 if measure == "mae" else 1)}


def _agreement(codings):
    """The rows of `agreement`: Krippendorff's alpha (2004, ch. 11; nltk) of all coders, with intervals over articles. Of the
    sheet: a sentence counts once, however many it was drawn for."""
    from nltk.metrics import AnnotationTask, binary_distance, interval_distance, masi_distance
    coded = codings.assign(pair=codings["holder"] + " → " + codings["target"]).groupby(["coder", *SENTENCE])["pair"]
    shared = codings.dropna(subset="holder").set_index(["coder", *SENTENCE, *PAIR])["stance"]
    shared = shared[shared.groupby(level=[*SENTENCE, *PAIR]).transform("size") == (coders := codings["coder"].nunique())]
    for unit, labels, distance in (("any stance", coded.count() > 0, binary_distance),
                                   ("pairs", coded.agg(lambda v: frozenset(v.dropna()) or frozenset("-")), masi_distance),
                                   ("stance of shared pairs", shared, interval_distance)) if coders > 1 else ():
        rows = [(key[0], key[1:], label) for key, label in labels.items()]
        if not (docs := sorted({item[0] for _, item, _ in rows})):
            continue
        some = [[row for row in rows if row[1][0] != doc] for doc in [None, *docs]]
        whole, *left = [AnnotationTask(s, distance=distance).alpha() if len({v for *_, v in s}) > 1 else np.nan for s in some]
        with np.errstate(divide="ignore", invalid="ignore"):  # on the log of disagreement, which is skewed: it covers better
            left, centre = np.log(1 - np.array(left, float)), np.log(1 - whole)
            half = stats.t_critical(len(docs) - 1) * np.sqrt(stats.delete_one_variance(left))
        sure = len(docs) >= stats.MIN_ARTICLES and half > 1e-9 * np.abs(centre)
        low, high = 1 - np.exp([centre + half, centre - half]) if sure else (np.nan, np.nan)
        yield {"unit": unit, "distance": distance.__name__.split("_")[0], "alpha": whole, "low": low, "high": high,
               "n_statements": len({item for _, item, _ in rows}), "n_articles": len(docs),
               "interval": _limits(len(docs), SURE) if sure else f"none: under {stats.MIN_ARTICLES} articles, or few differ"}


def _corrected(pairs):
    """The rows of `corrected`: each pair's mean and share negative, by the machine alone and with its errors put right."""
    for (holder, target), part in pairs.groupby(PAIR):
        drawn, weight = part["weight"].notna(), part["weight"].fillna(1)
        enough = part.loc[drawn & part["coded"].notna(), "doc_id"].nunique()
        for measure, least, most in (("mean", -2, 2), ("share_negative", 0, 1)) if drawn.sum() >= MIN_CODED else ():
            machine, coded = ([(v if measure == "mean" else v < 0).astype(float).where(v.notna(), 0), v.notna().astype(float)]
                              for v in (part["found"], part["coded"]))
            fixed = [pd.Series(stats.pseudo_outcome(m, c.where(drawn), 1 / weight), part.index) for m, c in zip(machine, coded)]
            for estimate, parts in (("naive", machine), ("corrected", fixed)):
                row = _ratio(*parts, part, most, least, SURE * (estimate == "corrected"))
                if estimate == "corrected" and enough < ENOUGH_CODED and not pairs["weight"].eq(1).all():
                    row.update(low=np.nan, high=np.nan, interval=f"none: {enough} of the {ENOUGH_CODED} coded articles needed")
                yield {"holder": holder, "target": target, "pair": f"{holder} → {target}", "measure": measure,
                       "estimate": estimate, "n_coded": int(drawn.sum()), **row}


def results(tables, codings, articles=None):
    """{name: table} of what codings say: coding_pairs, agreement, coding_scores, abstention, corrected (data dictionary).

    Rows stand for as many sentences as `weight` says. `articles`: of these only (each story once, say). Intervals:
    delete-one-article jackknife, none below `stats.MIN_ARTICLES`.
    `abstention`: risk of the pairs whose score reaches `least` (El-Yaniv and Wiener 2010). `corrected`: `stats.pseudo_outcome`.
    """
    articles = tables.articles if articles is None else articles
    pairs, codings = (table[table["doc_id"].isin(articles["doc_id"])] for table in (_pairs(tables, codings), codings))
    coded = pairs.dropna(subset="weight").reset_index(drop=True)
    right = coded["coded"].notna() & (scorer.sign(coded["coded"].fillna(0)) == scorer.sign(coded["found"].fillna(0)))
    w, score = coded["weight"].where(coded["found"].notna(), 0), coded["score"].fillna(-1)
    least = sorted({0.0, *coded["score"].dropna().quantile(np.arange(0.1, 1, 0.1), "lower").round(6)}) if w.any() else []
    risks = [{"least": s, "coverage": (w * (score >= s - 1e-6)).sum() / w.sum(),
              **_ratio(w * (score >= s - 1e-6) * ~right, w * (score >= s - 1e-6), coded)} for s in least]
    rows = {"agreement": _agreement(codings), "coding_scores": _scores(coded, right), "abstention": risks,
            "corrected": sorted(_corrected(pairs), key=lambda row: (-row["n_coded"], row["pair"]))}
    return {"coding_pairs": coded} | {name: pd.DataFrame(list(some) if len(coded) else [], columns=[
        *schema.TABLES[name].columns, "sources"]).round(6) for name, some in rows.items()}


def _found(topics, paths):
    """({"intrusion": table}, mistakes) of coded sheets of intruders: the share found, of each topic and of all (topic 0).

    Intervals: exact binomial (Clopper and Pearson 1934) over answers; of several coders on one topic, too, as if independent.
    """
    from statsmodels.stats.proportion import proportion_confint
    rows, wrong = [], []
    for path, sheet in ((Path(p).name, load(p)) for p in paths):
        drawn, answers = intrusions(topics, *[int(s) for s in {*sheet.get("seed", ())} if re.fullmatch(r"\d{1,18}", s)][:1])
        drawn, columns = drawn.map(lambda v: str(v).removeprefix("'")), ["model", "topic", *WORDS]
        if sheet.reindex(columns=columns).to_numpy().tolist() != drawn[columns].to_numpy().tolist():
            wrong.append(f"{path}: not the words that were drawn from these topics; put them back, or draw a new sheet")
            continue
        for line, (row, answer) in enumerate(zip(sheet.to_dict("records"), answers), start=2):
            if row["intruder"] not in [row[w] for w in WORDS]:
                wrong.append(f"{path}, row {line}: '{row['intruder']}' is none of its words; write the one that does not fit")
            rows += [(row["model"], topic, row["intruder"] == answer) for topic in (0, int(row["topic"]))]
    table = pd.DataFrame(rows, columns=["model", "topic", "hit"]).groupby(["model", "topic"], as_index=False)["hit"].agg(
        n_found="sum", n_answers="size")
    low, high = proportion_confint(table["n_found"], table["n_answers"], method="beta")
    return {"intrusion": table.assign(share=table["n_found"] / table["n_answers"], low=low, high=high)}, wrong


def back(tables, paths):
    """({name: table}, mistakes) of coded sheets, of sentences or of intruders: all that `code-read` writes."""
    if "intruder" in load(paths[0]):
        return _found(tables.topics, paths)
    codings, wrong = read(tables, paths)
    return ({}, wrong) if wrong else ({"codings": codings, **results(tables, codings)}, [])
