package dev.plugbay.runtime;

import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Turns single values into Java's types. */
final class ScalarBinder {
    private ScalarBinder() {}

    /** Whether values of this type are written as text. */
    static boolean isText(Class<?> type) {
        return type == String.class
                || type == Path.class
                || type == URI.class
                || type == Duration.class
                || type == char.class
                || type == Character.class
                || type.isEnum();
    }

    /** The value as {@code type}. */
    static Object bind(Class<?> type, Object value, ConfigPlace place) {
        if (isText(type)) {
            if (value instanceof String text) {
                return text(type, text, place);
            }
        } else if (type == boolean.class || type == Boolean.class) {
            if (value instanceof Boolean) {
                return value;
            }
        } else if (value instanceof Number number && Numbers.isFinite(number)) {
            return number(type, Numbers.exact(number), place);
        }
        throw wrong(type, place);
    }

    private static Object text(Class<?> type, String text, ConfigPlace place) {
        try {
            if (type == String.class) {
                return text;
            }
            if (type == Path.class) {
                return path(text);
            }
            if (type == URI.class) {
                return new URI(text);
            }
            if (type == Duration.class) {
                return Durations.parse(text);
            }
        } catch (InvalidPathException | URISyntaxException e) {
            throw wrong(type, place);
        } catch (IllegalArgumentException e) {
            throw wrong(type, place);
        }
        if (type.isEnum()) {
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> isNamed((Enum<?>) constant, text))
                    .findFirst()
                    .orElseThrow(() -> wrong(type, place));
        }
        if (text.length() != 1) {
            throw wrong(type, place);
        }
        return text.charAt(0);
    }

    private static Path path(String text) {
        if (text.equals("~") || text.startsWith("~/")) {
            return Path.of(System.getProperty("user.home"), text.substring(1));
        }
        return Path.of(text);
    }

    private static boolean isNamed(Enum<?> constant, String text) {
        String lower = constant.name().toLowerCase(Locale.ROOT);
        return text.equals(constant.name()) || text.equals(lower) || text.equals(lower.replace('_', '-'));
    }

    private static Object number(Class<?> type, BigDecimal number, ConfigPlace place) {
        if (type == double.class || type == Double.class) {
            return number.doubleValue();
        }
        if (type == float.class || type == Float.class) {
            return number.floatValue();
        }
        try {
            if (type == long.class || type == Long.class) {
                return number.longValueExact();
            }
            if (type == int.class || type == Integer.class) {
                return number.intValueExact();
            }
            if (type == short.class || type == Short.class) {
                return number.shortValueExact();
            }
            if (type == byte.class || type == Byte.class) {
                return number.byteValueExact();
            }
        } catch (ArithmeticException e) {
            throw wrong(type, place);
        }
        throw wrong(type, place);
    }

    private static RuntimeException wrong(Class<?> type, ConfigPlace place) {
        String expected = expected(type);
        return place.invalid("must be " + expected + ".", "Set it to " + expected + ".");
    }

    /** What a value of a type looks like. */
    static String expected(Class<?> type) {
        if (type.isEnum()) {
            return "one of: "
                    + Arrays.stream(type.getEnumConstants())
                            .map(constant -> ((Enum<?>) constant).name())
                            .collect(Collectors.joining(", "));
        }
        return switch (type.getSimpleName()) {
            case "String" -> "text";
            case "Path" -> "a path";
            case "URI" -> "a URI";
            case "Duration" -> "a length of time, such as 500ms, 30s, 5m or 1h";
            case "char", "Character" -> "one character";
            case "boolean", "Boolean" -> "true or false";
            case "long", "Long" -> "a whole number";
            case "int", "Integer" -> "a whole number between " + Integer.MIN_VALUE + " and " + Integer.MAX_VALUE;
            case "short", "Short" -> "a whole number between " + Short.MIN_VALUE + " and " + Short.MAX_VALUE;
            case "byte", "Byte" -> "a whole number between " + Byte.MIN_VALUE + " and " + Byte.MAX_VALUE;
            case "double", "Double", "float", "Float" -> "a number";
            default -> "what a configuration can hold, which " + type.getSimpleName() + " is not";
        };
    }
}
