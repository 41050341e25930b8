package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmNic;
import dev.plugbay.cloud.VmProvider;
import dev.plugbay.testkit.PrivateLibvirtd;
import dev.plugbay.testkit.VmListingContract;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What real machines are listed as. */
class LibvirtListingTest implements VmListingContract {
    private static PrivateLibvirtd libvirtd;
    private static LibvirtFixture libvirt;

    @BeforeAll
    static void machines() {
        libvirtd = PrivateLibvirtd.start();
        Path disk = Domains.disk(libvirtd, "rich.raw", 3 << 20);
        libvirtd.define(Domains.rich("rich", 1, disk));
        libvirtd.define(Domains.small("runs", 4, ""));
        libvirtd.define(Domains.small("paused here", 3, ""));
        libvirtd.define(Domains.small("Öl 100%", 2, ""));
        libvirtd.define(Domains.small("saved", 5, ""));
        libvirtd.define(Domains.small("uefi", 6, "").replace("<os>", "<os firmware='efi'>"));
        for (String name : Set.of("runs", "paused here", "saved")) {
            libvirtd.virsh("start", name);
        }
        libvirtd.virsh("suspend", "paused here");
        libvirtd.virsh("managedsave", "saved");
        libvirtd.virsh("autostart", "runs");
        String tags = "<tags><tag name='env'>test</tag></tags>";
        libvirtd.virsh("metadata", "uefi", Machine.TAGS, "--key", "plugbay", "--set", tags, "--config");
        libvirt = LibvirtFixture.of(libvirtd.uri());
    }

    @AfterAll
    static void end() {
        if (libvirtd != null) {
            if (libvirt != null) {
                libvirt.close();
            }
            libvirtd.close();
        }
    }

    @Test
    void everything_that_libvirt_knows_is_told() {
        VmInfo vm = vm(1);
        assertThat(vm.name()).isEqualTo("rich");
        assertThat(vm.type()).contains("qemu");
        assertThat(vm.location()).contains(libvirtd.virsh("hostname").strip());
        assertThat(vm.guestOs()).contains("debian 12");
        assertThat(vm.firmware()).contains("bios");
        assertThat(vm.memoryMiB()).isEqualTo(OptionalLong.of(1024));
        assertThat(vm.cpus()).isEqualTo(OptionalInt.of(2));
        assertThat(vm.tags()).isEqualTo(Map.of("env", "prod", "team", "blue"));
        assertThat(vm.metadata())
                .containsEntry("uuid", Domains.id(1))
                .containsEntry("title", "The rich one")
                .containsEntry("description", "Has everything.")
                .containsEntry("arch", "x86_64")
                .containsEntry("persistent", "true")
                .containsEntry("autostart", "false");
        assertThat(vm.createdAt()).isEmpty();
        assertThat(vm(4).metadata()).containsEntry("autostart", "true");
        assertThat(vm(6).firmware()).contains("uefi");
        assertThat(vm(6).tags()).isEqualTo(Map.of("env", "test"));
    }

    @Test
    void disks_are_told_with_the_size_that_the_guest_sees_and_one_whose_file_is_missing_without() {
        assertThat(vm(1).disks())
                .containsExactly(
                        VmDisk.builder("vda")
                                .name(libvirtd.disks().resolve("rich.raw").toString())
                                .capacityBytes(3 << 20)
                                .allocatedBytes(0)
                                .format("raw")
                                .bus("virtio")
                                .bootOrder(1)
                                .build(),
                        VmDisk.builder("sdb")
                                .name("/nonexistent/gone.qcow2")
                                .format("qcow2")
                                .bus("scsi")
                                .build());
    }

    @Test
    void network_interfaces_are_told() {
        assertThat(vm(1).nics())
                .containsExactly(
                        VmNic.builder("net0")
                                .mac("52:54:00:00:00:01")
                                .network("lan")
                                .model("virtio")
                                .build(),
                        VmNic.builder("net1")
                                .mac("52:54:00:00:00:02")
                                .network("user")
                                .model("e1000")
                                .build());
    }

    @Test
    void states_are_told_in_shared_words_and_in_libvirts_own() {
        assertThat(vm(2).powerState()).isEqualTo(PowerState.STOPPED);
        assertThat(vm(2).state()).isEqualTo("shut off");
        assertThat(vm(3).powerState()).isEqualTo(PowerState.PAUSED);
        assertThat(vm(4).powerState()).isEqualTo(PowerState.RUNNING);
        assertThat(vm(4).state()).isEqualTo("running");
        assertThat(vm(5).powerState()).isEqualTo(PowerState.SUSPENDED);
    }

    @Test
    void it_says_that_it_starts_and_stops_machines() {
        assertThat(provider().capabilities().power()).isTrue();
    }

    private VmInfo vm(int number) {
        return provider().get(Domains.id(number)).orElseThrow();
    }

    @Override
    public VmProvider provider() {
        return libvirt.provider;
    }

    @Override
    public Set<String> ids() {
        return Set.of(Domains.id(1), Domains.id(2), Domains.id(3), Domains.id(4), Domains.id(5), Domains.id(6));
    }

    @Override
    public String exportable() {
        return Domains.id(1);
    }

    @Override
    public Object sourceState() {
        return libvirtd.virsh("list", "--all", "--uuid");
    }
}
