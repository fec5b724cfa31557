package io.vmdisk.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.ByteRange;
import io.vmdisk.Run;
import io.vmdisk.VmdiskException;
import io.vmdisk.storage.Volume;
import io.vmdisk.testkit.FaultVolume;
import io.vmdisk.testkit.MemoryVolume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

/** Whatever is cut off or overwritten: salvage gives what is whole, and lists what is not. */
class SalvageProperties {
    private static final int CAPACITY = 1 << 20;
    private static final int SECTOR = 512;

    private enum Kind {
        HOSTED(DiskFormat.MONOLITHIC_SPARSE),
        SPLIT(DiskFormat.TWO_GB_SPARSE),
        FLAT(DiskFormat.MONOLITHIC_FLAT),
        SPLIT_FLAT(DiskFormat.TWO_GB_FLAT),
        COWD(DiskFormat.VMFS_SPARSE),
        SE_SPARSE(DiskFormat.SE_SPARSE),
        STREAM(DiskFormat.STREAM_OPTIMIZED),
        CHAIN(DiskFormat.VMFS_SPARSE);

        private final DiskFormat format;

        Kind(DiskFormat format) {
            this.format = format;
        }

        MemoryVolume make() throws IOException {
            return switch (this) {
                case STREAM -> TestDisks.stream(CAPACITY);
                case COWD, SE_SPARSE -> TestDisks.over(DiskFormat.MONOLITHIC_FLAT, format, CAPACITY);
                case CHAIN -> TestDisks.over(DiskFormat.MONOLITHIC_SPARSE, format, CAPACITY);
                default -> TestDisks.of(format, CAPACITY);
            };
        }
    }

    /** A sound disk: its bytes, and the files that hold them. */
    private record Sound(MemoryVolume volume, byte[] content, List<Run> runs, List<Path> extents) {
        static Sound of(Kind kind) throws IOException {
            MemoryVolume volume = kind.make();
            try (VirtualDisk disk = VirtualDisk.open(TestDisks.DISK, options(volume))) {
                List<Path> extents = new ArrayList<>();
                disk.links()
                        .forEach(link ->
                                link.extents().forEach(extent -> extent.file().ifPresent(extents::add)));
                return new Sound(volume, read(disk), disk.runs(0, disk.capacity()), extents);
            }
        }
    }

    private static OpenOptions options(MemoryVolume volume) {
        return OpenOptions.readOnly().withVolume(volume);
    }

    private static byte[] read(VirtualDisk disk) throws IOException {
        ByteBuffer all = ByteBuffer.allocate((int) disk.capacity());
        disk.read(0, all);
        return all.array();
    }

    @Property(tries = 40, seed = "16", shrinking = ShrinkingMode.OFF)
    void ofACutFileEverySectorIsRightOrListedAsLost(@ForAll Kind kind, @ForAll Random random) throws IOException {
        Sound sound = Sound.of(kind);
        Path file = sound.extents().get(random.nextInt(sound.extents().size()));
        byte[] bytes = sound.volume().bytes(file);
        int cut = random.nextInt(bytes.length);
        sound.volume().put(file, Arrays.copyOf(bytes, cut));
        Salvaged saved = salvage(sound);
        if (saved == null) {
            return;
        }
        for (int at = 0; at < CAPACITY; at += SECTOR) {
            boolean same = Arrays.equals(saved.content(), at, at + SECTOR, sound.content(), at, at + SECTOR);
            assertThat(same || saved.isLost(at))
                    .as("%s cut at %d: sector at %d", kind, cut, at)
                    .isTrue();
        }
    }

