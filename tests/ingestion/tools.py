# A submission is one plain file.
# ruff: noqa: PTH123, ARG002
"""A submission that uses what honest teams use; it prints one letter a tool: `y`, or `n` with the error's name."""

import asyncio
import ctypes
import mmap
import multiprocessing
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import traceback
import zipfile
from multiprocessing import shared_memory
from pathlib import Path

TOOLS = {}


def tool(function):
    TOOLS[function.__name__] = function
    return function


def double(number):
    return number * 2


def fill(name, lock):
    shared = shared_memory.SharedMemory(name)
    with lock:
        shared.buf[0] += 1
    shared.close()


def send_file(connection, number):
    from multiprocessing import reduction

    connection.send(reduction.DupFd(number))
    connection.recv()


def _pool(method):
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        assert pool.map(double, range(10)) == [number * 2 for number in range(10)]


def _shared(method):
    context = multiprocessing.get_context(method)
    shared = shared_memory.SharedMemory(create=True, size=1 << 20)
    try:
        lock = context.Lock()
        workers = [context.Process(target=fill, args=(shared.name, lock)) for _ in range(2)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert shared.buf[0] == 2
    finally:
        shared.close()
        shared.unlink()


@tool
def fork_pool():
    _pool("fork")


@tool
def spawn_pool():
    _pool("spawn")


@tool
def forkserver_pool():
    _pool("forkserver")


@tool
def shared_memory_with_fork():
    _shared("fork")


@tool
def shared_memory_with_spawn():
    _shared("spawn")


@tool
def descriptor_from_a_worker():
    """As torch passes tensors: the worker listens on a socket, this process connects and gets the descriptor."""
    context = multiprocessing.get_context("fork")
    here, there = context.Pipe()
    with tempfile.TemporaryFile() as stream:
        stream.write(b"weights")
        stream.flush()
        worker = context.Process(target=send_file, args=(there, stream.fileno()))
        worker.start()
        descriptor = here.recv().detach()
        here.send(0)
        worker.join()
    assert os.pread(descriptor, 7, 0) == b"weights"


@tool
def numerics():
    import numpy

    matrix = numpy.random.default_rng(0).normal(size=(300, 300))
    assert numpy.isfinite(numpy.linalg.svd(matrix @ matrix.T)[1]).all()


@tool
def weights_in_own_folder():
    with open(Path(__file__).with_name("weights"), "rb") as stream:
        mapped = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        assert mapped[:7] == b"weights"


@tool
def own_interpreter():
    done = subprocess.run([sys.executable, "-c", "import json; print(6 * 7)"], capture_output=True, check=True)
    assert done.stdout == b"42\n"


@tool
def shell():
    assert subprocess.run("echo $HOME", shell=True, capture_output=True, check=True).stdout.strip()  # noqa: S602


@tool
def threads():
    found = []
    workers = [threading.Thread(target=found.append, args=(number,)) for number in range(20)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sorted(found) == list(range(20))


@tool
def event_loop():
    async def main():
        process = await asyncio.create_subprocess_exec("true")
        return await process.wait()

    assert asyncio.run(main()) == 0


@tool
def temporary_files():
    with tempfile.TemporaryDirectory() as name:
        first, second = Path(name, "a", "one"), Path(name, "b", "two")
        first.parent.mkdir()
        second.parent.mkdir()
        first.write_text("x")
        os.replace(first, second)
        os.link(second, first)
        os.truncate(second, 0)
        assert not first.read_text()


@tool
def home_folder():
    cache = Path.home() / ".cache" / "tool"
    cache.mkdir(parents=True)
    (cache / "link").symlink_to(cache)


@tool
def copies():
    copied = shutil.copy2(__file__, "copied.py")
    shutil.copytree(Path(__file__).parent, "folder")
    assert Path(copied).read_bytes() == Path(__file__).read_bytes()


@tool
def archives():
    with zipfile.ZipFile("a.zip", "w") as archive:
        archive.write(__file__, "inner.py")
    shutil.unpack_archive("a.zip", "unpacked")
    assert Path("unpacked/inner.py").stat().st_size


@tool
def database():
    with sqlite3.connect("cache.db") as connection:
        connection.execute("pragma journal_mode=wal")
        connection.execute("create table t (a)")
        connection.execute("insert into t values (1)")
    connection.close()


@tool
def facts_of_the_machine():
    for path in ("/proc/cpuinfo", "/proc/meminfo", "/proc/self/status", "/proc/self/maps"):
        assert Path(path).read_bytes()
    assert list(Path("/proc/self/task").iterdir())
    assert Path("/sys/devices/system/cpu/online").read_text()
    assert os.cpu_count()
    assert os.sched_getaffinity(0)
    os.sched_setaffinity(0, os.sched_getaffinity(0))
    resource.setrlimit(resource.RLIMIT_STACK, resource.getrlimit(resource.RLIMIT_STACK))


@tool
def devices():
    with open("/dev/null", "w") as sink:
        sink.write("x")
    assert len(os.urandom(8)) == 8
    assert ctypes.CDLL(None).getpid() == os.getpid()


def run():
    letters, errors = "", []
    for name, function in TOOLS.items():
        try:
            function()
        except Exception as error:
            letters += "n"
            errors.append(f"{name}: {type(error).__name__} {error}"[:150])
            traceback.print_exc()
        else:
            letters += "y"
    return letters, errors


class Submission:
    def __init__(self, folder):
        self.first = True

    def predict(self, task, language, examples):
        if len(examples) == 4 and self.first:
            self.first = False
            letters, errors = run()
            print(*errors, sep="\n")
            print("TOOLS", letters, flush=True)
        if task == "xnli":
            return ["neutral"] * len(examples)
        return [["NOUN"] * len(example["tokens"]) for example in examples]
