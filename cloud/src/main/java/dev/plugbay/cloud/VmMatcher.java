package dev.plugbay.cloud;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The meaning of a {@link VmFilter}, field by field. */
final class VmMatcher {
    private VmMatcher() {}

    static boolean matches(VmFilter filter, VmInfo vm) {
        return filter.name()
                        .map(glob -> glob(glob).matcher(vm.name()).matches())
                        .orElse(true)
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

    private static Pattern glob(String glob) {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString(), Pattern.CASE_INSENSITIVE | Pattern.UNICODE_CASE | Pattern.DOTALL);
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
