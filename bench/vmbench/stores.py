"""Where disks lie: memory, the folder's file system, and file systems that share blocks, mounted from files."""
import contextlib
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass


@dataclass(frozen=True)
class Store:
    """A folder for disks, the name of its file system, and whether two files can share blocks there."""
    name: str
    folder: str
    shares: bool = False

    @property
    def durable(self):
        """Whether forcing a file does anything there."""
        return self.name != "tmpfs"

    def path(self, name):
        return os.path.join(self.folder, name)

    def remove(self, *names):
        for name in names:
            path = self.path(name)
            if os.path.isdir(path):
                shutil.rmtree(path)
            elif os.path.lexists(path):
                os.remove(path)

    def stored(self):
        """Bytes that the whole file system has in use, once all is written."""
        os.sync()
        facts = os.statvfs(self.folder)
        return (facts.f_blocks - facts.f_bfree) * facts.f_frsize


def kind_of(folder):
    """The name of a folder's file system."""
    return subprocess.run(["stat", "-f", "-c", "%T", folder], stdout=subprocess.PIPE, text=True,
                          check=True).stdout.strip().replace("ext2/ext3", "ext4")


class Stores:
    """Opens stores one after another; close() leaves nothing mounted and no file."""

    def __init__(self, memory, folder):
        self.stack = contextlib.ExitStack()
        self.memory, self.folder = memory, folder

    def in_memory(self):
        return self._folder_in(self.memory)

    def on_disk(self):
        return self._folder_in(self.folder)

    def _folder_in(self, parent):
        folder = tempfile.mkdtemp(prefix="vmdisk-bench-", dir=parent)
        self.stack.callback(shutil.rmtree, folder, ignore_errors=True)
        return Store(kind_of(folder), folder)

    def mounted(self, kind, mib):
        """A file system in a file of the disk's folder, or None with a line on why, where that can't be had."""
        if os.geteuid() != 0:
            print("no %s: only root can mount it" % kind)
            return None
        image = os.path.join(self.folder, "vmdisk-bench-%d.%s" % (os.getpid(), kind))
        point = tempfile.mkdtemp(prefix="vmdisk-bench-%s-" % kind)
        self.stack.callback(shutil.rmtree, point, ignore_errors=True)
        self.stack.callback(lambda: os.path.exists(image) and os.remove(image))
        with open(image, "wb") as file:
            file.truncate(mib << 20)
        make = {"xfs": ["mkfs.xfs", "-q", "-m", "reflink=1", image], "btrfs": ["mkfs.btrfs", "-q", image]}[kind]
        try:
            for command in (make, ["mount", "-o", "loop", image, point]):
                done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, text=True)
                if done.returncode != 0:
                    print("no %s: %s" % (kind, done.stdout.strip().splitlines()[-1]))
                    return None
        except FileNotFoundError as missing:
            print("no %s: %s is missing" % (kind, missing.filename))
            return None
        self.stack.callback(subprocess.run, ["umount", point], check=False)
        return Store(kind, point, shares=True)

    def close(self):
        self.stack.close()
