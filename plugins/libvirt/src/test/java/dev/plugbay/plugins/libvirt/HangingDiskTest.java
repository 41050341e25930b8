package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
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
import org.junit.jupiter.api.io.TempDir;

/** Disks whose files hang, as on a share whose server is gone. */
@Timeout(200)
class HangingDiskTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long SIZE = 7 << 20;

    /** More than there are processors, so that callers who wait for a file on their own threads would keep all of them. */
    private static final int CALLERS = 2 * Runtime.getRuntime().availableProcessors() + 2;

    @TempDir
    Path temp;

    private Path share;
    private LibvirtFixture libvirt;

    @BeforeEach
    void machines() throws Exception {
        Needed.libvirt();
        Needed.root();
        share = Files.createDirectory(temp.resolve("share"));
        Needed.run("mount", "--bind", share, share);
        Path driver = Files.writeString(
                temp.resolve("driver.xml"),
                "<node>" + machine(1, qcow2(share.resolve("far.qcow2"))) + machine(2, qcow2(temp.resolve("near.qcow2")))
                        + "</node>");
        libvirt = LibvirtFixture.of("test://" + driver, "callTimeout", "9s");
    }

    @AfterEach
    void end() throws Exception {
        if (libvirt != null) {
            libvirt.close();
            Needed.run("umount", share);
        }
    }

    private static String machine(int number, Path disk) {
        return Domains.small("m" + number, number, """
                <disk type='file'><driver name='qemu' type='qcow2'/><source file='%s'/><target dev='vda'/></disk>
                """.formatted(disk)).replace("type='qemu'", "type='test'");
    }

    /** As much of one as tells its size. */
    private static Path qcow2(Path file) throws IOException {
        return Files.write(
                file,
                ByteBuffer.allocate(64).putInt(0x514649fb).putLong(24, SIZE).array());
    }

    private List<Long> sizes() {
        return libvirt.provider.list(VmFilter.all(), Page.first()).items().stream()
                .map(VmInfo::disks)
                .map(disks -> disks.stream().mapToLong(VmDisk::capacityBytes).sum())
                .toList();
    }

    @Test
    void a_disk_that_hangs_is_told_without_its_size_and_keeps_nobody() throws Exception {
        assertThat(sizes()).containsExactly(SIZE, SIZE);
        try (HeldFile _ = HeldFile.of(share.resolve("far.qcow2"))) {
            List<FutureTask<List<Long>>> lists = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                FutureTask<List<Long>> list = new FutureTask<>(this::sizes);
                Thread.ofVirtual().start(list);
                lists.add(list);
            }
            for (FutureTask<List<Long>> list : lists) {
                assertThat(list.get()).containsExactly(0L, SIZE);
            }
        }
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(sizes()).containsExactly(SIZE, SIZE));
    }
}
