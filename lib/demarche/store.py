"""The only room that writes files: whole or not at all, and the same bytes for the same data."""

import io
import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import scipy.sparse

from demarche import schema

SMALL = 2_000  # rows: up to here a table is also written as CSV, for eyes and for git


def write_bytes(path, data):
    """Write text (as UTF-8) or bytes, unless the file holds just that; readers see the old file or the new, never half."""
    path, data = Path(path), data.encode("utf-8") if isinstance(data, str) else data
    if path.exists() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        os.chmod(name, 0o644)  # mkstemp makes files for the owner only
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def csv(table):
    """`table` as CSV text with one line end on every system."""
    return table.to_csv(index=False, lineterminator="\n")


def write(folder, **tables):
    """Write each table as FOLDER/NAME.parquet, and as CSV where it is small; returns them as written."""
    folder, done = Path(folder), {name: schema.conform(name, table) for name, table in tables.items()}
    for name, table in done.items():
        write_bytes(folder / f"{name}.parquet", table.to_parquet(compression="zstd", index=False))
        if len(table) <= SMALL:
            write_bytes(folder / f"{name}.csv", csv(table))
        else:
            (folder / f"{name}.csv").unlink(missing_ok=True)
    return done


def read(folder, name):
    """The table `name` of FOLDER, checked against its schema; FileNotFoundError says which command makes it."""
    path = Path(folder) / f"{name}.parquet"
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such table; `demarche prepare CORPUS --out {folder}` makes it")
    table = pd.read_parquet(path)
    schema.require(**{name: table})
    return table


def write_matrix(folder, counts):
    """Write the count matrix as FOLDER/counts.npz: rows as in sentences.parquet, columns as in its array `terms`."""
    m, buffer = counts.matrix, io.BytesIO()
    terms = np.frombuffer("\n".join(counts.terms).encode(), np.uint8)  # one very long term must not widen all the others
    np.savez_compressed(buffer, data=m.data, indices=m.indices, indptr=m.indptr, shape=m.shape, terms=terms)
    write_bytes(Path(folder) / "counts.npz", buffer.getvalue())


def read_matrix(folder):
    """(matrix, terms) as `write_matrix` left them."""
    with np.load(Path(folder) / "counts.npz") as f:
        terms = np.array(f["terms"].tobytes().decode().split("\n")[:f["shape"][1]], dtype=object)
        return scipy.sparse.csr_array((f["data"], f["indices"], f["indptr"]), shape=tuple(f["shape"])), terms
