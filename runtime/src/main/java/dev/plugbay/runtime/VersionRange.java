package dev.plugbay.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A set of versions, written as npm writes it: {@code 1.2.3}, {@code ^1.0} (below the next version that may break), {@code ~1.2}, {@code >=1.2 <2}, {@code 1.2.x},
 * {@code *}, and alternatives with {@code ||}.
 *
 * <p>As with npm, a prerelease is in a range only where the range names a prerelease of the same three numbers: {@code 1.1.0-rc.1} is not in {@code ^1.0}, but
 * {@code 1.1.0-rc.2} is in {@code >=1.1.0-rc.1}. Hosts offer their APIs under release versions, so a plugin never meets a prerelease by accident.
 */
public final class VersionRange {
    private static final String PART = "(0|[1-9][0-9]{0,17}|[xX*])";
    private static final Pattern TERM = Pattern.compile(
            "(\\^|~|>=|<=|>|<|=)?\\s*" + PART + "(?:\\." + PART + "(?:\\." + PART + "([-+][0-9A-Za-z.+-]+)?)?)?");

    private final String text;
    private final List<List<Bound>> alternatives;

    private VersionRange(String text, List<List<Bound>> alternatives) {
        this.text = text;
        this.alternatives = alternatives;
    }

    private record Bound(String operator, Version version) {
        boolean admits(Version candidate) {
            int order = candidate.compareTo(version);
            return switch (operator) {
                case ">=" -> order >= 0;
                case ">" -> order > 0;
                case "<" -> order < 0;
                case "<=" -> order <= 0;
                default -> order == 0;
            };
        }
    }

    /** Every release. */
    public static VersionRange any() {
        return parse("*");
    }

    /**
     * The range that {@code text} describes.
     *
     * @throws IllegalArgumentException when it describes none
     */
    public static VersionRange parse(String text) {
        if (text.length() > 256) {
            throw new IllegalArgumentException("a version range has at most 256 characters");
        }
        List<List<Bound>> alternatives = new ArrayList<>();
        for (String alternative : text.split("\\|\\|", -1)) {
            alternatives.add(List.copyOf(bounds(alternative.strip(), text)));
        }
        return new VersionRange(text.strip(), List.copyOf(alternatives));
    }

    /** Whether {@code version} is in the range. */
    public boolean contains(Version version) {
        return alternatives.stream().anyMatch(bounds -> admits(bounds, version));
    }

    private static boolean admits(List<Bound> bounds, Version version) {
        return bounds.stream().allMatch(bound -> bound.admits(version))
                && (!version.isPrerelease()
                        || bounds.stream()
                                .anyMatch(bound -> bound.version.isPrerelease() && bound.version.sameNumbers(version)));
    }

    private static List<Bound> bounds(String alternative, String whole) {
        List<Bound> bounds = new ArrayList<>();
        Matcher term = TERM.matcher(alternative);
        int at = 0;
        while (at < alternative.length()) {
            if (!term.find(at) || term.start() != at || !endsTerm(alternative, term.end())) {
                throw syntax(whole);
            }
            add(bounds, term, whole);
            at = term.end();
            while (at < alternative.length() && Character.isWhitespace(alternative.charAt(at))) {
                at++;
            }
        }
        if (at == 0) {
            throw syntax(whole);
        }
        return bounds;
    }

    private static boolean endsTerm(String text, int end) {
        return end == text.length() || Character.isWhitespace(text.charAt(end));
    }

    private static void add(List<Bound> bounds, Matcher term, String whole) {
        String operator = term.group(1) == null ? "=" : term.group(1);
        long[] numbers = new long[3];
        int given = 0;
        while (given < 3 && term.group(given + 2) != null && !"xX*".contains(term.group(given + 2))) {
            numbers[given] = Long.parseLong(term.group(given + 2));
            given++;
        }
        for (int i = given; i < 3; i++) { // nothing but wildcards may follow a wildcard
            if (term.group(i + 2) != null && !"xX*".contains(term.group(i + 2))) {
                throw syntax(whole);
            }
        }
        if (given < 3 && term.group(5) != null) {
            throw syntax(whole);
        }
        if (given == 0) {
            if (operator.equals("<") || operator.equals(">")) {
                bounds.add(new Bound("<", lowest(0, 0, 0)));
            }
            return;
        }
        Version low = given == 3 && term.group(5) != null
                ? full(numbers, term.group(5), whole)
                : Version.of(numbers[0], numbers[1], numbers[2]);
        switch (operator) {
            case "^" -> {
                int kept = 0; // the first number that is not zero may not change
                while (kept < given - 1 && numbers[kept] == 0) {
                    kept++;
                }
                bounds.add(new Bound(">=", low));
                bounds.add(new Bound("<", next(numbers, kept)));
            }
            case "~" -> {
                bounds.add(new Bound(">=", low));
                bounds.add(new Bound("<", next(numbers, given == 1 ? 0 : 1)));
            }
            case ">" ->
                bounds.add(given == 3 ? new Bound(">", low) : new Bound(">=", release(next(numbers, given - 1))));
            case "<=" -> bounds.add(given == 3 ? new Bound("<=", low) : new Bound("<", next(numbers, given - 1)));
            case "<" -> bounds.add(new Bound("<", given == 3 ? low : lowest(numbers[0], numbers[1], numbers[2])));
            case ">=" -> bounds.add(new Bound(">=", low));
            default -> {
                if (given == 3) {
                    bounds.add(new Bound("=", low));
                } else {
                    bounds.add(new Bound(">=", low));
                    bounds.add(new Bound("<", next(numbers, given - 1)));
                }
            }
        }
    }

    private static Version full(long[] numbers, String suffix, String whole) {
        return Version.find(numbers[0] + "." + numbers[1] + "." + numbers[2] + suffix)
                .orElseThrow(() -> syntax(whole));
    }

    /** The lowest version above all that share the numbers up to {@code index}. */
    private static Version next(long[] numbers, int index) {
        return switch (index) {
            case 0 -> lowest(numbers[0] + 1, 0, 0);
            case 1 -> lowest(numbers[0], numbers[1] + 1, 0);
            default -> lowest(numbers[0], numbers[1], numbers[2] + 1);
        };
    }

    /** The lowest of all versions with these numbers: {@code -0} sorts before every other prerelease. */
    private static Version lowest(long major, long minor, long patch) {
        return new Version(major, minor, patch, "0", "");
    }

    private static Version release(Version version) {
        return Version.of(version.major(), version.minor(), version.patch());
    }

    private static IllegalArgumentException syntax(String text) {
        return new IllegalArgumentException(
                Json.quoted(text) + " is not a version range, such as ^1.0, >=1.2 <2, 1.2.x or *");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VersionRange range && range.alternatives.equals(alternatives);
    }

    @Override
    public int hashCode() {
        return alternatives.hashCode();
    }

    /** The range as it was written. */
    @Override
    public String toString() {
        return text;
    }
}
