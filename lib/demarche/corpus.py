"""Raw articles from a folder, a .zip of one, or a table; what can't be read is told, file by file."""

import codecs
import csv
import gzip
import hashlib
import io
import json
import os
import re
import stat
import zipfile
import zlib
from contextlib import suppress
from functools import lru_cache, partial
from itertools import accumulate, pairwise
from pathlib import Path, PurePosixPath

import pandas as pd
import pyarrow.parquet

from demarche import dates, lexicons, pages, schema
from demarche.schema import refuse

FACTS = ["title", "outlet", "date", "language", "byline", "url"]  # what a column or a catalogue may say of an article
_UNSAID = dict.fromkeys((*FACTS[:-1], "columns", "made", "days"))
PAGES = (".html", ".htm", ".xhtml")
# Of an article (a thousand pages of print); of a file that holds one; so much larger than packed, and larger than MAX_BYTES,
# nothing is unpacked: text packs to a fifth or so.
MAX_CHARACTERS, MAX_BYTES, MAX_RATIO = 2_000_000, 2**25, 200
_OWN = {c for name in ("articles", "lines", "sentences", "sources") for c in schema.TABLES[name].columns} | {"days", "speaker"}
_FORMATS = "a folder of .txt or .html, a .zip of one, or one .csv, .jsonl or .parquet (.gz too)"
_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([\w.:-]{2,40})""", re.IGNORECASE)
_BROKEN = re.compile("[ÂÃÐÑØÙâ][\x80-\xff\u0152-\u0178\u02c6\u02dc\u2013-\u2122]")  # UTF-8 read as another
_MARKUP = re.compile(r"(?si)\s*<[a-z!?].{0,2000}?</(?:p|div|body|html|h[1-6]|li|ul|a|span|article|head|title)>")
_ESCAPED, _SOUND, _HALF = map(re.compile, ("[\udc80-\udcff]", "[^\0-\x7f\udc80-\udcff]", r"\\u[dD]"))
_BINARY, _ODD = "binary, not text (it holds a NUL); give text as UTF-8", re.compile("[\0\udc80-\udcff]")
# What ends a document in the files of archives, or opens it.
_DOCUMENT = re.compile(r"(?m)^[ \t]*(?:(?P<first>Document \d+ of \d+|\d+ of \d+ DOCUMENTS)|End of Document|"
                       r"(?:AN[ \t]+)?Document [A-Z]{1,8}\d{8,16}[a-z]\w{5,12})[ \t]*\r?(?:\n|\Z)")
_CONTROL = re.compile(r"[\0-\x08\x0e-\x1a\x1c-\x1f]")


class Reader:
    """The articles of a corpus one by one, in the order of the files, as dicts of text or None; memory does not grow with them.

    `doc_id, file, line, sha256, text` (the source text), the FACTS and any other column of the input. `columns`: which facts
    were taken from columns of other names (lexicons/column_names.csv); `made`: how the source text came about where it is not
    the file as it is; `days`: what the code of a saved page says of its days, as JSON. A name that the suite's tables use
    themselves ('n_tokens', 'par') becomes user_NAME. What the catalogue says wins. Beside them grow `rejected` (file, line,
    reason), `n` and `share`, the part of the input that was read. ValueError, one line: the path is missing, a file differs
    from what its manifest.csv says (file, sha256), or no article is left.
    """

    def __init__(self, path, catalogue=None):
        self.path, self.catalogue, self.rejected, self.n, self.share = Path(path), catalogue, [], 0, 0.0

    def __iter__(self):
        path, taken, told = self.path, {}, {}
        refuse(not path.exists(), f"{path}: no such file or folder; check the path")
        for file, line, said, _ in _table(Path(self.catalogue), True) if self.catalogue else ():
            refuse(not isinstance(said, str) and "doc_id" not in said,
                   f"{self.catalogue}: no column 'doc_id' (there are: {', '.join(said)}); add it, an article a row")
            doc_id = not isinstance(said, str) and said.get("doc_id")
            if doc_id and said.get("date") and not dates.span(said["date"]):
                self.rejected.append((f"catalogue {file}", line, f"date '{said.pop('date')}' is no day; write YYYY-MM-DD"))
            told[doc_id if doc_id and doc_id not in told else (file, line)] = (f"catalogue {file}", line, doc_id, said)
        known = _rows(manifest) if (manifest := path / "manifest.csv").exists() else ()
        known = {(r["file"], r["sha256"]) for _, r, *_ in known if {"file", "sha256"} <= set(r)}
        for file, line, said, self.share in (_folder if path.is_dir() or path.suffix.lower() == ".zip" else _table)(path):
            row = {} if isinstance(said, str) else said
            doc_id = row.get("doc_id") or re.sub(r"\.\w+(\.gz)?$", "", file) + f"-{line}" * (line > 0)
            if row and (long := len(row["text"])) > MAX_CHARACTERS:
                said = f"{long:,} characters; an article has {MAX_CHARACTERS:,} at most, split it"
            elif row and doc_id in taken:
                said = f"doc_id '{doc_id}' is taken by {f'{path.name}, line ' * bool(line)}{taken[doc_id]}; give each its own"
            if isinstance(said, str):
                self.rejected.append((file, line, said))
                continue
            taken[doc_id], self.n = line or file, self.n + 1
            sha256 = said.get("sha256") or hashlib.sha256(said["text"].encode()).hexdigest()
            known.discard((file, sha256))
            row = {**_UNSAID, **said, "doc_id": doc_id, "file": file, "line": line, "sha256": sha256}
            if doc_id in told:
                row |= {k: v for k, v in told.pop(doc_id)[3].items() if v and k not in ("columns", "made")}
            if row["date"] and not dates.span(row["date"]):
                self.rejected.append((file, line, f"date '{row['date']}' is no day; write YYYY-MM-DD (the article stays)"))
            yield row
        refuse(known, f"{path}: changed or missing: {', '.join(sorted(dict(known)))}; raw files are never edited, restore them")
        why = f" ({self.rejected[0][0]}: {self.rejected[0][2]})" if self.rejected else ""
        refuse(not taken, f"{path}: no article could be read{why}; give {_FORMATS}")
        why = "doc_id '{}' is no article's, or stands here twice; check its spelling"
        self.rejected += [(f, n, said if isinstance(said, str) else why.format(i)) for f, n, i, said in told.values()]


def language(text):
    """The language of a text by its first 1,000 characters, as a code of two or three letters; None where they are too few.

    Words that tell a language with a pack are looked up first; where they leave a doubt, py3langid (Lui and Baldwin 2012).

    >>> language("The envoys of both sides met in Doha on Monday."), language("Talks")
    ('en', None)
    """
    words = text[:1_000].lower().split()
    for code, (known, shared) in lexicons.languages().items():
        found = known.intersection(words)
        # Where many are found, their hits need not be counted; else what is said again and again tells no more.
        words = words if 9 * len(found) > max(len(words), 63) or 3 * len(once := {*words}) > len(words) else once
        hits = len(words) if 9 * len(found) > max(len(words), 63) else sum(map(found.__contains__, words))
        sure = len(found) > 3 and 5 * hits >= len(words) or not found <= shared
        if len(words) > 7 and 10 * hits >= len(words) and len(found) > 1 and sure:
            return code
        # A few plain letters, or names alone (Erdoğan), tell no language; letters of another alphabet do, or accents in words.
        letters = "".join(filter(str.isalpha, "".join(w for w in words if "/" not in w)))
        own = "".join(c for w in text[:1_000].split() if w == w.lower() for c in w if c.isalpha())
        if len(letters) < (20 if not own.isascii() or len(own) > 19 and not letters.isascii() else 100 if found else 60):
            return None
    from py3langid import classify
    guess = classify(text[:1_000])[0]
    return code if guess == "pcm" and found else guess  # headlines without small words look like Nigerian Pidgin


def decode(data, page=False):
    """(text of a file, how it was made: None for UTF-8, and for UTF-16 with its mark); ValueError says what is wrong.

    Where few bytes are no UTF-8, they are Windows-1252, as browsers read them; others are guessed by charset-normalizer.
    `page`: a web page may name its own encoding.

    >>> decode("Ankara’s envoy".encode("cp1252"))
    ('Ankara’s envoy', 'decoded as cp1252')
    """
    name, made = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", None
    if name == "utf-8" and b"\0" in data:
        even, odd = (data[k::2].count(0) for k in (0, 1))
        refuse(min(even, odd) or max(even, odd) < len(data) / 4, _BINARY)
        name, made = ("utf-16-le" if odd else "utf-16-be",) * 2
    try:
        text = data.decode(name).removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        refuse(made, _BINARY)
        refuse(name != "utf-8", f"not {name.upper()} at byte {error.start + 1}; save the file as UTF-8")
        text, made = _guess(data, page)
    refuse(not text.strip(), "empty, nothing to read")
    refuse("\0" in text or len(_CONTROL.findall(text[:10_000])) > len(text[:10_000]) / 50,
           "binary, not text (it holds control characters); give text as UTF-8")
    return text, f"decoded as {made}" if made else None


def _guess(data, page):
    """(text, encoding) of bytes that are no UTF-8."""
    loose, named = data.decode("utf-8", "surrogateescape"), _CHARSET.search(data[:4_096]) if page else None
    wrong = len(_ESCAPED.findall(loose))
    if wrong <= len(_SOUND.findall(loose)):  # most letters are sound: some passages were pasted in
        return _as_cp1252(loose), "utf-8, some bytes as cp1252"
    try:
        return data.decode(named[1].decode()), named[1].decode().lower()
    except (TypeError, UnicodeDecodeError, LookupError):
        if len(re.findall(b"[\xc0-\xff]", data)) <= max(len(data) / 25, 1):
            return data.decode("cp1252", "replace"), "cp1252"
    from charset_normalizer import from_bytes
    if best := from_bytes(data[:100_000]).best():
        return data.decode(best.encoding, "replace"), best.encoding
    raise ValueError(f"in no encoding that is known (UTF-8 breaks {wrong:,} times); save the file as UTF-8")


def _as_cp1252(text):
    return _ESCAPED.sub(lambda m: bytes([ord(m[0]) - 0xdc00]).decode("cp1252", "replace"), text)


def repair(text):
    """Text that was read in a wrong encoding once, as it was meant, by ftfy; any other text is returned as it is.

    >>> repair("Ankaraâ€™s envoy")
    'Ankara’s envoy'
    """
    text = text if text.isascii() else _as_cp1252(text.replace("\u00ad", ""))  # soft hyphens cut words, and nobody sees them
    if text.isascii() or not any(map(text.__contains__, _BROKEN.pattern[1:8])) or not _BROKEN.search(text):  # quick looks first
        return text
    from ftfy import fix_encoding
    # Closing quotes lose their last byte, which Windows-1252 does not know.
    text = re.sub("â€(?![^\0-\x7f])", "â€\x9d", text) if "â€œ" in text else text
    return re.sub(r"[^\r\n]+", lambda m: fix_encoding(m[0]) if _BROKEN.search(m[0]) else m[0], text)


def _folder(path):
    """Yields (file, 0, record, share of all files) of each file of a folder or .zip: a dict with the source text, or why there
    is none."""
    files = (_members if path.is_file() else _files)(path)
    for number, (name, load) in enumerate(files, start=1):
        try:
            kind = ".txt" if (path / name).is_dir() else PurePosixPath(name).suffix.lower()  # a folder tells itself what it is
            refuse(re.search(r"(?:^|/)\.(?!\.?(?:[/\\]|$))", name), "hidden; not read")
            refuse(kind not in (".txt", *PAGES), f"'{kind}' files in a folder are not read; give .txt or .html")
            text, made = decode(data := load(), kind in PAGES)
            found = [(0, _page(repair(text)))] if kind in PAGES else _documents(text, made)
            found = [(line, record | {"sha256": hashlib.sha256(data).hexdigest()}) for line, record in found]
        except (ValueError, OSError, RuntimeError, EOFError, zipfile.BadZipFile, zlib.error, zipfile.lzma.LZMAError) as error:
            found = [(0, getattr(error, "strerror", None) or str(error) or type(error).__name__)]
        for line, record in found:  # a name need not be UTF-8
            yield name.encode(errors="surrogateescape").decode(errors="backslashreplace"), line, record, number / len(files)


def _documents(text, made):
    """(first line, record) of each document in a file that an archive (Nexis, Factiva, ProQuest) filled with several, or of the
    file as a whole with line 0."""
    cuts = [0, *(m.start() if m["first"] else m.end() for m in _DOCUMENT.finditer(text)), len(text)]
    parts = [text[a:b] for a, b in pairwise(cuts)]
    told = zip(accumulate((part.count("\n") for part in parts), initial=1), parts)  # with the line in which each begins
    told = [(n, _mended(part, made, "one of several in a file")) for n, part in told if len(part.split(None, 5)) > 5]
    return told if told[1:] else [(0, _mended(text, made))]


def _mended(text, *made):
    short = len(sound := repair(text)) < 101 * (1 + sound.count("\n") + sound.count("\r"))  # a quick look: lines on average
    whole = _unwrapped(sound) if short else sound
    said = [*made, "wrong letters repaired" * (sound != text), "lines joined that were cut at a width" * (whole != sound)]
    return {"text": whole, "made": ", ".join(filter(None, said)) or None}


def _unwrapped(text):
    """Text whose lines mail or print cut at a width (100 letters at most), a paragraph a line; any other text as it is. A cut
    line had no room for the next one's first word; three or more, and a seventh of all, go on in small letters."""
    lines = [*map(str.strip, re.split(r"\r\n?|\n", text))]
    pairs = [(a, b) for a, b in pairwise(lines) if a and b]
    width = sorted(len(a) for a, _ in pairs)[len(pairs) * 19 // 20] if pairs else 101
    full = {(a, b) for a, b in pairs if width <= 100 and len(a) + 1 + len(b.split(None, 1)[0]) > width}
    cut = [a[-1].isalnum() and b[0].islower() for a, b in pairs if (a, b) in full]
    if sum(cut) < max(3, 0.15 * len(pairs)) or len(cut) < 0.6 * len(pairs):
        return text
    ends = ("\n" if (a, b) not in full else "" if re.search(r"\w-$", a) and b[0].isalpha() else " " for a, b in pairwise(lines))
    return "".join(map("".join, zip(["", *ends], lines)))


def _page(html, url=None):
    """The record of a saved page."""
    page = pages.read(html, url)
    return {**page, "days": json.dumps(page["days"]) if page["days"] else None, "made": "text extracted from HTML"}


def _files(path):
    """(name, function that reads it) of each file of a folder, and of what is neither file nor folder."""
    home, every = path.resolve(), sorted({*path.rglob("*")} - {path / "manifest.csv"})
    found = [p for p in every if p.is_symlink() or not p.is_dir() or not os.access(p, os.R_OK | os.X_OK)]
    return [(file.relative_to(path).as_posix(), partial(_bytes, file, home)) for file in found]


def _bytes(file, home):
    refuse(not file.exists(), "a link that leads nowhere, or to itself; not followed")
    target = file.resolve()
    refuse(file.is_symlink() and (home not in target.parents or not target.is_file()),
           "a link to a folder or out of this one; not followed, put the file itself here")
    refuse(not stat.S_ISREG(target.stat().st_mode), "no ordinary file (a pipe, a device, a folder shut to you); not read")
    _limit(target.stat().st_size)
    return file.read_bytes()


def _limit(size):
    refuse(size > MAX_BYTES, f"{size:,} bytes; a file that holds one article has {MAX_BYTES:,} at most, split it")


def _members(path):
    """As `_files`, of a .zip; nothing is written to the disk. ValueError where it is none, or would grow beyond all measure."""
    broken = zipfile.BadZipFile, OSError, ValueError, NotImplementedError
    with schema.failing(broken, lambda error: f"{path}: {error}; pack the folder again"):
        packed = zipfile.ZipFile(path)
    for m in packed.infolist():
        with suppress(UnicodeError):  # `zip` on Linux writes names in UTF-8 and does not say so
            m.filename = m.filename if m.flag_bits & 0x800 else m.orig_filename.encode("cp437").decode()
    found = sorted((m for m in packed.infolist() if not m.is_dir()), key=lambda m: m.filename)
    if (size := sum(m.file_size for m in found)) > max(MAX_RATIO * path.stat().st_size, MAX_BYTES):
        raise ValueError(f"{path}: unpacks to {size:,} bytes, more than {MAX_RATIO} times its size; pack less into it")
    return [(member.filename, partial(_member, packed, member)) for member in found]


def _member(packed, member):
    parts = PurePosixPath(member.filename.replace("\\", "/")).parts
    refuse(".." in parts or member.filename.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", member.filename),
           "a path that climbs out of the folder; not read")
    refuse(stat.S_ISLNK(member.external_attr >> 16), "a link; not followed, pack the file itself")
    _limit(member.file_size)
    return packed.read(member)


def _table(path, catalogue=False):
    """As `_folder`, of each row of a table; ValueError where it can't be read as a whole."""
    for line, row, made, share in _rows(path):
        try:
            said = row if isinstance(row, str) else _said(row, made, catalogue)
        except ValueError as error:
            said = str(error)
        yield path.name, line, said, share


def _rows(path):
    """Yields (line, row as it is or why there is none, how the text of the file was made, share) of a table."""
    kind = re.search(r"\.(csv|jsonl|parquet)(\.gz)?$", path.name.lower())
    with schema.failing((ValueError, OSError, EOFError, pyarrow.ArrowException, zlib.error), lambda error: (
            f"{path}: {getattr(error, 'strerror', None) or error}")):
        refuse(not kind, f"'{path.suffix}' is not read; give {_FORMATS}")
        refuse(path.exists() and not path.is_file(), "no ordinary file (a folder, a pipe or a device); not read")
        size = path.stat().st_size
        with open(path, "rb") as raw, gzip.GzipFile(fileobj=raw) if kind[2] else raw as file:
            most = max(MAX_RATIO * size, MAX_BYTES)
            if kind[1] == "parquet":
                yield from _parquet(io.BytesIO(b"".join(_chunks(file, most))) if kind[2] else file)
                return
            text, made = _opened(file, most, "" if kind[1] == "csv" else "\n")
            for line, row in (_csv if kind[1] == "csv" else _jsonl)(text):
                yield line, row, made, raw.tell() / size


def _opened(file, most, newline):
    """(text file, how it was made) of a binary file: UTF-8 is read as it comes, after a look that all of it is; else whole.
    Where fewer than half of its lines are none, `_said` reads, or tells, each row by itself."""
    start, sound = "", True
    try:
        for text in codecs.iterdecode(_chunks(file, most), "utf-8"):
            start, sound = start or text, sound and "\0" not in text
    except UnicodeDecodeError:
        sound = False
    file.seek(0)
    if sound and start.strip():
        return io.TextIOWrapper(file, "utf-8-sig", newline=newline), None
    text, made = (data := b"".join(_chunks(file, most))).decode("utf-8-sig", "surrogateescape"), None
    if not 0 < 2 * len([*filter(_ODD.search, lines := text.splitlines())]) < len(lines):
        text, made = decode(data)
    return io.StringIO(text, newline=newline), made


def _chunks(file, most):
    for data in iter(partial(file.read, 2**18), b""):
        refuse(file.tell() > most, f"unpacks to more than {MAX_RATIO} times its size; unpack it yourself if you want it")
        yield data


def _parquet(source):
    with pyarrow.parquet.ParquetFile(source) as file:
        names = file.schema_arrow.names
        refuse(len({*names}) < len(names), f"two columns of one name ({', '.join(names)}); rename one")
        for n, row in enumerate((row for batch in file.iter_batches(1_024) for row in _records(batch)), start=1):
            yield n, row, None, n / file.metadata.num_rows


def _records(batch):
    """The rows of a batch; of one that can't be read (text that is no UTF-8, days beyond all years), why."""
    try:
        return batch.to_pandas(ignore_metadata=True).to_dict("records")  # by which doc_id may be an index, no column
    except (ValueError, LookupError, OverflowError, pyarrow.ArrowException) as error:
        why = f"a cell can't be read ({error}); write text in UTF-8, days as YYYY-MM-DD"
        return [row for k in range(len(batch)) for row in _records(batch.slice(k, 1))] if len(batch) > 1 else [why]


def _said(row, made, catalogue=False):
    """What a row says of its article, as text or None under names that are theirs alone, with its source text; or why there is
    none. A catalogue gives no text."""
    keys, columns = _names(tuple(row))
    said, page = dict(zip(keys, (v.decode(errors="surrogateescape") if isinstance(v, bytes) else v for v in row.values()))), {}
    source, html, said = said.pop("text", None), said.pop("html", None), {key: _cell(value) for key, value in said.items()}
    if catalogue:
        return said
    html = (source if _MARKUP.match(source) else None) if isinstance(source, str) and source.strip() else html
    if isinstance(html, str) and html.strip():
        page = _page(repair(html), said.get("url"))
        source = page["text"]
    if not isinstance(source, str) or not source.strip():
        why = f", but {seen[:30]}; write it as text in UTF-8" if (seen := _cell(source)) else ""
        raise ValueError("no text here" + (why or f" (columns: {repair(', '.join(row))}); put it in a column 'text'"))
    refuse("\0" in source, _BINARY)
    wrong = 0 if source.isascii() else len(re.findall("[\udcc0-\udcff]", source))
    refuse(wrong > max(len(source) / 25, 1), f"in no encoding that is known (UTF-8 breaks {wrong:,} times); save it as UTF-8")
    said.update(_mended(source, made), columns=columns)
    return {**said, **page, **{k: v for k, v in said.items() if v and k != "made"}} if page else said


@lru_cache(1_000)
def _names(columns):
    """(what each of these columns is called here, the facts that are taken from columns of another name, in words or None)."""
    names, plain = {}, {re.sub(r"[\W_]+", "", str(column)).lower(): column for column in reversed(columns)}  # the first wins
    for fact, usual in lexicons.read("column_names").groupby("fact", sort=False)["name"]:  # the surest name first
        column = fact if fact in columns else next((plain[name] for name in usual if name in plain), None)
        names.setdefault(column, fact)
    told = repair(", ".join(f"{fact} from '{column}'" for column, fact in names.items() if column not in (fact, None)))
    return [names.get(c) or (f"user_{c}" if c in _OWN else repair(str(c))) for c in columns], told or None


def _csv(file):
    csv.field_size_limit(2**31 - 1)
    # Blank lines may stand above the header.
    mark = max(",;\t", key=next((line for line in iter(lambda: file.readline(10_000), "") if line.strip()), "").count)
    file.seek(0)
    reader, line = csv.reader(file, strict=True, delimiter=mark), 0
    try:
        header = next(filter(None, reader))
        refuse(len(named := [*filter(None, header)]) > len({*named}), f"two columns of a name: {', '.join(named)}; rename one")
        for cells in reader:
            line = reader.line_num
            if cells:
                yield line, dict(zip(header, cells)) if len(cells) == len(header) else (
                    f"{len(cells)} cells where the header names {len(header)} columns; mend the row's quotes")
    except csv.Error as error:
        yield reader.line_num, f"not CSV from line {line + 1} on ({error}); mend the quotes there"


def _jsonl(file):
    for number, line in ((n, text) for n, text in enumerate(map(str.strip, file), start=1) if text):
        try:
            record = json.loads(line)
            if _HALF.search(line):
                json.dumps(record, ensure_ascii=False).encode()  # half a surrogate pair can't be stored
            yield number, record if isinstance(record, dict) else "no JSON object; write one object per line"
        except (ValueError, RecursionError) as error:
            yield number, f"not JSON ({error}); write one object per line"


def _cell(value):
    if isinstance(value, str):
        return repair(value).strip() or None
    value = value.tolist() if hasattr(value, "tolist") else value
    # The outlets of news services have a name.
    value = value["name"] if isinstance(value, dict) and isinstance(value.get("name"), str) else value
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=str)
    value = int(value) if isinstance(value, float) and value.is_integer() else value  # pandas: whole numbers beside gaps
    return None if pd.isna(value) else str(value)