    @Property(tries = 40, seed = "17", shrinking = ShrinkingMode.OFF)
    void whatAnOverwrittenGrainDoesNotHoldIsWhole(@ForAll Kind kind, @ForAll Random random) throws IOException {
        Sound sound = Sound.of(kind);
        List<Place> places = new ArrayList<>();
        for (int sector = 0; sector < CAPACITY; sector += SECTOR) {
            Place.of(sound.runs(), sector).ifPresent(places::add);
        }
        Place place = places.get(random.nextInt(places.size()));
        byte[] bytes = sound.volume().bytes(place.file());
        byte[] noise = new byte[1 + random.nextInt(600)];
        random.nextBytes(noise);
        int at = (int) place.at() + 12;
        System.arraycopy(noise, 0, bytes, at, Math.min(noise.length, bytes.length - at));
        sound.volume().put(place.file(), bytes);
        Salvaged saved = salvage(sound);
        assertThat(saved).isNotNull();
        for (int sector = 0; sector < CAPACITY; sector += SECTOR) {
            boolean hit = Place.of(sound.runs(), sector)
                    .filter(held -> held.overlaps(place.file(), at, at + noise.length))
                    .isPresent();
            if (!hit) {
                assertThat(Arrays.equals(
                                saved.content(), sector, sector + SECTOR, sound.content(), sector, sector + SECTOR))
                        .as("%s overwritten at %d: sector at %d", kind, at, sector)
                        .isTrue();
                assertThat(saved.isLost(sector)).isFalse();
            }
        }
    }

    @Property(tries = 12, seed = "21", shrinking = ShrinkingMode.OFF)
    void withAMissingExtentOrLinkTheOthersAreWhole(@ForAll Random random) throws IOException {
        Kind kind = List.of(Kind.SPLIT, Kind.SPLIT_FLAT, Kind.CHAIN, Kind.COWD).get(random.nextInt(4));
        Sound sound = Sound.of(kind);
        Path gone = kind == Kind.CHAIN || kind == Kind.COWD
                ? TestDisks.DISK.resolveSibling("base.vmdk")
                : sound.extents().get(random.nextInt(sound.extents().size()));
        sound.volume().delete(gone);
        Salvaged saved = salvage(sound);
        assertThat(saved).isNotNull();
        int right = 0;
        for (int at = 0; at < CAPACITY; at += SECTOR) {
            boolean same = Arrays.equals(saved.content(), at, at + SECTOR, sound.content(), at, at + SECTOR);
            boolean held = Place.of(sound.runs(), at)
                    .filter(place -> !place.file().equals(gone)
                            && !place.file().getFileName().toString().startsWith("base"))
                    .isPresent();
            assertThat(same || !held && saved.isLost(at))
                    .as("%s without %s: sector at %d", kind, gone, at)
                    .isTrue();
            right += same && held ? 1 : 0;
        }
        assertThat(right).isPositive();
    }

