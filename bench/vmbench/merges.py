"""Rows over chains of links: copied as one, merged, and of a whole machine."""
import os

from . import data, limits
from .copies import same
from .machine import MIB, VMDISK, run
from .race import commands

DISKS = 4


class Merges:
    """Chains over the base of a store's copies."""

    def __init__(self, copies, depth=10):
        self.depth = depth
        self.copies, self.bench, self.store, self.mib = copies, copies.bench, copies.store, copies.mib

    def chain(self, jobs):
        """A chain; jobs tells which of "copy", "once" and "each" to run."""
        names = {"copy": "chain of %d → raw", "once": "consolidate %d links, one commit -b",
                 "each": "consolidate %d links, a commit for each"}
        names = {job: name % self.depth for job, name in names.items()}
        jobs = [job for job in jobs if self.bench.wants(names[job])]
        if not jobs:
            return
        store = self.store
        links = data.make_chain(store, self.copies.sparse, self.mib, self.depth)
        expected, packed = store.path("expected.raw"), store.path("packed-chain")
        run(["qemu-img", "convert", "-O", "raw", links[-1], expected])
        if "copy" in jobs:
            data.make_packed(self.copies.raw, packed, data.stored_bytes(expected))
            self.copies.convert(names["copy"], links[-1], "vmdk", "raw", 5 if store.shares else 1.0,
                                20 if store.shares else 2, None if store.shares else 1.25, not store.shares, packed=packed)
            store.remove("packed-chain")
        # What the links hold together: what any merge has to move.
        joined = data.stored_bytes(*links[1:])
        data.make_packed(self.copies.raw, packed, joined)
        aside = data.Aside(store, links)
        ours = [VMDISK, "consolidate", links[-1]]
        equal = same(links[0], "vmdk", expected, "raw")

        def before(side):
            if side == "limit":
                store.remove("out-limit")
            elif side != "equal":
                aside.restore()
                if store.shares:
                    os.sync()

        durable = store.durable and not store.shares
        if "once" in jobs:
            self.bench.race(names["once"], store.name,
                            commands(["qemu-img", "commit", "-q", "-d", "-t", "writeback", "-b", links[0], links[-1]]),
                            commands(ours), 1.0, 20 if store.name == "xfs" else 1.5,
                            limit=None if store.shares else limits.copying(packed, store.path("out-limit"), durable),
                            limit_target=None if store.shares else 1.3, before=before, equal=equal, command=ours)
        if "each" in jobs:
            self.bench.race(names["each"], store.name,
                            commands(*(["qemu-img", "commit", "-q", "-d", "-t", "writeback", link]
                                       for link in reversed(links[1:]))),
                            commands(ours), 5, 10, before=before, equal=equal, command=ours)
        aside.forget()
        store.remove("expected.raw", "packed-chain", "out-limit", *map(os.path.basename, links))

    def machine(self, links=30):
        """A machine of four disks, each with many small links."""
        job = "consolidate %d links of each of %d disks" % (links, DISKS)
        if not self.bench.wants(job):
            return
        folder, mib = self.store.path("vm"), max(4, self.mib // DISKS)
        os.makedirs(folder)
        text = ['config.version = "8"', 'virtualHW.version = "17"', 'displayName = "vm"', 'scsi0.present = "TRUE"']
        chains = []
        for disk in range(DISKS):
            base = os.path.join(folder, "disk%d.vmdk" % disk)
            run(["qemu-img", "create", "-q", "-f", "vmdk", base, "%dM" % mib])
            run(["qemu-io", "-f", "vmdk"] + [word for at in range(0, mib, 2) for word in
                                             ("-c", "write -q -P %d %dM 1M" % (1 + at % 255, at))] + [base])
            chain = data.add_links(folder, "disk%d" % disk, base, mib, links, mib * MIB // 60,
                                   [65536 << power for power in range(5)], disk)
            run(["qemu-img", "convert", "-O", "raw", chain[-1], self.store.path("expected%d.raw" % disk)])
            text += ['scsi0:%d.present = "TRUE"' % disk, 'scsi0:%d.fileName = "%s"' % (disk, os.path.basename(chain[-1]))]
            chains.append(chain)
        vmx = os.path.join(folder, "vm.vmx")
        with open(vmx, "w", encoding="ascii") as out:
            out.write("\n".join(text) + "\n")
        aside = data.Aside(self.store, [vmx] + [link for chain in chains for link in chain])

        def equal():
            for disk, chain in enumerate(chains):
                same(chain[0], "vmdk", self.store.path("expected%d.raw" % disk), "raw")()

        ours = [VMDISK, "consolidate", folder]
        self.bench.race(job, self.store.name,
                        commands(*(["qemu-img", "commit", "-q", "-d", "-b", chain[0], chain[-1]] for chain in chains)),
                        commands(ours), 1.0, 1.5, before=lambda side: side == "equal" or aside.restore(), equal=equal,
                        command=ours)
        aside.forget()
        self.store.remove("vm", *("expected%d.raw" % disk for disk in range(DISKS)))
