"""Rows of what each command costs on small disks: processor time, user and system, in bare JVMs of the same run."""
import os
import subprocess
import time

from .machine import VMDISK, Bystanders, run

COMMANDS = [
    "info base.vmdk", "info vm", "map base.vmdk", "--version", "info -v base.vmdk", "map --json base.vmdk", "files vm",
    "read base.vmdk --length 4k", "create new.vmdk 1M -O monolithicSparse", "convert -q base.vmdk new.raw -O raw",
    "convert -q --threads 2 base.vmdk new.raw -O raw", "compare base.vmdk base.vmdk", "measure base.vmdk -O thin",
    "hash base.vmdk", "clone -q base.vmdk new.vmdk", "clone -q vm new", "check base.vmdk", "check vm", "repair base.vmdk",
    "report vm -o new.html", "snapshot list vm", "snapshot list --json vm", "snapshot create --dry-run vm two",
    "snapshot revert --dry-run vm one", "snapshot delete --dry-run vm one", "consolidate --dry-run vm", "recover vm",
    "vmx get vm memSize", "vmx set vm memSize 512", "vmx list vm", "vmx lint vm", "hardware --hw 14", "completion",
    "info --help", "help", "info --no-such base.vmdk", "nosuch",
]
LOOKS = COMMANDS[:3]
"""What shall need no more than two bare JVMs; all others three."""
HELLO = 'public class Hello { public static void main(String[] a) { System.out.println("hello"); } }'
MACHINE = """.encoding = "UTF-8"
config.version = "8"
virtualHW.version = "14"
displayName = "vm"
guestOS = "other-64"
memSize = "512"
scsi0.present = "TRUE"
scsi0.virtualDev = "lsilogic"
scsi0:0.present = "TRUE"
scsi0:0.fileName = "vm.vmdk"
"""


class Startup:
    """A small disk and a machine with one snapshot, and the commands over them."""

    def __init__(self, bench, store, runs, archives=True):
        self.bench, self.store, self.runs, self.archives = bench, store, runs, archives
        self.folder = store.path("small")

    def set_scene(self):
        os.makedirs(os.path.join(self.folder, "vm"))
        with open(os.path.join(self.folder, "vm", "vm.vmx"), "w", encoding="utf-8") as machine:
            machine.write(MACHINE)
        for line in ("create vm/vm.vmdk 1M -O monolithicSparse", "create base.vmdk 1M -O monolithicSparse",
                     "write base.vmdk --offset 64k -i vm/vm.vmx", "snapshot create vm one"):
            run([VMDISK] + line.split(), folder=self.folder)

    def clean(self):
        for name in os.listdir(self.folder):
            if name.startswith("new"):
                self.store.remove(os.path.join("small", name))

    def rows(self, feature, home, lines=None):
        """Alternating runs of each command and of a JVM that only says hello; of both the least counts."""
        lines = [line for line in lines or COMMANDS if self.bench.wants("start: vmdisk " + line)]
        if not lines:
            return
        if not os.path.isdir(self.folder):
            self.set_scene()
        environment = dict(os.environ, VMDISK_JAVA_HOME=home)
        if self.archives:
            subprocess.run([VMDISK, "--archive"], env=environment, check=True)
        with open(os.path.join(self.folder, "Hello.java"), "w", encoding="utf-8") as source:
            source.write(HELLO)
        run([os.path.join(home, "bin", "javac"), "Hello.java"], folder=self.folder)
        bare = [os.path.join(home, "bin", "java"), "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", ".",
                "Hello"]
        hello, least = [], {}
        bystanders, start = Bystanders(), time.perf_counter()
        for turn in range(self.runs):
            for line in lines:
                hello.append(run(bare, folder=self.folder).cpu)
                self.clean()
                # An unusable line ends with its own exit code: that is what it is to do.
                took = run([VMDISK] + line.split(), folder=self.folder, environment=environment, codes=None).cpu
                least[line] = min(took, least.get(line, took))
            if turn > 0 and time.perf_counter() - start > 6 * self.bench.budget:
                break
        for line in lines:
            floor, target = (2.5, 2) if line in LOOKS else (4, 3)
            self.bench.keep({"job": "start: vmdisk " + line, "store": "JDK %d" % feature, "beside": "a bare JVM",
                             "at_most": True, "ratio": least[line] / min(hello), "floor": floor, "target": target},
                            bystanders)
