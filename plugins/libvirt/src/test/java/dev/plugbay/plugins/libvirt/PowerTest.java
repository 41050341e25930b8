package dev.plugbay.plugins.libvirt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmPower.StopMode;
import dev.plugbay.testkit.PrivateLibvirtd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Starting and stopping real machines, and one of libvirt's test driver, which shuts down when it is asked to. */
class PowerTest {
    private static final String OBEDIENT = "6695eb01-f6a4-8304-79aa-97f2502e193f";

    private static PrivateLibvirtd libvirtd;
    private static LibvirtFixture libvirt;

    @BeforeAll
    static void machines() {
        libvirtd = PrivateLibvirtd.start();
        libvirt = LibvirtFixture.of(libvirtd.uri(), "shutdownTimeout", "2s");
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

    private static String machine(int number) {
        libvirtd.define(Domains.small("m" + number, number, ""));
        return Domains.id(number);
    }

    private static PowerState state(String id) {
        return libvirt.provider.get(id).orElseThrow().powerState();
    }

    private static PluginException failure(Runnable work) {
        PluginException failure = catchThrowableOfType(PluginException.class, work::run);
        assertThat(failure).isNotNull();
        return failure;
    }

    @Test
    void start_and_hard_stop_do_what_they_say_and_nothing_when_it_is_so_already() {
        String id = machine(1);
        libvirt.power.start(id);
        assertThat(state(id)).isEqualTo(PowerState.RUNNING);
        String running = libvirtd.virsh("domid", "m1");
        libvirt.power.start(id);
        assertThat(libvirtd.virsh("domid", "m1")).isEqualTo(running);
        libvirt.power.stop(id, StopMode.HARD);
        assertThat(state(id)).isEqualTo(PowerState.STOPPED);
        libvirt.power.stop(id, StopMode.HARD);
        libvirt.power.stop(id, StopMode.GRACEFUL);
        assertThat(state(id)).isEqualTo(PowerState.STOPPED);
    }

    @Test
    void start_resumes_what_is_paused_and_what_was_saved() {
        String id = machine(2);
        libvirt.power.start(id);
        libvirtd.virsh("suspend", "m2");
        libvirt.power.start(id);
        assertThat(state(id)).isEqualTo(PowerState.RUNNING);
        libvirtd.virsh("managedsave", "m2");
        assertThat(state(id)).isEqualTo(PowerState.SUSPENDED);
        libvirt.power.stop(id, StopMode.HARD);
        assertThat(state(id)).isEqualTo(PowerState.SUSPENDED);
        libvirt.power.start(id);
        assertThat(state(id)).isEqualTo(PowerState.RUNNING);
        libvirt.power.stop(id, StopMode.HARD);
    }

    @Test
    void a_guest_that_does_not_shut_down_is_left_running_and_said_to_be() {
        String id = machine(3);
        libvirt.power.start(id);
        PluginException failure = failure(() -> libvirt.power.stop(id, StopMode.GRACEFUL));
        assertThat(failure.code()).isEqualTo(ErrorCode.CALL_TIMEOUT);
        assertThat(failure).hasMessageContaining("within 2 s").hasMessageContaining("stop it hard");
        assertThat(state(id)).isEqualTo(PowerState.RUNNING);
        libvirt.power.stop(id, StopMode.HARD);
    }

    @Test
    void a_guest_that_shuts_down_is_off_when_a_graceful_stop_returns() {
        try (LibvirtFixture test = LibvirtFixture.of("test:///default")) {
            test.power.stop(OBEDIENT, StopMode.GRACEFUL);
            assertThat(test.provider.get(OBEDIENT).orElseThrow().powerState()).isEqualTo(PowerState.STOPPED);
            test.power.start(OBEDIENT);
            assertThat(test.provider.get(OBEDIENT).orElseThrow().powerState()).isEqualTo(PowerState.RUNNING);
        }
    }

    @Test
    void a_machine_that_is_defined_nowhere_is_gone_once_it_is_stopped() {
        libvirtd.create(Domains.small("passing", 4, ""));
        assertThat(libvirt.provider.get(Domains.id(4)).orElseThrow().metadata()).containsEntry("persistent", "false");
        libvirt.power.stop(Domains.id(4), StopMode.HARD);
        assertThat(libvirt.provider.get(Domains.id(4))).isEmpty();
    }

    @Test
    void what_is_not_there_is_not_found() {
        String nobody = Domains.id(99);
        assertThat(failure(() -> libvirt.power.start(nobody)).code()).isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(failure(() -> libvirt.power.stop(nobody, StopMode.HARD)).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(failure(() -> libvirt.power.stop(nobody, StopMode.GRACEFUL)).code())
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(failure(() -> libvirt.power.start("m1")).code()).isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void what_cannot_start_says_why() {
        libvirtd.define(Domains.small(
                "broken", 5, "<disk type='file'><source file='/nonexistent/x'/><target dev='vda'/></disk>"));
        PluginException failure = failure(() -> libvirt.power.start(Domains.id(5)));
        assertThat(failure).hasMessageContaining("/nonexistent/x");
        assertThat(failure.code()).isEqualTo(ErrorCode.CALL_FAILED);
    }
}
