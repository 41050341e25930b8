package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The names in one archive or folder. A name is refused when it could be written elsewhere than it says, or when two names could be one
 * file on some file system: alike but for case or Unicode form, or a file that another name uses as a folder.
 */
final class EntryNames {
    private static final int MAX_LENGTH = 1000;

    /** What a name was first written as, by what a forgiving file system would make of it. */
    private final Map<String, Seen> seen = new HashMap<>();

    private final boolean casesMayDiffer;

    private record Seen(String name, boolean folder) {}

    /**
     * Names of one archive.
     *
     * @param casesMayDiffer whether names below {@code META-INF} may differ by case only: jars that are merged from others have {@code LICENSE} beside {@code license/},
     *     which does no harm in a jar, because it is not unpacked
     */
    EntryNames(boolean casesMayDiffer) {
        this.casesMayDiffer = casesMayDiffer;
    }

    /** What is wrong with a relative path, if anything is. */
    static Optional<String> fault(String name) {
        if (name.isEmpty()) {
            return Optional.of("is empty");
        }
        if (name.length() > MAX_LENGTH) {
            return Optional.of("has more than " + MAX_LENGTH + " characters");
        }
        if (name.startsWith("/")) {
            return Optional.of("is absolute");
        }
        if (name.length() > 1 && name.charAt(1) == ':' && Character.isLetter(name.charAt(0))) {
            return Optional.of("begins with a drive letter");
        }
        if (name.indexOf('\\') >= 0) {
            return Optional.of("has a backslash");
        }
        if (name.codePoints()
                .anyMatch(c -> Character.isISOControl(c)
                        || Character.getType(c) == Character.SURROGATE
                        || Character.getType(c) == Character.LINE_SEPARATOR
                        || Character.getType(c) == Character.PARAGRAPH_SEPARATOR)) {
            return Optional.of("has a control character");
        }
        String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..")) {
                return Optional.of("climbs out with \"..\"");
            }
            if (segment.isEmpty() || segment.equals(".")) {
                return Optional.of("has an empty or \".\" segment");
            }
            if (segment.length() > 255) {
                return Optional.of("has a segment of more than 255 characters");
            }
        }
        return Optional.empty();
    }

    /** Takes in a name; one that ends in {@code /} is a folder's. Fails with {@link ErrorCode#UNSAFE_ARCHIVE}. */
    void add(String name) {
        Optional<String> fault = fault(name);
        if (fault.isPresent()) {
            throw unsafe(name, fault.get());
        }
        boolean folder = name.endsWith("/");
        String path = folder ? name.substring(0, name.length() - 1) : name;
        for (int slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1)) {
            enter(path.substring(0, slash), true, name);
        }
        String key = key(path);
        Seen earlier = seen.get(key);
        if (earlier != null && earlier.name.equals(path) && !(folder && earlier.folder)) {
            throw unsafe(name, earlier.folder == folder ? "stands twice" : "is both a file and a folder");
        }
        enter(path, folder, name);
    }

    private void enter(String path, boolean folder, String name) {
        Seen earlier = seen.putIfAbsent(key(path), new Seen(path, folder));
        if (earlier == null) {
            return;
        }
        if (!earlier.name.equals(path)) {
            throw unsafe(name, "differs from " + Json.quoted(shown(earlier.name)) + " by case or Unicode form only");
        }
        if (!earlier.folder || !folder) {
            throw unsafe(name, "uses the file " + Json.quoted(shown(path)) + " as a folder");
        }
    }

    private String key(String path) {
        if (casesMayDiffer && path.startsWith("META-INF/")) {
            return path;
        }
        String composed = Normalizer.normalize(path, Normalizer.Form.NFKC);
        return Normalizer.normalize(composed.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT), Normalizer.Form.NFKC);
    }

    static PlugbayException unsafe(String name, String why) {
        return PlugbayException.of(
                        ErrorCode.UNSAFE_ARCHIVE,
                        "The archive is not unpacked: the entry " + Json.quoted(shown(name)) + " " + why + ".")
                .remedy("Build the archive anew with plain relative names, files and folders only.")
                .detail("entry", shown(name))
                .build();
    }

    static PlugbayException unsafe(String why) {
        return PlugbayException.of(ErrorCode.UNSAFE_ARCHIVE, "The archive is not unpacked: " + why + ".")
                .remedy("Build the archive anew with an ordinary zip, jar or tar tool.")
                .build();
    }

    /** A name that is safe to show: cut short, and without anything that a terminal would act on. */
    private static String shown(String name) {
        String cut = name.length() > 120 ? name.substring(0, 120) + "..." : name;
        StringBuilder out = new StringBuilder();
        cut.codePoints()
                .forEach(c -> out.appendCodePoint(
                        Character.isISOControl(c)
                                        || Character.getType(c) == Character.FORMAT
                                        || Character.getType(c) == Character.SURROGATE
                                ? '?'
                                : c));
        return out.toString();
    }
}
