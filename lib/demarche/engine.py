"""One function over many parts of a corpus: here, in a pool of processes, or on a dask cluster. The tables are the same."""

import os
import signal
import threading
from collections import namedtuple
from itertools import chain, islice
from multiprocessing import get_context, parent_process

from tqdm import tqdm

CONNECT_TIMEOUT, RETRIES = 30, 3  # seconds for a scheduler to answer; times that a part whose worker died is tried again
Engine = namedtuple("Engine", "name jobs scheduler")
tqdm.monitor_interval = 0  # no thread beside this one, see _pool
LOCAL = Engine("local", 1, None)


def run(function, items, engine=LOCAL, desc="articles", total=lambda: None):
    """Yield (number of the item, function(item)) in the order in which they are ready. `items`: pairs (how many articles it
    holds, item); `total`: how many there are in all, as far as that is known by now, for the time left on a progress bar. At
    most twice as many items as there are workers wait at once, so memory does not grow with them.

    ValueError, one line, where a worker died or no cluster answers; what was yielded before is done.
    """
    first = [*islice(items := iter(items), 2)]
    numbered = enumerate(chain(first, items))
    with tqdm(total=total(), desc=desc, unit="", miniters=1, disable=None) as bar:  # None: on a terminal only
        away = _dask if engine.name == "dask" else _pool if engine.jobs > 1 < len(first) else None
        here = ((k, size, function(item)) for k, (size, item) in numbered)
        for k, size, result in away(function, numbered, engine) if away else here:
            bar.total = total()
            bar.update(size)
            yield k, result


def _pool(function, numbered, engine):
    from concurrent.futures import ProcessPoolExecutor, process, wait
    # A fork (the usual way on Linux) takes the imports along, which last seconds; not where another thread may hold a lock.
    way = get_context("spawn" if threading.active_count() > 1 else None)
    with ProcessPoolExecutor(engine.jobs, way, initializer=_begin) as pool:
        try:
            yield from _bounded(lambda item: pool.submit(function, item), numbered, 2 * engine.jobs, wait)
        except process.BrokenProcessPool:
            raise ValueError("a worker process died (out of memory?); run it again to go on, with fewer --jobs") from None
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _dask(function, numbered, engine):
    from distributed import Client, wait
    own = {"n_workers": engine.jobs, "threads_per_worker": 1, "dashboard_address": None}  # a cluster that ends with its client
    try:
        client = Client(engine.scheduler, timeout=CONNECT_TIMEOUT, **({} if engine.scheduler else own))
    except (OSError, TimeoutError) as error:
        raise ValueError(f"no dask scheduler answers at {engine.scheduler} ({type(error).__name__}); check it") from None
    with client:
        workers = max(sum(client.nthreads().values()), 1)
        yield from _bounded(lambda x: client.submit(function, x, pure=False, retries=RETRIES), numbered, 2 * workers, wait)


def _bounded(submit, numbered, most, wait):
    waiting = {}
    while waiting := waiting | {submit(item): (k, size) for k, (size, item) in islice(numbered, most - len(waiting))}:
        for future in wait(list(waiting), return_when="FIRST_COMPLETED").done:
            yield *waiting.pop(future), future.result()


def _begin():
    """Ctrl-C is for the parent, which ends its workers; they end with it when it is killed, too (a fork holds its lock)."""
    threading.Thread(target=lambda: (parent_process().join(), os._exit(1)), daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
