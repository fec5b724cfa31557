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
 * How a machine is opened and worked on. Begin with {@link #standard()}; each {@code with…} returns a changed copy.
 * Immutable.
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

    /**
     * {@return options with which only the machine's own folder is searched, no danger is agreed to, merged links keep
     * their space until they are deleted, and files are those of {@link Volume#system()}}
     */
    public static MachineOptions standard() {
        return STANDARD;
    }

    /**
     * {@return these options with one more folder to search for parts of the machine, and for machines that depend on
     * its disks}
     *
     * @param folder is added to those that are there
     */
    public MachineOptions withSearch(Path folder) {
        List<Path> more = new ArrayList<>(search);
        more.add(folder);
        return new MachineOptions(more, consents, space, volume, clock, random);
    }

    /**
     * {@return these options with one more danger that the user agreed to}
     *
     * @param consent is added to those that are there
     */
    public MachineOptions withConsent(Consent consent) {
        Set<Consent> more = EnumSet.of(consent);
        more.addAll(consents);
        return new MachineOptions(search, more, space, volume, clock, random);
    }

    /**
     * {@return these options with another rule for the space of links while they are merged}
     *
     * @param other whether it is given back during the merge
     */
    public MachineOptions withSpace(LinkSpace other) {
        return new MachineOptions(search, consents, other, volume, clock, random);
    }

    /**
     * {@return these options with other files}
     *
     * @param other opens all files of the machine
     */
    public MachineOptions withVolume(Volume other) {
        return new MachineOptions(search, consents, space, other, clock, random);
    }

    /**
     * {@return these options with another clock}
     *
     * @param other gives the time of new snapshots; files that changed less than a minute before it are a sign that the
     *     machine runs
     */
    public MachineOptions withClock(InstantSource other) {
        return new MachineOptions(search, consents, space, volume, other, random);
    }

    /**
     * {@return these options with another source of new UUIDs}
     *
     * @param other must be unpredictable if the UUIDs are to be unique
     */
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
