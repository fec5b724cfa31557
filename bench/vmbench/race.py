"""Two commands and the limit of the machine take turns; medians, ratios, and what they are worth."""
import statistics
import time

from .machine import NOTHING, Bystanders, Took, run

DISTURBED = 0.15
"""Others' share of one core from which on a row counts as disturbed."""


def commands(*lines):
    """A side of a race that runs commands one after another."""
    return lambda: sum((run(list(line)) for line in lines), NOTHING)


def verdict(row):
    """met, under target or under floor; a row without either is only told."""
    if row["floor"] is None and row["target"] is None:
        return "told"
    sign = -1 if row.get("at_most") else 1
    ratio = row["ratio"] * sign
    if row["floor"] is not None and ratio < row["floor"] * sign:
        return "under floor"
    reached = row["target"] is None or ratio >= row["target"] * sign
    limit, of_limit = row.get("limit_target"), row.get("of_limit")
    at_limit = limit is not None and of_limit is not None and of_limit <= limit
    if row.get("or_limit"):
        return "met" if reached or at_limit else "under target"
    if limit is not None and of_limit is not None and not at_limit:
        reached = False
    return "met" if reached else "under target"


class Bench:
    """Runs rows and keeps what they gave.

    runs are measured after one that warms up; a row stops early once it has one measured run and its budget, in seconds,
    is spent. A profiler looks into rows that are under their targets.
    """

    def __init__(self, runs, budget, only="", warm_up=True, profiler=None, judge=verdict):
        self.runs, self.budget, self.only, self.warm_up = runs, budget, only, warm_up
        self.profiler, self.judge = profiler, judge
        self.rows = []

    def wants(self, job):
        return self.only in job

    def race(self, job, store, theirs, ours, floor, target, *, beside="qemu-img", limit=None, limit_target=None,
             or_limit=False, before=None, equal=None, command=None, facts=None):
        """One row: qemu ÷ ours. Sides are functions that return what they took; before(side) and equal() are not timed.

        limit is a list of pairs of a name and such a function: the fastest of the first turn runs in the others.
        command is ours for a profile. facts() adds what else there is to tell.
        """
        if not self.wants(job):
            return
        before = before or (lambda side: None)
        took = {"theirs": [], "ours": [], "limit": []}
        bystanders, start, turn = Bystanders(), time.perf_counter(), 0 if self.warm_up else 1
        limit_name = None
        while turn <= self.runs:
            for side, race in (("theirs", theirs), ("ours", ours)):
                before(side)
                took[side] += [race()]
            if limit:
                tried = []
                for name, race in limit:
                    before("limit")
                    tried.append((race().clock, name, race))
                clock, limit_name, race = min(tried, key=lambda each: each[0])
                limit = [(limit_name, race)]
                took["limit"].append(Took(clock, 0))
            turn += 1
            if turn > 1 and time.perf_counter() - start > self.budget:
                break
        # With a budget that one turn spends the first one counts, as it hardly matters for what takes so long.
        measured = {side: each[1:] if self.warm_up and len(each) > 1 else each for side, each in took.items()}
        if equal:
            before("equal")
            equal()
        clock = {side: statistics.median(each.clock for each in all_) for side, all_ in measured.items() if all_}
        cpu = {side: statistics.median(each.cpu for each in measured[side]) for side in ("theirs", "ours")}
        row = {"job": job, "store": store, "beside": beside, "ratio": clock["theirs"] / clock["ours"],
               "floor": floor, "target": target, "of_limit": None, "limit": limit_name, "limit_target": limit_target,
               "or_limit": or_limit, "command": command}
        if cpu["ours"] > 0 and cpu["theirs"] > 0:
            row["cpu_ratio"] = round(cpu["theirs"] / cpu["ours"], 3)
        if limit:
            row["of_limit"] = clock["ours"] / clock["limit"]
        row["seconds"] = {side: [round(each.clock, 4) for each in all_] for side, all_ in took.items() if all_}
        row.update(facts() if facts else {})
        self.keep(row, bystanders)
        if self.profiler and command and row["verdict"].startswith("under"):
            before("ours")
            row["hot"] = self.profiler.hot(command)

    def rates(self, job, store, theirs, ours, floor, target):
        """One row of requests a second: ours ÷ theirs, alternating. Sides are functions that return a rate."""
        if not self.wants(job):
            return
        bystanders, start, turns = Bystanders(), time.perf_counter(), []
        for turn in range(self.runs + 1 if self.warm_up else 1):
            turns.append((theirs(), ours()))
            if turn > 0 and time.perf_counter() - start > self.budget:
                break
        measured = turns[1:] if len(turns) > 1 else turns
        qemu, mine = (statistics.median(each[side] for each in measured) for side in (0, 1))
        self.keep({"job": job, "store": store, "beside": "qemu-img bench", "ratio": mine / qemu, "floor": floor,
                   "target": target, "per_second": {"theirs": round(qemu), "ours": round(mine)}}, bystanders)

    def keep(self, row, bystanders):
        """Takes a row up and prints it."""
        row["ratio"] = round(row["ratio"], 3)
        if row.get("of_limit") is not None:
            row["of_limit"] = round(row["of_limit"], 3)
        row["others"] = round(bystanders.share(), 3)
        row["verdict"] = self.judge(row)
        self.rows.append(row)
        print(line_of(row), flush=True)


def line_of(row):
    def figure(value, form="%.2f"):
        return "-" if value is None else form % value

    shown = "%-5s %-44s %7.2f  floor %-5s target %-5s" % (
        row["store"], row["job"], row["ratio"], figure(row["floor"], "%g"), figure(row["target"], "%g"))
    if row.get("of_limit") is not None:
        shown += "  of limit %.2f (%s, %s)" % (row["of_limit"], figure(row["limit_target"], "%g"), row["limit"])
    if row.get("cpu_ratio"):
        shown += "  cpu %.2f" % row["cpu_ratio"]
    if row.get("stored_percent") is not None:
        shown += "  newly stored %.1f %%" % row["stored_percent"]
    if row.get("size_ratio") is not None:
        shown += "  size %.3f of theirs" % row["size_ratio"]
    if row["others"] > DISTURBED:
        shown += "  disturbed %d %%" % (100 * row["others"])
    return shown + "  " + row["verdict"]
