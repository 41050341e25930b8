package dev.plugbay.runtime;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A semantic version (semver.org, 2.0). The order ignores the build metadata; equality does not.
 *
 * @param major first number, 0 or more
 * @param minor second number, 0 or more
 * @param patch third number, 0 or more
 * @param prerelease what follows {@code -}, such as {@code rc.1}; empty for a release
 * @param build what follows {@code +}; empty for none
 */
public record Version(long major, long minor, long patch, String prerelease, String build)
        implements Comparable<Version> {
    /** The longest version that is read. */
    static final int MAX_LENGTH = 128;

    private static final String NUMBER = "(0|[1-9][0-9]{0,17})";
    private static final String IDENTIFIER = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
    private static final Pattern SYNTAX = Pattern.compile(NUMBER + "\\." + NUMBER + "\\." + NUMBER + "(?:-("
            + IDENTIFIER + "(?:\\." + IDENTIFIER + ")*))?(?:\\+([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?");

    /** A release. */
    public static Version of(long major, long minor, long patch) {
        return new Version(major, minor, patch, "", "");
    }

    /**
     * The version that {@code text} names.
     *
     * @throws IllegalArgumentException when it names none
     */
    public static Version parse(String text) {
        return find(text)
                .orElseThrow(() ->
                        new IllegalArgumentException(Json.quoted(text.substring(0, Math.min(40, text.length())))
                                + " is not a semantic version, such as 1.2.3 or 2.0.0-rc.1"));
    }

    /** The version that {@code text} names, if it names one. */
    public static Optional<Version> find(String text) {
        if (text.length() > MAX_LENGTH) {
            return Optional.empty();
        }
        Matcher m = SYNTAX.matcher(text);
        return m.matches()
                ? Optional.of(new Version(
                        Long.parseLong(m.group(1)),
                        Long.parseLong(m.group(2)),
                        Long.parseLong(m.group(3)),
                        m.group(4) == null ? "" : m.group(4),
                        m.group(5) == null ? "" : m.group(5)))
                : Optional.empty();
    }

    /** Whether this comes before the release of the same numbers. */
    public boolean isPrerelease() {
        return !prerelease.isEmpty();
    }

    /** Whether {@code other} has the same three numbers. */
    boolean sameNumbers(Version other) {
        return major == other.major && minor == other.minor && patch == other.patch;
    }

    @Override
    public int compareTo(Version other) {
        int order = Long.compare(major, other.major);
        order = order != 0 ? order : Long.compare(minor, other.minor);
        order = order != 0 ? order : Long.compare(patch, other.patch);
        return order != 0 ? order : comparePrereleases(prerelease, other.prerelease);
    }

    private static int comparePrereleases(String left, String right) {
        if (left.isEmpty() || right.isEmpty()) {
            return Boolean.compare(left.isEmpty(), right.isEmpty());
        }
        String[] a = left.split("\\.", -1);
        String[] b = right.split("\\.", -1);
        for (int i = 0; i < Math.min(a.length, b.length); i++) {
            int order = compareIdentifiers(a[i], b[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(a.length, b.length);
    }

    private static int compareIdentifiers(String a, String b) {
        boolean numbers = isNumber(a);
        if (numbers != isNumber(b)) {
            return numbers ? -1 : 1;
        }
        // Numbers have no leading zeros, so the longer one is the larger.
        int order = numbers ? Integer.compare(a.length(), b.length()) : 0;
        return order != 0 ? order : a.compareTo(b);
    }

    private static boolean isNumber(String identifier) {
        return identifier.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (prerelease.isEmpty() ? "" : "-" + prerelease)
                + (build.isEmpty() ? "" : "+" + build);
    }
}
