package io.vmdisk.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/architecture.md promises of a new format: its folder, and one line in the registry. */
class AddedFormatTest {
    private static final Path REGISTRY = Path.of("src/main/java/io/vmdisk/format/Formats.java");
    private static final String LAST_LINE = "            new SeSparseFormat());";

    @TempDir
    Path folder;

    @Test
    void oneLineInTheRegistryLetsAFormatIn() throws Exception {
        String registry = Files.readString(REGISTRY);
        assertThat(registry).containsOnlyOnce(LAST_LINE);
        Path source = folder.resolve("Formats.java");
        Files.writeString(
                source,
                registry.replace(LAST_LINE, "            new SeSparseFormat(),\n            new ToyFormat());"));
        Path classes = Files.createDirectory(folder.resolve("classes"));
        int failed = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-proc:none",
                        "-implicit:none",
                        "-d",
                        classes.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        source.toString());
        assertThat(failed).isZero();

        Constructor<?> story = new AnotherLibrary(classes.resolve("io/vmdisk/format/Formats.class"))
                .loadClass(ToyStory.class.getName())
                .getDeclaredConstructor(Path.class);
        story.setAccessible(true);
        ((Callable<?>) story.newInstance(Files.createDirectory(folder.resolve("disks")))).call();
    }

    /** The library once more, with another registry. */
    private static final class AnotherLibrary extends ClassLoader {
        private final Path registry;

        AnotherLibrary(Path registry) {
            super(AddedFormatTest.class.getClassLoader());
            this.registry = registry;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("io.vmdisk.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try {
                byte[] bytes = name.equals(Formats.class.getName()) ? Files.readAllBytes(registry) : bytesOf(name);
                return defineClass(name, bytes, 0, bytes.length, Formats.class.getProtectionDomain());
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }

        private byte[] bytesOf(String name) throws IOException, ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                return in.readAllBytes();
            }
        }
    }
}
