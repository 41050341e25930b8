package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Extension;
import dev.plugbay.api.PluginException;
import dev.plugbay.api.Registration;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmPower;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Starts and stops domains. A graceful stop returns when the machine is off: it presses the power button (ACPI), again every few seconds for a guest that does not listen yet, and gives up after
 * {@code shutdownTimeout} or at the call's deadline; then the machine runs on.
 */
@Extension
public final class LibvirtPower implements VmPower {
    /** Starting one loads its memory, and stopping it waits for writes: they may take longer than questions. */
    private static final Duration SWITCHING = Duration.ofMinutes(2);

    private static final Duration LOOK = Duration.ofMillis(250);
    private static final Duration PRESS_AGAIN = Duration.ofSeconds(10);

    private final LibvirtPlugin plugin;

    LibvirtPower(LibvirtPlugin plugin) {
        this.plugin = plugin;
    }

    @Override
    public void start(String id) {
        switchTo(plugin.lines().machines(), id, "start the machine", false, domain -> {
            DomainState state = domain.state();
            if (state.sleeps()) {
                domain.wake();
            } else if (state.power() == PowerState.PAUSED) {
                domain.resume();
            } else if (state.off()) {
                domain.create();
            }
        });
    }

    @Override
    public void stop(String id, StopMode mode) {
        if (mode == StopMode.HARD) {
            switchTo(plugin.lines().libvirt(), id, "stop the machine", true, domain -> {
                if (!domain.state().off()) {
                    domain.destroy();
                }
            });
        } else {
            shutdown(id);
        }
    }

    private void shutdown(String id) {
        switchTo(plugin.lines().libvirt(), id, "stop the machine", true, domain -> {}); // fails where there is none
        CallContext call = CallContext.current();
        Duration limit = plugin.shutdownTimeout();
        long begin = System.nanoTime();
        long pressed = begin - PRESS_AGAIN.toNanos();
        while (!plugin.lines()
                .libvirt()
                .ask("tell a machine's state", plugin.callTimeout(), session -> isOff(session, id))) {
            long now = System.nanoTime();
            if (now - begin >= limit.toNanos() || call.cancelled()) {
                call.throwIfCancelled();
                throw new PluginException(
                        ErrorCode.CALL_TIMEOUT,
                        "the guest did not shut down within " + limit.toSeconds()
                                + " s and runs on: it may not answer the power button; stop it hard to take its power away",
                        true);
            }
            if (now - pressed >= PRESS_AGAIN.toNanos()) {
                pressed = now;
                switchTo(plugin.lines().machines(), id, "ask the machine to shut down", true, domain -> {
                    if (!domain.state().off()) {
                        domain.shutdown();
                    }
                });
            }
            pause(call);
        }
    }

    private static boolean isOff(Session session, String id) {
        // One that was defined nowhere is gone when it is off.
        return session.find(id).map(domain -> domain.state().off()).orElse(true);
    }

    /** Waits a little, less when the call is cancelled. */
    private static void pause(CallContext call) {
        CountDownLatch cancelled = new CountDownLatch(1);
        try (Registration _ = call.onCancel(cancelled::countDown)) {
            boolean ignored = cancelled.await(LOOK.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            call.throwIfCancelled();
            throw new PluginException(ErrorCode.CALL_CANCELLED, "the call was interrupted");
        }
    }

    /** Somebody else may switch it at the same time: what libvirt then refuses is all right when the machine is as it was wanted. */
    private static void switchTo(Requests requests, String id, String what, boolean off, Consumer<Domain> change) {
        Boolean done = requests.ask(what, SWITCHING, session -> {
            Domain domain = session.find(id)
                    .orElseThrow(() ->
                            new PluginException(ErrorCode.NOT_FOUND, "there is no machine with the id \"" + id + "\""));
            try {
                change.accept(domain);
            } catch (PluginException e) {
                if (e.code() != ErrorCode.CONFLICT || isOff(session, id) != off) {
                    throw e;
                }
            }
            return true;
        });
        assert done;
    }
}
