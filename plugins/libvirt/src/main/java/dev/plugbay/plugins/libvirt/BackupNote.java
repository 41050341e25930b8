package dev.plugbay.plugins.libvirt;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What an export notes down about itself, for those who have to clean up after it.
 *
 * @param uri the libvirt that it asked
 * @param domain the domain's UUID
 * @param frozen whether its file systems may be frozen
 */
record BackupNote(String uri, String domain, boolean frozen) {
    String text() {
        return "uri=" + uri + "\ndomain=" + domain + "\nfrozen=" + frozen + "\n";
    }

    /** Reads one; empty when it is none. */
    static Optional<BackupNote> read(String text) {
        Map<String, String> values = new HashMap<>();
        text.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                values.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        String uri = values.get("uri");
        String domain = values.get("domain");
        return uri == null || domain == null
                ? Optional.empty()
                : Optional.of(new BackupNote(uri, domain, "true".equals(values.get("frozen"))));
    }
}
