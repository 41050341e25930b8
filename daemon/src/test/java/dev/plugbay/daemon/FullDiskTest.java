package dev.plugbay.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullDiskTest {
    @TempDir
    private Path folder;

    @Test
    void a_full_disk_fails_the_export_with_its_code_and_leaves_nothing() {
        Path small = folder.resolve("small");
        try (SmallDisk _ = SmallDisk.of(small, 8);
                Lab lab = Lab.open(folder)) {
            assertThat(lab.failed(lab.export(small, "fill"))).isEqualTo("InsufficientStorage");
            assertThat(Lab.names(small)).isEmpty();
            lab.succeeded(lab.export(small, "good"));
        }
    }
}
