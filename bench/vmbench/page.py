"""Writes what runs gave into docs/performance.md, between its marks, and the pictures of growth beside it."""
import os
import re
import shutil
import tempfile

from .machine import ROOT
from .plot import picture
from .race import DISTURBED, verdict

PAGE = os.path.join(ROOT, "docs", "performance.md")
PICTURES = os.path.join(ROOT, "docs", "pictures")
WORDS = {"met": "met", "under target": "under target", "under floor": "**under floor**", "told": ""}
SHOWN = 4
ORDER = ("under floor", "under target", "met", "told")


def cells(*words):
    return "| " + " | ".join(words) + " |"


def table(heads, rows):
    return [cells(*heads), "|" + "---|" * len(heads)] + [cells(*row) for row in rows]


def number(value):
    if value is None:
        return ""
    return "%.0f" % value if value >= 100 else "%.1f" % value if value >= 10 else "%.2f" % value


def bound(value):
    return "" if value is None else "%g" % value


class Runs:
    """Rows of one or several runs, joined by job and store; figures of several days stand beside each other."""

    def __init__(self, runs, pictures=PICTURES):
        self.runs, self.pictures = runs, pictures
        self.joined = {}
        for run in runs:
            for row in run["rows"]:
                self.joined.setdefault((row["job"], row["store"]), []).append(row)

    @staticmethod
    def figures(rows, key):
        return " / ".join(number(row[key]) + ("*" if row["others"] > DISTURBED and key == "ratio" else "") for row in rows
                          if row.get(key) is not None)

    @staticmethod
    def worst(rows):
        return WORDS[min((verdict(row) for row in rows), key=ORDER.index)]

    def about(self):
        lines = []
        for run in (each for each in self.runs if each["rows"]):
            machine = run["machine"]
            lines.append("- %s: %d cores, JDK %s, qemu-img %s, Linux %s; disks of %d MiB, %d runs of each row%s%s" % (
                machine["day"], machine["cores"], " and ".join(map(str, machine["jdks"])), machine["qemu"],
                machine["kernel"], run["size_mib"], run["runs"], ", quick" if run["quick"] else "",
                "" if run["quiet"] else "; **others were at work on the machine**"))
        return list(dict.fromkeys(lines))

    def beside(self):
        rows = []
        for (job, store), each in self.joined.items():
            if store.startswith("JDK"):
                continue
            first = each[0]
            rows.append((job, store, first["beside"], self.figures(each, "ratio"), bound(first["floor"]),
                         bound(first["target"]) + (", or the limit" if first.get("or_limit") else ""),
                         self.figures(each, "of_limit"), bound(first.get("limit_target")), self.worst(each)))
        return table(("job", "on", "beside", "theirs ÷ ours", "floor", "target", "ours ÷ limit", "target", "verdict"), rows)

    def sharing(self):
        rows = [(job, store, " / ".join("%.1f %%" % row["stored_percent"] for row in each)) for (job, store), each
                in self.joined.items() if all(row.get("stored_percent") is not None for row in each)]
        return table(("job", "on", "newly stored, of the data"), rows) if rows else []

    def startup(self):
        stores = sorted({store for _, store in self.joined if store.startswith("JDK")})
        jobs = list(dict.fromkeys(job for job, store in self.joined if store.startswith("JDK")))
        rows = []
        for job in jobs:
            each = [self.joined.get((job, store), []) for store in stores]
            together = [row for rows_ in each for row in rows_]
            rows.append(["`%s`" % job.split(": ", 1)[1]] + [self.figures(rows_, "ratio") for rows_ in each]
                        + [bound(together[0]["floor"]), bound(together[0]["target"]), self.worst(together)])
        return table(["command"] + stores + ["floor", "target", "verdict"], rows) if rows else []

    def growth(self):
        lines = []
        for series in next((run["growth"] for run in reversed(self.runs) if run.get("growth")), []):
            name = "growth-" + series["name"].replace(" ", "-") + ".svg"
            with open(os.path.join(self.pictures, name), "w", encoding="utf-8") as out:
                out.write(picture(series))
            lines += ["![Time over %s](pictures/%s)" % (series["axis"], name), ""]
        return lines[:-1]

    def profiles(self):
        """What the rows under their targets do, of the last run that looked."""
        rows = []
        for (job, store), each in self.joined.items():
            hot = next((row["hot"] for row in reversed(each) if row.get("hot")), [])
            if hot:
                rows.append((job, store, "<br>".join("%.0f %% `%s`" % tuple(place) for place in hot[:SHOWN])))
        return table(("job", "on", "where its threads were"), rows) if rows else []


def write(runs, page=PAGE, pictures=PICTURES):
    """Puts all parts into the page; a part without figures stays as it is."""
    with open(page, encoding="utf-8") as source:
        text = source.read()
    gathered = Runs(runs, pictures)
    for part in ("about", "beside", "sharing", "startup", "growth", "profiles"):
        made = getattr(gathered, part)()
        if made:
            pattern = re.compile("(<!-- bench: %s -->\n).*?(<!-- end of bench -->)" % part, re.S)
            marks = pattern.search(text)
            if not marks:
                raise SystemExit("%s has no marks for %s" % (page, part))
            text = text[:marks.end(1)] + "\n".join(made) + "\n" + text[marks.start(2):]
    with open(page, "w", encoding="utf-8") as out:
        out.write(text)


def try_out(run):
    """Writes a run's figures into a copy that nobody keeps."""
    with tempfile.TemporaryDirectory() as folder:
        write([run], shutil.copy(PAGE, folder), folder)
