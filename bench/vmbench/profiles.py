"""Where commands spend their time, by the JVM's flight recorder."""
import os
import tempfile

from .machine import LIBRARIES, ROOT, newest_jdk, output, run


class Profiler:
    """Runs commands of ours in a JVM that records itself."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory()
        self.java = os.path.join(newest_jdk(), "bin")
        run([os.path.join(self.java, "javac"), "-d", self.folder.name, "-cp", LIBRARIES,
             os.path.join(ROOT, "bench", "Profile.java")])

    def hot(self, command):
        """Pairs of a share in percent and a method, the hottest first. The command is one of the launcher's."""
        text = output([os.path.join(self.java, "java"), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m",
                       "--enable-native-access=ALL-UNNAMED", "-cp", self.folder.name + ":" + LIBRARIES,
                       "io.vmdisk.cli.Profile", os.path.join(self.folder.name, "profile.jfr")] + command[1:])
        pairs = [line.split(" ", 2)[1:] for line in text.splitlines() if line.startswith("hot ")]
        return [[float(share), method] for share, method in pairs]

    def close(self):
        self.folder.cleanup()
