"""The machine: programs and JDKs that are there, commands that are timed, and who else is at work."""
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
# What a release holds, as people install it.
RELEASE = os.path.join(ROOT, "vmdisk-cli", "target", "vmdisk")
VMDISK = os.path.join(RELEASE, "bin", "vmdisk")
LIBRARIES = os.path.join(RELEASE, "lib", "*")
MIB = 1 << 20
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and of processors, user and system, children included."""
    clock: float
    cpu: float

    def __add__(self, other):
        return Took(self.clock + other.clock, self.cpu + other.cpu)


NOTHING = Took(0.0, 0.0)


def run(command, folder=None, environment=None, codes=(0,)):
    """Runs a command to its end. Its output goes nowhere; if it fails, the benchmark ends with what it said. codes are
    those that are no failure, None for all."""
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=errors)
        _, status, usage = os.wait4(process.pid, 0)
        took = Took(time.perf_counter() - start, usage.ru_utime + usage.ru_stime)
        process.returncode = os.waitstatus_to_exitcode(status)
        if codes is not None and process.returncode not in codes:
            errors.seek(0)
            sys.exit("failed (%d): %s\n%s" % (process.returncode, " ".join(command),
                                              errors.read().decode(errors="replace")[-2000:]))
    return took


def output(command, **options):
    """What a command prints."""
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, **options).stdout


def peak_mib(command):
    """The most memory that one run of a command had resident, the Java machine included."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_maxrss // 1024


def jdks():
    """Homes of the JDKs from 17 on, by feature version, oldest first: what the launcher finds."""
    places = [os.environ.get("VMDISK_JAVA_HOME", ""), os.environ.get("JAVA_HOME", "")]
    for folder in ("/usr/lib/jvm", "/usr/lib64/jvm", "/opt/java"):
        if os.path.isdir(folder):
            places += [os.path.join(folder, entry) for entry in sorted(os.listdir(folder))]
    found = {}
    for home in places:
        try:
            with open(os.path.join(home, "release"), encoding="utf-8") as release:
                version = [line.split('"')[1] for line in release if line.startswith("JAVA_VERSION=")][0]
            feature = int(version.split(".")[0])
        except (OSError, IndexError, ValueError):
            continue
        if feature >= 17 and os.access(os.path.join(home, "bin", "javac"), os.X_OK):
            found.setdefault(feature, home)
    if not found:
        sys.exit("no JDK from 17 on was found: name one in JAVA_HOME")
    return dict(sorted(found.items()))


def newest_jdk():
    """The JDK that the launcher would take."""
    return list(jdks().values())[-1]


def why_no_release():
    """Why what is built is not what a release would hold; empty if it is. A JDK before 22 leaves the native tier out."""
    if not os.path.exists(VMDISK):
        return "nothing is built: run 'mvn -q -DskipTests package' first, with the newest JDK"
    if max(jdks()) >= 22 and "native: none" in output([VMDISK, "--version", "-v"]):
        return "what is built has no native tier: run 'mvn -q -DskipTests package' again, with JAVA_HOME=" + newest_jdk()
    return ""


def description():
    """What figures depend on, for whoever reads them."""
    return {"day": time.strftime("%Y-%m-%d"), "cores": os.cpu_count(), "jdks": list(jdks()),
            "qemu": output(["qemu-img", "--version"]).split()[2], "kernel": os.uname().release.split("-")[0]}


class Bystanders:
    """Processor time that others take meanwhile: that of all processes less that of our children. The kernel's own
    threads count only with idle_kernel, as our commands put them to work."""

    def __init__(self, idle_kernel=False):
        self.idle_kernel = idle_kernel
        self.clock, self.others = time.perf_counter(), self._others()

    def _others(self):
        with open("/proc/stat", encoding="ascii") as stat:
            user, nice, system = (int(word) for word in stat.readline().split()[1:4])
        own = os.times()
        if self.idle_kernel:
            return (user + nice + system) / TICKS - sum(own[:4])
        return (user + nice) / TICKS - own.user - own.children_user

    def share(self):
        """Of one core, since this was made: 0 where nobody else was at work."""
        took = time.perf_counter() - self.clock
        return max(0.0, (self._others() - self.others) / max(took, 0.001))


def busy_processes(seconds):
    """Lines that name the processes that took more than a twentieth of a core, and the share that all others took."""
    def times():
        found = {}
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open("/proc/%s/stat" % pid, encoding="utf-8", errors="replace") as stat:
                    name, rest = stat.read().rsplit(")", 1)
            except OSError:
                continue
            fields = rest.split()
            found[pid] = (name.split("(", 1)[1], (int(fields[11]) + int(fields[12])) / TICKS)
        return found

    before, bystanders = times(), Bystanders(idle_kernel=True)
    time.sleep(seconds)
    lines = []
    for pid, (name, cpu) in times().items():
        share = (cpu - before.get(pid, (name, cpu))[1]) / seconds
        if share > 0.05 and int(pid) != os.getpid():
            lines.append("%s (process %s): %d %% of a core" % (name, pid, 100 * share))
    return lines, bystanders.share()
