package io.vmdisk.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of JSON Schema that our schemas use. A keyword that it does not know is an error, so that no schema promises what
 * is not tested.
 */
final class JsonSchema {
    private static final Set<String> KNOWN = Set.of(
            "$schema",
            "$id",
            "$defs",
            "$ref",
            "title",
            "description",
            "type",
            "properties",
            "required",
            "additionalProperties",
            "items",
            "enum",
            "const",
            "minimum",
            "pattern",
            "oneOf");

    private final Path file;
    private final Object schema;

    private JsonSchema(Path file, Object schema) {
        this.file = file;
        this.schema = schema;
    }

    static JsonSchema read(Path file) throws IOException {
        Object schema = JsonValue.parse(Files.readString(file));
        if (schema == null) {
            throw new IOException(file + " is no schema");
        }
        return new JsonSchema(file, schema);
    }

    /** What is wrong with a value; empty if nothing is. */
    List<String> problems(@Nullable Object value) throws IOException {
        List<String> problems = new ArrayList<>();
        check(schema, value, "$", problems);
        return problems;
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(Object value) {
        return (Map<String, Object>) value;
    }

    private void check(Object rule, @Nullable Object value, String at, List<String> problems) throws IOException {
        Map<String, Object> rules = object(rule);
        if (!KNOWN.containsAll(rules.keySet())) {
            throw new IOException(file + ": a keyword nobody checks in " + rules.keySet());
        }
        if (rules.containsKey("$ref")) {
            follow((String) rules.get("$ref"), value, at, problems);
        }
        if (rules.containsKey("oneOf")) {
            checkOneOf((List<?>) rules.get("oneOf"), value, at, problems);
        }
        if (rules.containsKey("type") && !isOf(rules.get("type"), value)) {
            problems.add(at + ": " + value + " is not " + rules.get("type"));
            return;
        }
        if (rules.containsKey("const") && !rules.get("const").equals(value)) {
            problems.add(at + ": " + value + " is not " + rules.get("const"));
        }
        if (rules.get("enum") instanceof List<?> words && !words.contains(value)) {
            problems.add(at + ": " + value + " is none of " + words);
        }
        if (rules.get("minimum") instanceof Long least && value instanceof Long number && number < least) {
            problems.add(at + ": " + value + " is less than " + least);
        }
        if (rules.get("pattern") instanceof String pattern && value instanceof String text && !text.matches(pattern)) {
            problems.add(at + ": " + value + " does not match " + pattern);
        }
        if (value instanceof Map<?, ?> members) {
            checkMembers(rules, members, at, problems);
        }
        if (value instanceof List<?> elements && rules.containsKey("items")) {
            for (int i = 0; i < elements.size(); i++) {
                check(rules.get("items"), elements.get(i), at + "[" + i + "]", problems);
            }
        }
    }

    private void checkMembers(Map<String, Object> rules, Map<?, ?> members, String at, List<String> problems)
            throws IOException {
        Map<String, Object> properties = object(rules.getOrDefault("properties", Map.of()));
        for (Object name : (List<?>) rules.getOrDefault("required", List.of())) {
            if (!members.containsKey(name)) {
                problems.add(at + ": " + name + " is missing");
            }
        }
        for (Map.Entry<?, ?> member : members.entrySet()) {
            String name = (String) member.getKey();
            Object rule = properties.containsKey(name) ? properties.get(name) : rules.get("additionalProperties");
            if (Boolean.FALSE.equals(rule)) {
                problems.add(at + ": " + name + " is not in the schema");
            } else if (rule instanceof Map<?, ?>) {
                check(rule, member.getValue(), at + "." + name, problems);
            }
        }
    }

    private void checkOneOf(List<?> forms, @Nullable Object value, String at, List<String> problems)
            throws IOException {
        List<String> all = new ArrayList<>();
        int fit = 0;
        for (Object form : forms) {
            List<String> own = new ArrayList<>();
            check(form, value, at, own);
            fit += own.isEmpty() ? 1 : 0;
            all.addAll(own);
        }
        if (fit != 1) {
            problems.add(at + ": fits " + fit + " forms: " + all);
        }
    }

    private void follow(String reference, @Nullable Object value, String at, List<String> problems) throws IOException {
        int hash = reference.indexOf('#');
        JsonSchema other = hash == 0 ? this : read(file.resolveSibling(reference.substring(0, hash)));
        Object rule = other.schema;
        for (String name : reference.substring(hash + 1).split("/")) {
            rule = name.isEmpty() ? rule : object(rule).get(name);
            if (rule == null) {
                throw new IOException(file + ": nothing at " + reference);
            }
        }
        other.check(rule, value, at, problems);
    }

    private static boolean isOf(Object type, @Nullable Object value) {
        if (type instanceof List<?> types) {
            return types.stream().anyMatch(each -> isOf(each, value));
        }
        return switch ((String) type) {
            case "object" -> value instanceof Map;
            case "array" -> value instanceof List;
            case "string" -> value instanceof String;
            case "integer" -> value instanceof Long;
            case "boolean" -> value instanceof Boolean;
            case "null" -> value == null;
            default -> throw new IllegalArgumentException("no type: " + type);
        };
    }
}
