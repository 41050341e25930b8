package dev.plugbay.plugins.libvirt;

import java.util.List;
import java.util.Optional;

/**
 * A disk, or a drive, of a domain as far as an export has to know it.
 *
 * @param id the device's name in the guest, such as {@code vda}
 * @param device {@code disk}, {@code lun}, {@code cdrom} or {@code floppy}
 * @param type where its bytes are: {@code file}, {@code block}, {@code network}, {@code volume} ...
 * @param path the file or device, where it is one
 * @param format its format there
 * @param encrypted whether only a key makes sense of what lies there
 */
record ExportDisk(String id, String device, String type, Optional<String> path, String format, boolean encrypted) {
    /** All of a domain, in its order. */
    static List<ExportDisk> all(Xml domain) {
        return domain.find("devices").map(devices -> devices.all("disk")).orElse(List.of()).stream()
                .map(ExportDisk::of)
                .toList();
    }

    private static ExportDisk of(Xml disk) {
        Optional<Xml> source = disk.find("source");
        return new ExportDisk(
                disk.find("target").flatMap(target -> target.attribute("dev")).orElse(""),
                disk.attribute("device").orElse("disk"),
                disk.attribute("type").orElse("file"),
                source.flatMap(it -> it.attribute("file")).or(() -> source.flatMap(it -> it.attribute("dev"))),
                disk.find("driver").flatMap(driver -> driver.attribute("type")).orElse("raw"),
                disk.find("encryption").isPresent()
                        || source.flatMap(it -> it.find("encryption")).isPresent());
    }

    /** Whether it holds data of the guest's own, rather than a medium that is put in. */
    boolean holdsData() {
        return device.equals("disk") || device.equals("lun");
    }
}
