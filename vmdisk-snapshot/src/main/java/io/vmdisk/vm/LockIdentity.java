package io.vmdisk.vm;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.OptionalLong;
import java.util.function.LongPredicate;

/**
 * Who we are in locks.
 *
 * @param machineId a name of this host without blanks
 * @param pid this process
 * @param alive whether a process of this host lives
 */
record LockIdentity(String machineId, long pid, LongPredicate alive) {
    private static final String PROCESS = "(vmdisk)";

    /** This process. VMware's own id of a host is not known to us, so only locks of vmdisk can prove stale. */
    static LockIdentity ofThisProcess() {
        return new LockIdentity(
                "vmdisk:" + hostName(),
                ProcessHandle.current().pid(),
                pid -> ProcessHandle.of(pid).isPresent());
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replace(' ', '_');
        } catch (UnknownHostException e) {
            return "unknown";
        }
    }

    /** The member file that says we hold a lock. */
    LockMember member(long lamport, long placeHash) {
        return new LockMember(machineId, pid + "-0" + PROCESS, lamport, "X", OptionalLong.of(placeHash));
    }

    /** Whether this very process holds it. */
    boolean isOurs(LockMember member) {
        return member.machineId().equals(machineId) && member.executionId().equals(pid + "-0" + PROCESS);
    }

    /** Whether a vmdisk of this host wrote it; "unknown" hosts are all alike and prove nothing. */
    boolean isOfThisHost(LockMember member) {
        return !machineId.endsWith(":unknown")
                && member.machineId().equals(machineId)
                && member.executionId().endsWith(PROCESS)
                && member.pid().isPresent();
    }

    /** Whether a vmdisk of this host held it that has ended: no process has its number. */
    boolean hasEnded(LockMember member) {
        return isOfThisHost(member) && !alive.test(member.pid().orElseThrow());
    }
}
