package io.vmdisk.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a module promises, as text: every type and member of its exported packages that others can see, sorted, so that a
 * change of the API is seen in review. Packages exported to modules of ours alone are no promise.
 */
public final class ApiDump {
    /** Set to {@code true} to write the checked-in text anew instead of comparing with it. */
    public static final String UPDATE = "vmdisk.api.update";

    private static final Pattern EXPORT = Pattern.compile("exports\\s+([\\w.]+)\\s*;");
    private static final Pattern QUALIFIER =
            Pattern.compile("\\b(java\\.lang|java\\.util|java\\.io|java\\.nio\\.file)\\.(?=[A-Z])");

    private ApiDump() {}

    /**
     * Compares a module's API with the text that is checked in.
     *
     * @param moduleInfo the module's source
     * @param anyClass one of its classes, by which the others are found
     * @param checkedIn the text
     */
    public static void compare(Path moduleInfo, Class<?> anyClass, Path checkedIn) throws Exception {
        String now = of(moduleInfo, anyClass);
        if (Boolean.getBoolean(UPDATE)) {
            Files.createDirectories(checkedIn.getParent());
            Files.writeString(checkedIn, now);
        }
        assertThat(Files.readString(checkedIn))
                .as(
                        "the API differs from %s: undo the change, or say it in CHANGELOG.md and run this test with"
                                + " -D%s=true to write the text anew",
                        checkedIn.getFileName(), UPDATE)
                .isEqualTo(now);
    }

    private static String of(Path moduleInfo, Class<?> anyClass) throws Exception {
        StringBuilder text = new StringBuilder();
        Matcher export = EXPORT.matcher(Files.readString(moduleInfo));
        TreeSet<String> packages = new TreeSet<>();
        while (export.find()) {
            packages.add(export.group(1));
        }
        TreeMap<String, Class<?>> types = new TreeMap<>();
        for (String name : packages) {
            for (Class<?> type : visibleTypes(name, anyClass)) {
                types.put(type.getName(), type);
            }
        }
        for (Class<?> type : types.values()) {
            text.append(header(type)).append('\n');
            members(type).forEach(member -> text.append("    ").append(member).append('\n'));
        }
        return text.toString();
    }

    private static List<Class<?>> visibleTypes(String packageName, Class<?> anyClass)
            throws IOException, URISyntaxException, ClassNotFoundException {
        Path root = Path.of(
                anyClass.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> visible = new ArrayList<>();
        try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
            for (Path file : files.sorted().toList()) {
                String name = file.getFileName().toString();
                if (name.endsWith(".class") && !name.equals("package-info.class")) {
                    Class<?> type = Class.forName(
                            packageName + "." + name.substring(0, name.length() - ".class".length()),
                            false,
                            anyClass.getClassLoader());
                    if (isVisible(type)) {
                        visible.add(type);
                    }
                }
            }
        }
        return visible;
    }

    private static boolean isVisible(Class<?> type) {
        boolean itself = Modifier.isPublic(type.getModifiers()) || Modifier.isProtected(type.getModifiers());
        return itself
                && !type.isAnonymousClass()
                && !type.isSynthetic()
                && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static String header(Class<?> type) {
        int kept = Modifier.FINAL | Modifier.STATIC | Modifier.ABSTRACT;
        String kind = "class";
        if (type.isAnnotation()) {
            kind = "@interface";
            kept = 0;
        } else if (type.isInterface()) {
            kind = type.isSealed() ? "sealed interface" : "interface";
            kept = 0;
        } else if (type.isEnum()) {
            kind = "enum";
            kept = 0;
        } else if (type.isRecord()) {
            kind = "record";
            kept = 0;
        } else if (type.isSealed()) {
            kind = "sealed class";
        }
        String modifiers = Modifier.toString(type.getModifiers() & kept);
        StringBuilder line = new StringBuilder(modifiers.isEmpty() ? "" : modifiers + " ")
                .append(kind)
                .append(' ')
                .append(type.getName());
        boolean plain = type.getGenericSuperclass() == null
                || type.getSuperclass() == Object.class
                || type.isEnum()
                || type.isRecord();
        if (!plain) {
            line.append(" extends ").append(name(type.getGenericSuperclass()));
        }
        if (type.getGenericInterfaces().length > 0) {
            line.append(type.isInterface() ? " extends " : " implements ")
                    .append(Arrays.stream(type.getGenericInterfaces())
                            .map(ApiDump::name)
                            .collect(Collectors.joining(", ")));
        }
        return line.toString();
    }

    private static TreeSet<String> members(Class<?> type) {
        TreeSet<String> members = new TreeSet<>();
        for (Field field : type.getDeclaredFields()) {
            if (isVisible(field)) {
                String modifiers = field.isEnumConstant() ? "constant" : modifiers(field);
                members.add((modifiers + " " + name(field.getGenericType()) + " " + field.getName()).strip());
            }
        }
        for (Constructor<?> constructor : type.getDeclaredConstructors()) {
            if (isVisible(constructor) && !type.isEnum()) {
                members.add("new" + call(constructor));
            }
        }
        for (Method method : type.getDeclaredMethods()) {
            boolean ofEveryEnum = type.isEnum()
                    && Modifier.isStatic(method.getModifiers())
                    && (method.getName().equals("values") || method.getName().equals("valueOf"));
            if (isVisible(method) && !method.isBridge() && !ofEveryEnum) {
                String modifiers = method.isDefault() ? "default" : modifiers(method);
                members.add((modifiers + " " + name(method.getGenericReturnType()) + " " + method.getName()).strip()
                        + call(method));
            }
        }
        return members;
    }

    private static boolean isVisible(Member member) {
        boolean seen = Modifier.isPublic(member.getModifiers())
                || (Modifier.isProtected(member.getModifiers())
                        && !Modifier.isFinal(member.getDeclaringClass().getModifiers()));
        return seen && !member.isSynthetic();
    }

    private static String modifiers(Member member) {
        int kept = Modifier.STATIC | Modifier.PROTECTED;
        if (!member.getDeclaringClass().isInterface()) {
            kept |= Modifier.ABSTRACT;
        }
        return Modifier.toString(member.getModifiers() & kept);
    }

    private static String call(Executable call) {
        Type[] types = call.getGenericParameterTypes();
        Parameter[] parameters = call.getParameters();
        List<String> words = new ArrayList<>();
        for (int i = 0; i < parameters.length; i++) {
            Type type = types.length == parameters.length ? types[i] : parameters[i].getType();
            words.add(name(type) + " " + parameters[i].getName());
        }
        String thrown = Arrays.stream(call.getGenericExceptionTypes())
                .map(ApiDump::name)
                .sorted()
                .collect(Collectors.joining(", "));
        return "(" + String.join(", ", words) + ")" + (thrown.isEmpty() ? "" : " throws " + thrown);
    }

    private static String name(Type type) {
        return QUALIFIER.matcher(type.getTypeName()).replaceAll("");
    }
}
