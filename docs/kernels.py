"""Kernels that start at once: one process imports the packages and forks each kernel, so that they are imported once for all.

A kernel is the one that `python -m ipykernel_launcher` starts, in a process of its own, and ends with the one it came from.
"""

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

# What notebooks come to import by and by, beside the library's rooms.
LATER = ["ipykernel.kernelapp", "ipykernel.debugger", "tornado.platform.asyncio", "sqlite3", "IPython.core.completerlib",
         "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic", "pyarrow.dataset",
         "pandas.io.formats.csvs", "pandas.io.formats.html", "pandas.io.formats.string", "nltk.stem.porter",
         "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "PIL.PngImagePlugin", "PIL.BmpImagePlugin",
         "PIL.GifImagePlugin", "PIL.JpegImagePlugin", "PIL.PpmImagePlugin", "scipy.stats", "scipy.special",
         "scipy.cluster.hierarchy", "sklearn.decomposition", "sklearn.cluster"]
NOT = "debugpy"  # the debugger, which is for a reader and takes a kernel longer than all else that it starts
ALONE = {"JE_ARROW_MALLOC_CONF": "background_thread:false"}  # of Arrow's memory: what forks is to have no other thread


def serve():
    """Fork a kernel for each line of stdin, [folder, arguments]; answers with the number of its process."""
    own = {str(Path(p).resolve().parent) for p in (__file__, sys.argv[0])}  # folders that no kernel looks into
    sys.path[:] = [p for p in sys.path if p not in own]
    os.environ |= {"JPY_PARENT_PID": str(os.getpid()), "MPLBACKEND": "module://matplotlib_inline.backend_inline"}  # a kernel's
    import demarche
    sys.modules[NOT] = None
    for name in [*LATER, *(f"demarche.{room.name}" for room in pkgutil.iter_modules(demarche.__path__))]:
        with suppress(ImportError):  # the notebook that needs it will tell
            importlib.import_module(name)
    del sys.modules[NOT]
    for name in ALONE:
        os.environ.pop(name, None)
    import matplotlib
    import pandas

    matplotlib.rcParams["backend"] = os.environ["MPLBACKEND"]
    pandas.set_option("display.max_columns", 20)  # what pandas takes where it finds itself in a kernel
    gc.freeze()
    gc.set_threshold(50_000)  # figures are trees of many nodes: to look for cycles in them takes a twentieth of the time
    signal.signal(signal.SIGCHLD, lambda *_: ended(os.WNOHANG))
    for line in sys.stdin:
        if not (pid := os.fork()):
            return kernel(*json.loads(line))
        print(pid, flush=True)
    signal.alarm(10)  # where the one that asked was killed, this process ends, and with it its kernels
    ended(0)


def ended(how):
    """Take leave of the kernels that have ended, so that they are gone."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, how)[0]:
            pass


def kernel(folder, arguments):
    """Be a kernel from now on."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    os.chdir(folder)
    sys.argv[1:] = arguments
    from ipykernel import kernelapp
    kernelapp.launch_new_instance()


class Server:
    """Starts kernels for `nbclient`: `with Server(environment) as server: NotebookClient(book, km=server.manager())`."""

    def __init__(self, environment):
        self.lock, self.environment = threading.Lock(), environment

    def __enter__(self):
        self.process = subprocess.Popen([sys.executable, __file__], env=self.environment | ALONE, text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True)
        return self

    def __exit__(self, *problem):
        if problem[0]:
            self.process.kill()
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()

    def fork(self, folder, arguments):
        """A new kernel. RuntimeError where the process that forks has ended."""
        with self.lock:
            print(json.dumps([folder, arguments]), file=self.process.stdin, flush=True)
            if not (pid := self.process.stdout.readline()):
                raise RuntimeError("no kernel could be started")
        return Forked(int(pid))

    def manager(self):
        """What starts and ends one kernel."""
        from jupyter_client import AsyncKernelManager
        from jupyter_client.provisioning import LocalProvisioner
        server = self

        class Provisioner(LocalProvisioner):
            async def launch_kernel(self, cmd, cwd=None, **_):
                self.process = server.fork(cwd, cmd[cmd.index("-f"):])
                self.pid = self.process.pid
                return self.connection_info
        manager = AsyncKernelManager(kernel_name="python3")
        manager.provisioner = Provisioner(kernel_spec=manager.kernel_spec, parent=manager)
        return manager


class Forked:
    """A process that another one started, as a `subprocess.Popen` as far as jupyter_client asks for it."""
    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        try:
            return os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0

    def wait(self):
        while self.poll() is None:
            time.sleep(0.05)

    def send_signal(self, number):
        os.kill(self.pid, number)


if __name__ == "__main__":
    serve()
