package io.vmdisk;

import static org.assertj.core.api.Assertions.assertThat;

import io.vmdisk.vmx.lint.LintProfile;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Records whose equals is written by hand forget no component. */
class OwnEqualsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "io.vmdisk.Finding",
                "io.vmdisk.Remedy$Action",
                "io.vmdisk.descriptor.DescriptorLine$Span",
                "io.vmdisk.descriptor.DescriptorLine$Plain",
                "io.vmdisk.descriptor.DescriptorLine$Entry",
                "io.vmdisk.descriptor.DescriptorLine$Extent",
                "io.vmdisk.vmx.DeviceNode",
                "io.vmdisk.vmx.lint.LintRule"
            })
    void everyComponentCounts(String name) throws Exception {
        Class<?> type = Class.forName(name);
        RecordComponent[] components = type.getRecordComponents();
        Object[] values = Arrays.stream(components).map(each -> value(each, 1)).toArray();

        Object one = of(type, values);

        assertThat(one).isEqualTo(of(type, values.clone())).hasSameHashCodeAs(of(type, values.clone()));
        for (int i = 0; i < components.length; i++) {
            Object[] others = values.clone();
            others[i] = value(components[i], 2);
            assertThat(of(type, others)).as(components[i].getName()).isNotEqualTo(one);
        }
    }

    private static Object of(Class<?> type, Object[] values) throws ReflectiveOperationException {
        Class<?>[] types = Arrays.stream(type.getRecordComponents())
                .map(RecordComponent::getType)
                .toArray(Class<?>[]::new);
        Constructor<?> made = type.getDeclaredConstructor(types);
        made.setAccessible(true);
        return made.newInstance(values);
    }

    /** One of two values of the component's type. */
    private static Object value(RecordComponent component, int which) {
        Class<?> type = component.getType();
        if (type.isEnum()) {
            return type.getEnumConstants()[which];
        }
        return switch (type.getSimpleName()) {
            case "int" -> which;
            case "long" -> (long) which;
            case "boolean" -> which == 1;
            case "String" -> "v" + which;
            case "Path" -> Path.of("p" + which);
            case "Optional" -> Optional.of(Path.of("o" + which));
            case "List" -> List.of("l" + which);
            case "Set" -> Set.of(LintProfile.values()[which]);
            case "Remedy" -> Remedy.say("r" + which);
            case "Span" -> span(type, which);
            default -> throw new AssertionError(type);
        };
    }

    private static Object span(Class<?> type, int which) {
        try {
            return of(type, new Object[] {which, which, true});
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }
}
