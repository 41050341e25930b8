package dev.plugbay.plugins.libvirt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whom libvirt runs a domain's QEMU as.
 *
 * @param ids user and group, if they are others than libvirt's own
 */
record BackupUser(Optional<Ids> ids) {
    private static final Pattern LABEL = Pattern.compile("\\+(\\d+):\\+(\\d+)");

    /** Numbers of a user and a group. */
    record Ids(int user, int group) {}

    /** Reads the description of a running domain. */
    static BackupUser of(Xml domain) {
        return new BackupUser(domain.all("seclabel").stream()
                .filter(label -> label.attribute("model").equals(Optional.of("dac")))
                .flatMap(label -> label.text("label").stream())
                .map(label -> LABEL.matcher(label.strip()))
                .filter(Matcher::matches)
                .map(match -> new Ids(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2))))
                .findFirst());
    }

    /**
     * Lets QEMU make files in an empty folder: it gets the folder, where we may give it away. Otherwise everybody may write there who knows the path, which has a random part in
     * a folder that cannot be listed; and what is made there is of our group, so that QEMU's socket lets us in.
     */
    void give(Path folder) throws IOException {
        if (ids.isEmpty()) {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
            return;
        }
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        try {
            Files.setAttribute(folder, "unix:gid", ids.get().group());
            Files.setAttribute(folder, "unix:uid", ids.get().user());
        } catch (IOException e) {
            Files.setAttribute(folder, "unix:mode", 0_2777);
        }
    }
}
