package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ProviderCapabilities;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks are read on this machine, so they have to be on it. */
class ExportPlaceTest {
    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {"qemu:///system", "qemu:///session", "qemu+unix:///system?socket=/run/x", "test:///default"})
    void connections_without_a_host_are_to_this_machine(String uri) {
        assertThat(ExportPlace.here(uri)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "qemu+ssh://far.example/system",
                "qemu+ssh:///system",
                "qemu://far.example/system",
                "qemu+unix://far.example/system",
                "qemu+tcp://127.0.0.1/system",
                "qemu+ext:///system?command=/bin/way",
                "esx://vcenter.example/?no_verify=1",
                "far",
                "far:away",
                "no uri at all"
            })
    void all_others_may_lead_elsewhere(String uri) {
        assertThat(ExportPlace.here(uri)).isFalse();
    }

    @Test
    void a_connection_to_elsewhere_offers_no_export_and_refuses_each_with_what_to_do() {
        try (LibvirtFixture far = LibvirtFixture.of("qemu+tcp://127.0.0.1:1/system")) {
            ProviderCapabilities able = far.provider.capabilities();
            assertThat(able.exportFormats()).isEmpty();
            assertThat(able.liveExport()).isFalse();
            assertThat(able.power()).isTrue();
            PluginException refused = catchThrowableOfType(
                    PluginException.class,
                    () -> far.provider.export(Domains.id(1), ExportOptions.defaults(), temp, progress -> {}));
            assertThat(refused.code()).isEqualTo(ErrorCode.UNSUPPORTED);
            assertThat(refused).hasMessageContaining("run a host where they are");
            assertThat(temp).isEmptyDirectory();
        }
    }
}
