package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.testkit.PrivateLibvirtd;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Descriptions of copies, which a real libvirt has to take. */
class ExportDescriptionTest {
    private static final String LUN =
            "<disk type='block' device='lun' sgio='filtered' rawio='no'><source dev='/dev/sdz'/><target dev='sda' bus='scsi'/></disk>";
    private static final String PLUGGED =
            "<disk type='file' device='disk'><driver name='qemu' type='qcow2'/><source file='/var/x.qcow2'/><target dev='vdb' bus='virtio'/><alias name='virtio-disk1'/></disk>";

    private static String domain(String devices) {
        return Domains.small("m1", 1, "<controller type='scsi' model='virtio-scsi'/>" + devices);
    }

    @Test
    void a_copy_of_a_passed_through_device_and_of_a_disk_that_was_plugged_in_can_be_defined() {
        String xml = ExportDescription.of(
                domain(LUN),
                domain(LUN + PLUGGED),
                Map.of("sda", "sda.raw", "vdb", "vdb.raw"),
                ExportOptions.defaults());
        assertThat(xml)
                .contains("file=\"sda.raw\"", "file=\"vdb.raw\"")
                .doesNotContain("lun", "sgio", "rawio", "virtio-disk1", "/var/x.qcow2", "qcow2");
        try (PrivateLibvirtd libvirtd = PrivateLibvirtd.start()) {
            libvirtd.define(xml.replace("file=\"", "file=\"" + libvirtd.disks() + "/"));
            assertThat(libvirtd.virsh("domblklist", "m1")).contains("sda.raw", "vdb.raw");
        }
    }

    @Test
    void what_the_variables_of_the_firmware_are_made_from_is_kept_and_they_are_not() {
        String xml = domain("")
                .replace(
                        "</os>",
                        "<loader readonly='yes' type='pflash'>/fw/code.fd</loader><nvram template='/fw/vars.fd'>/var/m1.fd</nvram></os>");
        assertThat(ExportDescription.of(xml, xml, Map.of(), ExportOptions.defaults()))
                .contains("<nvram template=\"/fw/vars.fd\"/>")
                .doesNotContain("/var/m1.fd");
    }
}
