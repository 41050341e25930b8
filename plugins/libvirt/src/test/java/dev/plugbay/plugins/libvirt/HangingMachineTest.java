package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPower.StopMode;
import dev.plugbay.testkit.PrivateLibvirtd;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Machines whose QEMU answers nothing, among others. */
@Timeout(200)
class HangingMachineTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int SIZE = 3 << 20;

    /** As many as there are slots, and more. */
    private static final int CALLERS = 12;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private PrivateLibvirtd libvirtd;
    private LibvirtFixture libvirt;

    @BeforeEach
    void machines() throws IOException {
        libvirtd = PrivateLibvirtd.start();
        opened.add(libvirtd);
        for (int number = 1; number <= 4; number++) {
            // At this path there is something for libvirtd only, so that nobody but QEMU can tell how large it is.
            String hidden = "/var/lib/libvirt/images/d" + number;
            Path file = libvirtd.inside(hidden);
            Files.createDirectories(file.getParent());
            try (RandomAccessFile disk = new RandomAccessFile(file.toFile(), "rw")) {
                disk.setLength(SIZE);
            }
            machine(number, hidden);
        }
        libvirt = LibvirtFixture.of(libvirtd.uri(), "callTimeout", "6s");
        opened.add(libvirt);
    }

    private void machine(int number, String disk) {
        libvirtd.define(Domains.small("m" + number, number, """
                <disk type='file'><source file='%s'/><target dev='vda'/></disk>
                """.formatted(disk)));
        libvirtd.virsh("start", "m" + number);
    }

    @AfterEach
    void end() throws Exception {
        for (AutoCloseable it : opened.reversed()) {
            it.close();
        }
    }

    private List<VmInfo> list() {
        return libvirt.provider.list(VmFilter.all(), Page.first()).items();
    }

    private static long size(VmInfo vm) {
        return vm.disks().stream().map(VmDisk::capacityBytes).findFirst().orElseThrow();
    }

    @Test
    void a_machine_that_hangs_is_listed_without_sizes_and_its_power_can_be_taken_away() throws Exception {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(list()).hasSize(4).allMatch(vm -> size(vm) == SIZE));
        libvirtd.hang("m1");
        List<FutureTask<List<VmInfo>>> lists = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            FutureTask<List<VmInfo>> list = new FutureTask<>(this::list);
            Thread.ofPlatform().start(list);
            lists.add(list);
        }
        for (FutureTask<List<VmInfo>> list : lists) {
            assertThat(list.get()).hasSize(4);
        }
        assertThat(size(list().getFirst())).isZero();

        libvirt.power.stop(Domains.id(1), StopMode.HARD);

        assertThat(list().getFirst().powerState()).isEqualTo(PowerState.STOPPED);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(list()).allMatch(vm -> size(vm) == SIZE));
    }

    @Test
    void a_machine_that_hangs_is_listed_with_the_sizes_of_files_that_are_at_hand() {
        machine(5, Domains.disk(libvirtd, "d5", SIZE).toString());
        libvirtd.hang("m5");
        try {
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(list()).hasSize(5).allMatch(vm -> size(vm) == SIZE));
        } finally {
            libvirtd.unhang("m5");
        }
    }

    @Test
    void machines_that_hang_keep_neither_the_list_nor_the_power_of_others() {
        for (String name : List.of("m1", "m2", "m3")) {
            libvirtd.hang(name);
        }
        for (int i = 0; i < CALLERS; i++) {
            assertThat(list()).hasSize(4);
        }
        libvirt.power.stop(Domains.id(4), StopMode.HARD);
        libvirt.power.start(Domains.id(4));
        assertThat(list().getLast().powerState()).isEqualTo(PowerState.RUNNING);
        for (String name : List.of("m1", "m2", "m3")) {
            libvirtd.unhang(name); // what it was asked keeps a thread until then
        }
    }
}
