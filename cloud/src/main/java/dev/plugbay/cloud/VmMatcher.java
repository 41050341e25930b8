package dev.plugbay.cloud;

import java.util.Locale;
import java.util.Optional;

/** The meaning of a {@link VmFilter}, field by field. */
final class VmMatcher {
    private VmMatcher() {}

    static boolean matches(VmFilter filter, VmInfo vm) {
        return filter.name().map(glob -> glob(glob, vm.name())).orElse(true)
                && (filter.powerStates().isEmpty() || filter.powerStates().contains(vm.powerState()))
                && equal(filter.location(), vm.location())
                && equal(filter.type(), vm.type())
                && filter.guestOs()
                        .map(part -> lower(vm.guestOs().orElse("")).contains(lower(part)))
                        .orElse(true)
                && filter.ipAddress().map(vm.ipAddresses()::contains).orElse(true)
                && filter.tags().entrySet().stream().allMatch(tag -> {
                    String value = vm.tags().get(tag.getKey());
                    return value != null
                            && (tag.getValue().isEmpty() || tag.getValue().equals(value));
                });
    }

    private static boolean equal(Optional<String> wanted, Optional<String> actual) {
        return wanted.isEmpty() || wanted.equals(actual);
    }

    /** In time of at most the product of both lengths, whatever the pattern: it comes from whoever asks. */
    private static boolean glob(String glob, String name) {
        int[] pattern = folded(glob);
        int[] text = folded(name);
        int p = 0;
        int star = -1;
        int resume = 0;
        for (int t = 0; t < text.length; ) {
            if (p < pattern.length && pattern[p] == '*') {
                star = p++;
                resume = t;
            } else if (p < pattern.length && (pattern[p] == '?' || pattern[p] == text[t])) {
                p++;
                t++;
            } else if (star >= 0) {
                p = star + 1; // let the last star take one more
                t = ++resume;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == '*') {
            p++;
        }
        return p == pattern.length;
    }

    /** Code points without the difference of case, each by itself. */
    private static int[] folded(String text) {
        return text.codePoints()
                .map(point -> Character.toLowerCase(Character.toUpperCase(point)))
                .toArray();
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
