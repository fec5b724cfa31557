package io.vmdisk.machine;

import io.vmdisk.disk.LinkSpace;
import io.vmdisk.machine.model.Consent;
import io.vmdisk.storage.Volume;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * How a machine is opened and worked on. Begin with {@link #standard()}; each {@code with…} gives a changed copy. Immutable.
 *
 * @since 0.1
 */
public final class MachineOptions {
    private static final MachineOptions STANDARD = new MachineOptions(
            List.of(), Set.of(), LinkSpace.KEEP, Volume.system(), InstantSource.system(), new SecureRandom());

    private final List<Path> search;
    private final Set<Consent> consents;
    private final LinkSpace space;
    private final Volume volume;
    private final InstantSource clock;
    private final RandomGenerator random;

    private MachineOptions(
            List<Path> search,
            Set<Consent> consents,
            LinkSpace space,
            Volume volume,
            InstantSource clock,
            RandomGenerator random) {
        this.search = List.copyOf(search);
        this.consents = Set.copyOf(consents);
        this.space = space;
        this.volume = volume;
        this.clock = clock;
        this.random = random;
    }

    /** Only the machine's own folder is looked at, no danger is agreed to, and merged links keep their space to the end. */
    public static MachineOptions standard() {
        return STANDARD;
    }

    /** One more folder that may hold parts of the machine, or machines that depend on its disks. */
    public MachineOptions withSearch(Path folder) {
        List<Path> more = new ArrayList<>(search);
        more.add(folder);
        return new MachineOptions(more, consents, space, volume, clock, random);
    }

    /** One more danger that the user agreed to. */
    public MachineOptions withConsent(Consent consent) {
        Set<Consent> more = EnumSet.of(consent);
        more.addAll(consents);
        return new MachineOptions(search, more, space, volume, clock, random);
    }

    /** Whether merges give the space of what they merged back to the file system as they go. */
    public MachineOptions withSpace(LinkSpace other) {
        return new MachineOptions(search, consents, other, volume, clock, random);
    }

    /** Another opener of files. */
    public MachineOptions withVolume(Volume other) {
        return new MachineOptions(search, consents, space, other, clock, random);
    }

    /** Another clock: for the time of snapshots, and for what "just changed" is measured against. */
    public MachineOptions withClock(InstantSource other) {
        return new MachineOptions(search, consents, space, volume, other, random);
    }

    /** Another source of new UUIDs; must not be one that anybody can guess, if they shall be unique. */
    public MachineOptions withRandom(RandomGenerator other) {
        return new MachineOptions(search, consents, space, volume, clock, other);
    }

    List<Path> search() {
        return search;
    }

    Set<Consent> consents() {
        return consents;
    }

    LinkSpace space() {
        return space;
    }

    Volume volume() {
        return volume;
    }

    InstantSource clock() {
        return clock;
    }

    RandomGenerator random() {
        return random;
    }
}
