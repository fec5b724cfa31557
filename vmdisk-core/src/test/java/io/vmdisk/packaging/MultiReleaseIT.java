package io.vmdisk.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Classes that exist twice in the jar look the same from outside, so callers need not know which one they have. */
class MultiReleaseIT {
    private static final String VERSIONS = "META-INF/versions/22/";
    private static final Path JAR = Path.of(System.getProperty("vmdisk.jar", "no property vmdisk.jar"));

    @Test
    void declaresItselfMultiRelease() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.isMultiRelease()).isTrue();
        }
    }

    @Test
    void hasTheTierIfItsBuildHadAJdkForIt() throws IOException {
        assumeTrue(Runtime.version().feature() >= 22, "built on the baseline");

        assertThat(twins()).contains("io.vmdisk.storage.NativeFile", "io.vmdisk.compress.Libdeflate");
    }

    @TestFactory
    Stream<DynamicTest> twinsHaveTheSameMembers() throws IOException {
        assumeTrue(Runtime.version().feature() >= 22, "this JVM can't load the newer twin");

        return twins().stream()
                .map(name -> dynamicTest(
                        name,
                        () -> assertThat(members(new Twin("", name)))
                                .isNotEmpty()
                                .isEqualTo(members(new Twin(VERSIONS, name)))));
    }

    /** JDKs put a class of a versioned folder into no archive, unless the jar has one of that name outside of it. */
    @Test
    void everyClassOfTheTierHasOneOfItsNameOutside() throws IOException {
        try (JarFile jar = new JarFile(JAR.toFile())) {
            assertThat(jar.stream()
                            .map(JarEntry::getName)
                            .filter(name -> name.startsWith(VERSIONS) && name.endsWith(".class"))
                            .map(name -> name.substring(VERSIONS.length()))
                            .filter(name -> jar.getEntry(name) == null))
                    .isEmpty();
        }
    }

    /** Top-level classes of the newer tier; each must have a twin, or a Java 17 caller would not find it. */
    private static List<String> twins() throws IOException {
        List<String> names = new ArrayList<>();
        try (JarFile jar = new JarFile(JAR.toFile())) {
            for (JarEntry entry : jar.stream().toList()) {
                String name = entry.getName();
                if (name.startsWith(VERSIONS) && name.endsWith(".class") && !name.contains("$")) {
                    String base = name.substring(VERSIONS.length());
                    assertThat(jar.getEntry(base)).as("twin of %s", name).isNotNull();
                    names.add(base.replace(".class", "").replace('/', '.'));
                }
            }
        }
        return names;
    }

    private static SortedSet<String> members(Twin loader) throws ClassNotFoundException {
        Class<?> twin = loader.loadClass(loader.name);
        assertThat(twin.getClassLoader()).isSameAs(loader);
        SortedSet<String> members = new TreeSet<>();
        members.add(Modifier.toString(twin.getModifiers()) + " " + twin.getGenericSuperclass()
                + Arrays.toString(twin.getGenericInterfaces()));
        for (Method method : twin.getDeclaredMethods()) {
            if (!Modifier.isPrivate(method.getModifiers()) && !method.isSynthetic()) {
                members.add(describe(method) + " " + method.getReturnType().getName());
            }
        }
        for (Constructor<?> constructor : twin.getDeclaredConstructors()) {
            if (!Modifier.isPrivate(constructor.getModifiers())) {
                members.add(describe(constructor));
            }
        }
        return members;
    }

    private static String describe(Executable executable) {
        return Modifier.toString(executable.getModifiers()) + " " + executable.getName()
                + Arrays.toString(executable.getParameterTypes())
                + Arrays.toString(executable.getExceptionTypes());
    }

    /** Defines one class from one part of the jar, whatever this JVM would choose. */
    private static final class Twin extends ClassLoader {
        private final String prefix;
        private final String name;

        Twin(String prefix, String name) {
            super(MultiReleaseIT.class.getClassLoader());
            this.prefix = prefix;
            this.name = name;
        }

        @Override
        protected Class<?> loadClass(String wanted, boolean resolve) throws ClassNotFoundException {
            if (!wanted.equals(name) && !wanted.startsWith(name + "$")) {
                return super.loadClass(wanted, resolve);
            }
            Class<?> loaded = findLoadedClass(wanted);
            return loaded != null ? loaded : define(wanted);
        }

        private Class<?> define(String wanted) throws ClassNotFoundException {
            // Without a version of its own, JarFile shows the entries as they are.
            try (JarFile jar = new JarFile(JAR.toFile())) {
                JarEntry entry = jar.getJarEntry(prefix + wanted.replace('.', '/') + ".class");
                if (entry == null) {
                    throw new ClassNotFoundException(prefix + wanted);
                }
                try (InputStream bytes = jar.getInputStream(entry)) {
                    byte[] code = bytes.readAllBytes();
                    return defineClass(wanted, code, 0, code.length);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
