#!/usr/bin/env python3
"""Processor time of each command on small disks, in bare JVMs of the same run. See bench/README.md."""
import argparse
import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VMDISK = os.path.join(ROOT, "vmdisk")
COMMANDS = [
    "--version", "info base.vmdk", "info -v base.vmdk", "info vm", "map base.vmdk", "map --json base.vmdk", "files vm",
    "read base.vmdk --length 4k", "create new.vmdk 1M -O monolithicSparse", "convert -q base.vmdk new.raw -O raw",
    "convert -q --threads 2 base.vmdk new.raw -O raw", "compare base.vmdk base.vmdk", "measure base.vmdk -O thin",
    "hash base.vmdk", "clone -q base.vmdk new.vmdk", "clone -q vm new", "check base.vmdk", "check vm", "repair base.vmdk",
    "report vm -o new.html", "snapshot list vm", "snapshot list --json vm", "snapshot create --dry-run vm two",
    "snapshot revert --dry-run vm one", "snapshot delete --dry-run vm one", "consolidate --dry-run vm", "recover vm",
    "vmx get vm memSize", "vmx set vm memSize 512", "vmx list vm", "vmx lint vm", "hardware --hw 14", "completion",
]
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


def timed(command, folder, environment):
    """Processor seconds and exit code of a process and its children."""
    process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, process.returncode


def set_scene(folder, environment):
    os.makedirs(os.path.join(folder, "vm"))
    with open(os.path.join(folder, "vm", "vm.vmx"), "w", encoding="utf-8") as machine:
        machine.write(MACHINE)
    for line in ("create vm/vm.vmdk 1M -O monolithicSparse", "create base.vmdk 1M -O monolithicSparse",
                 "write base.vmdk --offset 64k -i vm/vm.vmx", "snapshot create vm one"):
        subprocess.run([VMDISK] + line.split(), cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)


def clean(folder):
    for name in os.listdir(folder):
        if name.startswith("new"):
            path = os.path.join(folder, name)
            shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--java", default=os.environ.get("JAVA_HOME", ""), help="the JDK, as JAVA_HOME names one")
    parser.add_argument("--runs", type=int, default=5, help="the least of so many alternating runs counts")
    parser.add_argument("--only", default="", help="commands that contain this")
    arguments = parser.parse_args()
    if not arguments.java:
        sys.exit("name a JDK: --java HOME")
    environment = dict(os.environ, VMDISK_JAVA_HOME=arguments.java)
    subprocess.run([VMDISK, "--archive"], env=environment, check=True)
    with tempfile.TemporaryDirectory() as folder:
        set_scene(folder, environment)
        with open(os.path.join(folder, "Hello.java"), "w", encoding="utf-8") as source:
            source.write(HELLO)
        subprocess.run([os.path.join(arguments.java, "bin", "javac"), "Hello.java"], cwd=folder, check=True)
        bare = [os.path.join(arguments.java, "bin", "java"), "-Xshare:auto", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
                "-cp", ".", "Hello"]
        hello, least, codes = [], {}, {}
        for _ in range(arguments.runs):
            for line in (each for each in COMMANDS if arguments.only in each):
                hello.append(timed(bare, folder, environment)[0])
                clean(folder)
                took, codes[line] = timed([VMDISK] + line.split(), folder, environment)
                least[line] = min(took, least.get(line, took))
        for line, took in least.items():
            print("%-45s %5.2f bare JVMs%s" % (line, took / min(hello), "" if not codes[line] else "  exit %d" % codes[line]))


if __name__ == "__main__":
    main()
