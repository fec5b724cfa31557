"""The limit of the machine: the same bytes moved, compared or packed with nothing else done."""
import ctypes
import ctypes.util
import os
import subprocess
import threading
import time
import zlib

from .machine import MIB, Took, run

GRAIN = 64 << 10
LEVEL = 6


def clocked(work):
    """A side of a race by the clock alone."""
    def race():
        start = time.perf_counter()
        work()
        return Took(time.perf_counter() - start, 0.0)
    return race


def forced(path):
    with open(path, "rb") as file:
        os.fsync(file.fileno())


def in_two(first, second):
    """Runs two functions at once; an error of either is raised."""
    errors = []

    def guarded(work):
        try:
            work()
        except Exception as error:  # pylint: disable=broad-except
            errors.append(error)

    other = threading.Thread(target=guarded, args=(second,))
    other.start()
    guarded(first)
    other.join()
    if errors:
        raise errors[0]


def processes(*lines):
    started = [subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for line in lines]
    if any([process.wait() for process in started]):
        raise SystemExit("failed: " + " ".join(lines[0]))


def copying(source, target, durable):
    """cp, two parallel dd, and copy_file_range by two threads; forced to the drive where that counts."""
    def by_cp():
        run(["cp", source, target])

    def by_dd():
        half = (os.path.getsize(source) // MIB + 1) // 2
        # The second half may begin where the first one has not come to.
        processes(*(["dd", "if=" + source, "of=" + target, "bs=1M", "conv=notrunc", "count=%d" % max(1, half)]
                    + ["skip=%d" % at, "seek=%d" % at] for at in (0, half)))

    def by_range():
        size = os.path.getsize(source)
        half = size // 2 // MIB * MIB

        def part(start, end):
            with open(source, "rb") as read, open(target, "r+b") as written:
                while start < end:
                    moved = os.copy_file_range(read.fileno(), written.fileno(), end - start, start, start)
                    if moved == 0:
                        raise OSError("the source ends early")
                    start += moved

        with open(target, "wb"):
            pass
        in_two(lambda: part(0, half), lambda: part(half, size))

    def side(work):
        return clocked(lambda: (work(), forced(target) if durable else None))

    return [("cp", side(by_cp)), ("two dd", side(by_dd)), ("copy_file_range", side(by_range))]


def comparing(one, other):
    """cmp, and two of it at once, of two files with the same bytes."""
    half = os.path.getsize(one) // 2 // MIB * MIB
    return [("cmp", clocked(lambda: processes(["cmp", one, other]))),
            ("two cmp", clocked(lambda: processes(["cmp", "-n", str(half), one, other], ["cmp", "-i", str(half), one, other])))]


class Deflate:
    """Grains packed one by one on all cores, by libdeflate where the system has it."""

    def __init__(self, packed, target):
        self.packed, self.target, self.grains = packed, target, []
        name = ctypes.util.find_library("deflate")
        self.library = ctypes.CDLL(name) if name else None
        self.name = "libdeflate" if name else "zlib"
        if self.library:
            self.library.libdeflate_alloc_compressor.restype = ctypes.c_void_p
            self.library.libdeflate_alloc_decompressor.restype = ctypes.c_void_p
            self.library.libdeflate_zlib_compress.restype = ctypes.c_size_t

    def compressor(self):
        if not self.library:
            return lambda data: zlib.compress(data, LEVEL)
        handle = ctypes.c_void_p(self.library.libdeflate_alloc_compressor(LEVEL))
        room = ctypes.create_string_buffer(2 * GRAIN)

        def compress(data):
            size = self.library.libdeflate_zlib_compress(handle, data, ctypes.c_size_t(len(data)), room,
                                                         ctypes.c_size_t(2 * GRAIN))
            return memoryview(room)[:size]
        return compress

    def inflater(self):
        if not self.library:
            return zlib.decompress
        handle = ctypes.c_void_p(self.library.libdeflate_alloc_decompressor())
        room, size = ctypes.create_string_buffer(GRAIN), ctypes.c_size_t()

        def inflate(data):
            if self.library.libdeflate_zlib_decompress(handle, data, ctypes.c_size_t(len(data)), room,
                                                       ctypes.c_size_t(GRAIN), ctypes.byref(size)):
                raise SystemExit("libdeflate can't inflate what it made")
            return memoryview(room)[:size.value]
        return inflate

    def on_all_cores(self, work, count):
        """work(numbers) in a thread for each core; the libraries let go of Python's lock."""
        threads = os.cpu_count() or 1
        numbers = iter(range(count))
        lock = threading.Lock()

        def taken():
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                yield number

        workers = [threading.Thread(target=work, args=(taken(),)) for _ in range(threads)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def pack(self):
        source = os.open(self.packed, os.O_RDONLY)
        target = os.open(self.target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        ends, lock = [0], threading.Lock()
        self.grains = []

        def work(numbers):
            compress = self.compressor()
            for number in numbers:
                data = os.pread(source, GRAIN, number * GRAIN)
                made = compress(data)
                with lock:
                    at = ends[0]
                    ends[0] += len(made)
                    self.grains.append((number, at, len(made)))
                os.pwrite(target, made, at)

        self.on_all_cores(work, -(-os.path.getsize(self.packed) // GRAIN))
        os.close(source)
        os.close(target)

    def unpack(self, to):
        """Inflates what pack() made."""
        source = os.open(self.target, os.O_RDONLY)
        target = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)

        def work(numbers):
            inflate = self.inflater()
            for index in numbers:
                number, at, size = self.grains[index]
                os.pwrite(target, inflate(os.pread(source, size, at)), number * GRAIN)

        self.on_all_cores(work, len(self.grains))
        os.close(source)
        os.close(target)
