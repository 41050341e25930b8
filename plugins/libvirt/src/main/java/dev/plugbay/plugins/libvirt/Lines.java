package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginContext;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/**
 * The two ways of asking libvirt: for what it knows itself, and for what a machine's QEMU or guest has to answer. A QEMU that hangs never answers, and libvirtd works on no more than five questions of a
 * connection; so each way has a connection of its own, and no machine that hangs keeps the list of all, or that machine's power from being taken away.
 *
 * <p>Only libvirtd's QEMU is asked over a second one: others do not need it, and with {@code test:} each connection may have machines of its own.
 *
 * <p>Shared by all calls; unchangeable.
 */
final class Lines {
    private final Connector connector;
    private final Connector second;
    private final Requests libvirt;
    private final Requests machines;

    Lines(LibvirtConfig config, PluginContext context, Logger log) {
        connector = new Connector(config.uri(), config.library(), context.threadFactory(), log);
        libvirt = new Requests(connector, context.executor());
        if (config.uri().startsWith("qemu")) {
            // What it would log, the first one says already.
            second = new Connector(config.uri(), config.library(), context.threadFactory(), NOPLogger.NOP_LOGGER);
            machines = new Requests(second, context.executor());
        } else {
            second = connector;
            machines = libvirt;
        }
    }

    /** Connects; waits a while for what comes of the first attempt. */
    void start(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        connector.start();
        if (second != connector) {
            second.start();
        }
        connector.awaitFirst(patience);
        second.awaitFirst(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
    }

    void stop() {
        connector.leave();
        second.leave();
        second.stop();
        connector.stop();
    }

    /** Whether libvirt is there, as far as is known without asking it. */
    boolean connected() {
        return connector.standing() instanceof Connector.Standing.Up;
    }

    /** Why machines cannot be asked though libvirt can, if so; another attempt is made soon. */
    Optional<String> silence() {
        if (second == connector || !second.overdue() || !(second.standing() instanceof Connector.Standing.Down down)) {
            return Optional.empty();
        }
        second.want();
        return Optional.of(
                "running machines can be listed, started and stopped, but not exported, for a second connection is needed: "
                        + down.reason());
    }

    /** Whose health is the plugin's, as long as it is not good. */
    Connector connector() {
        return connector;
    }

    /** Asks for what libvirt answers by itself, or does whatever the machine does. */
    Requests libvirt() {
        return libvirt;
    }

    /** Asks for what takes a machine's QEMU or guest to answer. */
    Requests machines() {
        return machines;
    }
}
