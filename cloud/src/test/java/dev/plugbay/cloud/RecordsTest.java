package dev.plugbay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecordsTest {
    /** One of each record, with no component at its default. */
    static Stream<Record> full() {
        VmDisk disk = VmDisk.builder("d0")
                .name("root")
                .capacityBytes(10)
                .allocatedBytes(5)
                .format("raw")
                .bus("virtio")
                .bootOrder(1)
                .build();
        VmNic nic = VmNic.builder("n0")
                .mac("52:54:00:00:00:01")
                .network("lan")
                .model("virtio")
                .ipAddresses(List.of("192.0.2.1"))
                .build();
        VmInfo vm = VmInfo.builder("id", "name")
                .provider("p")
                .powerState(PowerState.RUNNING)
                .state("up")
                .location("here")
                .type("small")
                .guestOs("Debian")
                .firmware("uefi")
                .memoryMiB(512)
                .cpus(2)
                .disks(List.of(disk))
                .nics(List.of(nic))
                .ipAddresses(List.of("192.0.2.1"))
                .tags(Map.of("a", "b"))
                .metadata(Map.of("c", "d"))
                .launchedAt(Instant.EPOCH)
                .createdAt(Instant.EPOCH)
                .updatedAt(Instant.EPOCH)
                .build();
        ExportedFile file = ExportedFile.builder(Path.of("disk.raw"), 10, "00").build();
        return Stream.of(
                disk,
                nic,
                vm,
                file,
                VmPage.builder(List.of(vm)).next("more").build(),
                VmFilter.builder()
                        .name("n")
                        .powerStates(Set.of(PowerState.PAUSED))
                        .location("l")
                        .type("t")
                        .guestOs("g")
                        .ipAddress("i")
                        .tags(Map.of("a", ""))
                        .build(),
                Page.builder().limit(7).cursor("c").build(),
                Progress.builder("copying", 50)
                        .bytesDone(5)
                        .bytesTotal(10)
                        .message("m")
                        .build(),
                ProviderCapabilities.builder()
                        .exportFormats(List.of("raw"))
                        .compressions(Set.of(Compression.GZIP))
                        .consistencies(Set.of(Consistency.FILESYSTEM))
                        .liveExport(true)
                        .power(true)
                        .snapshots(true)
                        .build(),
                Validation.builder(true).messages(List.of("m")).build(),
                ExportOptions.builder()
                        .format("raw")
                        .compression(Compression.GZIP)
                        .compressionLevel(3)
                        .disks(List.of("d0"))
                        .consistency(Consistency.FILESYSTEM)
                        .snapshots(true)
                        .removeCdrom(true)
                        .metadata(Map.of("a", "b"))
                        .build(),
                ExportResult.builder("id", "name", "raw")
                        .provider("p")
                        .files(List.of(file))
                        .logicalSize(10)
                        .consistency(Consistency.FILESYSTEM)
                        .duration(Duration.ofSeconds(1))
                        .metadata(Map.of("a", "b"))
                        .build());
    }

    @ParameterizedTest
    @MethodSource("full")
    void to_builder_and_back_loses_nothing(Record record) throws Exception {
        Object builder = record.getClass().getMethod("toBuilder").invoke(record);
        Object copy = builder.getClass().getMethod("build").invoke(builder);
        assertThat(copy).isEqualTo(record).isNotSameAs(record);
        assertThat(copy).hasSameHashCodeAs(record).hasToString(record.toString());
    }

    @ParameterizedTest
    @MethodSource("full")
    void the_sample_sets_every_component(Record record) throws Exception {
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            assertThat(component.getAccessor().invoke(record))
                    .as(component.getName())
                    .isNotIn(
                            "",
                            0L,
                            0,
                            false,
                            Optional.empty(),
                            OptionalInt.empty(),
                            OptionalLong.empty(),
                            List.of(),
                            Map.of(),
                            Set.of(),
                            Duration.ZERO);
        }
    }

    @Test
    void collections_are_copied() {
        List<String> addresses = new ArrayList<>(List.of("192.0.2.1"));
        Map<String, String> tags = new HashMap<>(Map.of("a", "b"));
        VmInfo vm =
                VmInfo.builder("id", "name").ipAddresses(addresses).tags(tags).build();
        addresses.clear();
        tags.clear();
        assertThat(vm.ipAddresses()).containsExactly("192.0.2.1");
        assertThat(vm.tags()).containsEntry("a", "b");
        assertThat(vm.disks()).isUnmodifiable();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, 1001, Integer.MAX_VALUE, Integer.MIN_VALUE})
    void a_page_has_1_to_1000_items(int limit) {
        assertThatIllegalArgumentException().isThrownBy(() -> Page.first(limit)).withMessageContaining("1 to 1000");
        assertThat(Page.first(1).limit()).isEqualTo(1);
        assertThat(Page.first(1000).after("x")).isEqualTo(new Page(1000, Optional.of("x")));
        assertThat(Page.first()).isEqualTo(new Page(100, Optional.empty()));
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 100.1, Double.NaN, Double.POSITIVE_INFINITY})
    void percent_is_0_to_100(double percent) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Progress.builder("x", percent).build());
    }

    @Test
    void percent_follows_from_bytes() {
        assertThat(Progress.bytes("copying", 1, 4).percent()).isEqualTo(25);
        assertThat(Progress.bytes("copying", 9, 4).percent()).isEqualTo(100);
        assertThat(Progress.bytes("copying", 0, 0).percent()).isEqualTo(100);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 23, -5})
    void a_compression_level_is_1_to_22(int level) {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> ExportOptions.builder().compressionLevel(level).build());
    }

    @Test
    void a_disk_without_a_name_is_called_by_its_id() {
        assertThat(VmDisk.builder("d0").build().name()).isEqualTo("d0");
    }
}
