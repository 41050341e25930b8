package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.Progress;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.runtime.Cancellation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The part of {@link VmProviderContract} about exports. */
public interface VmExportContract extends VmSamples {
    /** Files, sizes, hashes and the rest of the result. */
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    default void an_export_writes_what_its_result_says(@TempDir Path temp) throws IOException {
        ExportSpace space = new ExportSpace(temp);
        Object source = sourceState();
        VmInfo vm = provider().get(exportable()).orElseThrow();
        ExportResult result = provider()
                .export(
                        exportable(),
                        ExportOptions.builder().metadata(Map.of("ticket", "42")).build(),
                        space.folder(),
                        progress -> {});
        assertThat(result.vmId()).isEqualTo(vm.id());
        assertThat(result.vmName()).isEqualTo(vm.name());
        assertThat(provider().capabilities().exportFormats()).contains(result.format());
        assertThat(provider().capabilities().consistencies()).contains(result.consistency());
        assertThat(result.metadata()).containsEntry("ticket", "42");
        assertThat(result.logicalSize()).isPositive();
        assertThat(result.duration()).isPositive();
        assertThat(result.files()).isNotEmpty();
        for (ExportedFile file : result.files()) {
            Path path = space.folder().resolve(file.path());
            assertThat(path.toRealPath())
                    .as("a file of the export")
                    .startsWith(space.folder().toRealPath());
            assertThat(path).isRegularFile();
            assertThat(file.bytes()).as("bytes of %s", file.path()).isEqualTo(Files.size(path));
            assertThat(file.sha256()).as("SHA-256 of %s", file.path()).isEqualTo(ExportSpace.sha256(path));
        }
        assertThat(space.files())
                .as("files in the folder")
                .containsExactlyInAnyOrderElementsOf(result.files().stream()
                        .map(file -> space.folder().resolve(file.path()))
                        .toList());
        space.assertNothingElse();
        assertThat(sourceState()).as("the source").isEqualTo(source);
    }

    /** {@link Progress}. */
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    default void progress_never_goes_back_and_ends_at_100_percent(@TempDir Path temp) throws IOException {
        List<Progress> reports = Collections.synchronizedList(new ArrayList<>());
        provider().export(exportable(), ExportOptions.defaults(), new ExportSpace(temp).folder(), reports::add);
        assertThat(reports).extracting(Progress::percent).isSorted();
        assertThat(reports).extracting(Progress::bytesDone).isSorted();
        assertThat(reports.getLast().percent()).isEqualTo(100);
        assertThat(reports).as("reports on the way").anyMatch(report -> report.percent() > 0 && report.percent() < 100);
        assertThat(reports).allSatisfy(report -> {
            assertThat(report.phase()).isNotBlank();
            report.bytesTotal()
                    .ifPresent(total -> assertThat(report.bytesDone()).isBetween(0L, total));
        });
    }

    /** Cancelling on the way. */
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    default void a_cancel_in_the_middle_leaves_nothing(@TempDir Path temp) throws IOException {
        ExportSpace space = new ExportSpace(temp);
        Object source = sourceState();
        Cancellation cancellation = new Cancellation();
        Failures.assertCode(
                () -> call(
                        cancellation,
                        () -> provider().export(exportable(), ExportOptions.defaults(), space.folder(), progress -> {
                            if (progress.percent() > 0) {
                                assertThat(cancellation.cancelled() || progress.percent() < 100)
                                        .as("progress is reported before the end")
                                        .isTrue();
                                cancellation.cancel();
                            }
                        })),
                ErrorCode.CALL_CANCELLED);
        assertThat(space.files()).as("files in the folder after a cancel").isEmpty();
        space.assertNothingElse();
        assertThat(sourceState()).as("the source").isEqualTo(source);
    }

    /** Cancelling before the beginning. */
    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    default void a_cancelled_call_does_not_begin(@TempDir Path temp) throws IOException {
        ExportSpace space = new ExportSpace(temp);
        Cancellation cancellation = new Cancellation();
        cancellation.cancel();
        Failures.assertCode(
                () -> call(
                        cancellation,
                        () -> provider()
                                .export(exportable(), ExportOptions.defaults(), space.folder(), progress -> {})),
                ErrorCode.CALL_CANCELLED);
        assertThat(space.files()).isEmpty();
    }

    /** Exports of what is not there. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "nobody",
                "no/body",
                "no body",
                "%2e%2e",
                "..",
                "../nobody",
                "/etc/passwd",
                "no\\body",
                "no\0body"
            })
    default void an_export_of_an_unknown_id_is_not_found(String id, @TempDir Path temp) throws IOException {
        if (!ids().contains(id)) {
            ExportSpace space = new ExportSpace(temp);
            Failures.assertCode(
                    () -> provider().export(id, ExportOptions.defaults(), space.folder(), progress -> {}),
                    ErrorCode.NOT_FOUND);
            assertThat(space.files()).isEmpty();
        }
    }

    /** Options that the capabilities do not offer. */
    @Test
    default void what_cannot_be_honoured_is_refused(@TempDir Path temp) throws IOException {
        ProviderCapabilities able = provider().capabilities();
        List<ExportOptions> refused = new ArrayList<>();
        refused.add(ExportOptions.builder().format("no-such-format").build());
        refused.add(ExportOptions.builder().disks(List.of("no-such-disk")).build());
        for (Compression compression : Compression.values()) {
            if (compression != Compression.NONE && !able.compressions().contains(compression)) {
                refused.add(ExportOptions.builder().compression(compression).build());
            }
        }
        for (Consistency consistency : Consistency.values()) {
            // What is better than what was asked for honours it.
            if (able.consistencies().stream().noneMatch(offered -> offered.compareTo(consistency) >= 0)) {
                refused.add(ExportOptions.builder().consistency(consistency).build());
            }
        }
        if (!able.snapshots()) {
            refused.add(ExportOptions.builder().snapshots(true).build());
        }
        ExportSpace space = new ExportSpace(temp);
        for (ExportOptions options : refused) {
            Failures.assertCode(
                    () -> provider().export(exportable(), options, space.folder(), progress -> {}),
                    options.disks().isEmpty()
                            ? new ErrorCode[] {ErrorCode.UNSUPPORTED}
                            : new ErrorCode[] {ErrorCode.UNSUPPORTED, ErrorCode.NOT_FOUND});
            assertThat(space.files()).as("files after a refusal of %s", options).isEmpty();
        }
    }
}
