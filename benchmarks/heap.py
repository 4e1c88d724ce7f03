"""A heap of 2,000 files of ten kinds, made here: one summary, and every file an article or rejected with its reason.

python benchmarks/heap.py [--files 2000]
"""

import argparse
import tempfile
import time
from pathlib import Path

from demarche import prepare

STORY = "The envoys of both sides met in Doha on Monday to talk about the water that they share, a spokesperson said."
PAGE = (
    "<html><head><title>Talks {n} open</title><meta property='article:published_time' content='2024-05-03'></head>"
    "<body><nav>Home</nav><article><h1>Talks {n} open</h1>"
    + f"<p>{STORY}</p>" * 6
    + "<script>boo()</script></article></body></html>"
)
KINDS = {
    "text": (".txt", lambda n: f"{STORY}\nItem {n}.".encode()),
    "cp1252": (".txt", lambda n: f"{STORY} “No”, he said in the café. Item {n}.".encode("cp1252")),
    "utf-16": (".txt", lambda n: f"{STORY}\nItem {n}.".encode("utf-16")),
    "wrong letters": (".txt", lambda n: f"{STORY} No, said Mr Müller’s man. {n}.".encode().decode("cp1252").encode()),
    "page": (".html", lambda n: PAGE.replace("{n}", str(n)).encode()),
    "german": (".txt", lambda n: f"Die Regierung erklärte am Dienstag, dass sie über Grenzen verhandeln will. {n}.".encode()),
    "picture": (".jpg", lambda n: b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes([n % 256])),
    "binary": (".txt", lambda n: b"\0\1\2" + bytes([n % 256])),
    "empty": (".txt", lambda n: b" \n"),
    "broken page": (".htm", lambda n: b"<html><script>"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=2_000)
    how_many = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder:
        heap, kinds = Path(folder, "heap"), list(KINDS.items())
        for n in range(how_many):
            name, (ending, make) = kinds[n % len(kinds)]
            file = heap / f"{n % 7}" / f"{name} {n}{ending}"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(make(n))
        start = time.perf_counter()
        print(prepare.prepare(heap, Path(folder, "out")))
        spent = time.perf_counter() - start
        tables = prepare.Tables(Path(folder, "out"))
        given = sorted(f.relative_to(heap).as_posix() for f in heap.rglob("*") if f.is_file())
        told = sorted([*tables.articles["file"], *tables.rejected["file"]])
        print(
            f"{how_many:,} files given, {len(tables.articles):,} articles, {len(tables.rejected):,} rejected, "
            f"{'every file accounted for' if told == given else 'FILES LOST'}, {spent:.0f} s"
        )


if __name__ == "__main__":
    main()