    @Property(tries = 40, seed = "19", shrinking = ShrinkingMode.OFF)
    void ofADyingDriveThoseSectorsAloneAreGivenUp(@ForAll Kind kind, @ForAll Random random) throws IOException {
        Sound sound = Sound.of(kind);
        List<Place> places = new ArrayList<>();
        for (int sector = 0; sector < CAPACITY; sector += SECTOR) {
            Place.of(sound.runs(), sector).ifPresent(places::add);
        }
        FaultVolume dying = FaultVolume.over(sound.volume());
        List<Place> bad = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(5); i++) {
            Place place = places.get(random.nextInt(places.size()));
            long sector = place.at() / SECTOR + (place.length() > SECTOR ? 1 : 0);
            dying.unreadable(place.file(), sector);
            bad.add(new Place(place.file(), sector * SECTOR, SECTOR));
        }
        Salvaged saved = salvage(dying);
        assertThat(saved).isNotNull();
        for (int sector = 0; sector < CAPACITY; sector += SECTOR) {
            boolean hit = Place.of(sound.runs(), sector)
                    .filter(held ->
                            bad.stream().anyMatch(lost -> held.overlaps(lost.file(), lost.at(), lost.at() + SECTOR)))
                    .isPresent();
            byte[] expected = hit ? new byte[SECTOR] : Arrays.copyOfRange(sound.content(), sector, sector + SECTOR);
            assertThat(Arrays.copyOfRange(saved.content(), sector, sector + SECTOR))
                    .as("%s with bad sectors %s: sector at %d", kind, bad, sector)
                    .isEqualTo(expected);
            assertThat(saved.isLost(sector)).isEqualTo(hit);
        }
    }

    @Property(tries = 40, seed = "20", shrinking = ShrinkingMode.OFF)
    void whateverSectorOfAnyFileADriveLosesEverythingElseIsRightOrListed(@ForAll Kind kind, @ForAll Random random)
            throws IOException {
        Sound sound = Sound.of(kind);
        FaultVolume dying = FaultVolume.over(sound.volume());
        for (Path file : sound.extents()) {
            long sectors = sound.volume().bytes(file).length / SECTOR;
            if (sectors > 1) {
                dying.unreadable(file, 1 + random.nextInt((int) sectors - 1));
            }
        }
        Salvaged saved = salvage(dying);
        for (int at = 0; saved != null && at < CAPACITY; at += SECTOR) {
            boolean same = Arrays.equals(saved.content(), at, at + SECTOR, sound.content(), at, at + SECTOR);
            assertThat(same || saved.isLost(at))
                    .as("%s: sector at %d", kind, at)
                    .isTrue();
        }
    }

    /** Where a sector's bytes stand: of a compressed grain all of them. */
    private record Place(Path file, long at, long length) {
        static Optional<Place> of(List<Run> runs, long sector) {
            for (Run run : runs) {
                if (run.start() <= sector && sector < run.end()) {
                    if (run instanceof Run.Data data) {
                        return Optional.of(new Place(data.file(), data.at() + sector - data.start(), SECTOR));
                    }
                    if (run instanceof Run.Compressed packed) {
                        return Optional.of(new Place(packed.file(), packed.at(), packed.storedLength()));
                    }
                }
            }
            return Optional.empty();
        }

        boolean overlaps(Path other, long from, long to) {
            return file.equals(other) && at < to && from < at + length;
        }
    }

    @Property(tries = 60, seed = "18", shrinking = ShrinkingMode.OFF)
    void noDamageEndsInAnExceptionThatIsNotOurs(@ForAll Kind kind, @ForAll Random random) throws IOException {
        Sound sound = Sound.of(kind);
        Path file = sound.extents().get(random.nextInt(sound.extents().size()));
        byte[] bytes = sound.volume().bytes(file);
        for (int i = 0; i <= random.nextInt(4); i++) {
            byte[] noise = new byte[1 + random.nextInt(2000)];
            random.nextBytes(noise);
            int at = random.nextInt(random.nextBoolean() ? Math.min(bytes.length, 8192) : bytes.length);
            System.arraycopy(noise, 0, bytes, at, Math.min(noise.length, bytes.length - at));
        }
        sound.volume().put(file, bytes);
        Salvaged saved = salvage(sound);
        if (saved != null) {
            assertThat(saved.lost()).allMatch(range -> range.end() <= saved.content().length);
        }
    }

    private record Salvaged(byte[] content, List<ByteRange> lost) {
        boolean isLost(long at) {
            return lost.stream().anyMatch(range -> range.start() <= at && at < range.end());
        }
    }

    /** What is saved, or null if there is nothing of a disk left. */
    private static Salvaged salvage(Sound sound) throws IOException {
        return salvage(sound.volume());
    }

    private static Salvaged salvage(Volume volume) throws IOException {
        OpenOptions options = OpenOptions.readOnly().withVolume(volume).withDamage(OpenOptions.Damage.AS_ZEROS);
        try (VirtualDisk disk = VirtualDisk.open(TestDisks.DISK, options)) {
            if (disk.capacity() > 64L * CAPACITY) {
                return null;
            }
            byte[] content = read(disk);
            return new Salvaged(content, disk.lost());
        } catch (VmdiskException e) {
            return null;
        }
    }
}
