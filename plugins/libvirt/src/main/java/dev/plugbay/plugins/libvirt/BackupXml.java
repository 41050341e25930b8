package dev.plugbay.plugins.libvirt;

import java.util.List;

/** The description of a backup job; see libvirt.org/formatbackup.html. */
final class BackupXml {
    private BackupXml() {}

    /** A full backup of the chosen disks, to be pulled over the folder's socket. */
    static String of(List<ExportDisk> all, List<ExportDisk> chosen, BackupFolder folder) {
        StringBuilder xml = new StringBuilder("<domainbackup mode='pull'>\n  <server transport='unix' socket='")
                .append(escaped(folder.socket().toString()))
                .append("'/>\n  <disks>\n");
        for (ExportDisk disk : all) {
            xml.append("    <disk name='").append(escaped(disk.id()));
            if (chosen.contains(disk)) {
                xml.append("' backup='yes' type='file' exportname='")
                        .append(escaped(disk.id()))
                        .append("'><driver type='qcow2'/><scratch file='")
                        .append(escaped(
                                folder.open().resolve(disk.id() + ".scratch").toString()))
                        .append("'/></disk>\n");
            } else {
                xml.append("' backup='no'/>\n");
            }
        }
        return xml.append("  </disks>\n</domainbackup>\n").toString();
    }

    /** A text as an attribute's value, as libvirt writes it too. */
    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("'", "&apos;")
                .replace("\"", "&quot;");
    }
}
