"""Rows of served disks: what a client gets from 'vmdisk serve' beside qemu-nbd. The servers run before the clock does."""
import os
import signal
import subprocess
import time

from . import data
from .machine import TICKS, VMDISK, Took, run
from .copies import same


class Server:
    """A process with a socket, ended by close()."""

    def __init__(self, store, name, command):
        self.socket = store.path(name)
        self.process = subprocess.Popen(command + [self.socket], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(3000):
            if os.path.exists(self.socket):
                break
            if self.process.poll() is not None:
                raise SystemExit("no server: " + " ".join(command))
            time.sleep(0.01)
        self.uri = "nbd+unix:///?socket=" + self.socket

    def cpu(self):
        with open("/proc/%d/stat" % self.process.pid, encoding="utf-8") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def copied(self):
        """All of the disk, over four connections; processor time is the server's."""
        before = self.cpu()
        took = run(["nbdcopy", "--connections=4", self.uri, "null:"])
        return Took(took.clock, self.cpu() - before)

    def close(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def serving(copies):
    """One link, and a chain of ten."""
    bench, store = copies.bench, copies.store
    for depth, floor, target in ((1, 0.8, 1.0), (10, 1.5, 2)):
        job = "serve + nbdcopy, depth %d" % depth
        if not bench.wants(job):
            continue
        links = ([copies.sparse] if depth == 1 else data.make_chain(store, copies.sparse, copies.mib, depth - 1))
        theirs = Server(store, "theirs.sock", ["qemu-nbd", "-t", "-r", "-e", "8", "-f", "vmdk", links[-1], "-k"])
        ours = Server(store, "ours.sock", [VMDISK, "serve", links[-1], "--socket"])
        try:
            bench.race(job, store.name, theirs.copied, ours.copied, floor, target, beside="qemu-nbd",
                       equal=same(theirs.uri, "raw", ours.uri, "raw"))
        finally:
            theirs.close()
            ours.close()
        if depth > 1:
            store.remove(*map(os.path.basename, links))
