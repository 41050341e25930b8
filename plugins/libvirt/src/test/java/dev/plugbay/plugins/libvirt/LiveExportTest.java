package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Exports of a guest that runs and writes. */
@Timeout(300)
class LiveExportTest {
    private static ExportLab lab;
    private static ExportLab.Guest guest;
    private static LibvirtFixture plugin;

    @TempDir
    Path temp;

    @BeforeAll
    static void start() throws Exception {
        lab = ExportLab.start();
        guest = lab.guest("writer").boot();
        plugin = lab.plugin();
    }

    @AfterAll
    static void stop() {
        if (plugin != null) {
            plugin.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @Test
    void both_disks_are_of_one_moment_although_the_guest_writes_on() throws Exception {
        ExportResult result = plugin.provider.export(guest.uuid(), ExportOptions.defaults(), temp, progress -> {});
        assertThat(result.consistency()).isEqualTo(Consistency.CRASH);
        assertThat(result.files()).hasSize(2);
        ExportLab.counters(temp.resolve("vda.raw"), temp.resolve("vdb.raw"));
        lab.assertNothingLeft(guest);
        guest.awaitWriting();
    }
}
