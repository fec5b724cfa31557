package io.vmdisk;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** The classes of all modules, without those of tests; read once for all rules. */
final class OurClasses {
    private OurClasses() {}

    static JavaClasses get() {
        return Held.CLASSES;
    }

    private static final class Held {
        private static final ImportOption WITHOUT_TESTS =
                location -> !location.contains("test-classes") && !location.contains("-tests.jar");
        static final JavaClasses CLASSES =
                new ClassFileImporter().withImportOption(WITHOUT_TESTS).importPackages("io.vmdisk");
    }
}
