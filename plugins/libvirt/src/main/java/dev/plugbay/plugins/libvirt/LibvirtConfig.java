package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ConfigValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * The configuration.
 *
 * @param uri which libvirt
 * @param library where its library is
 * @param callTimeout how long one request to it may take
 * @param shutdownTimeout how long a guest may take to shut down
 * @param scratch where exports keep sockets and scratch files
 * @param qemuImg the program that converts
 */
record LibvirtConfig(
        @ConfigValue(
                description = "The libvirt connection, such as qemu:///system or test:///default.",
                defaultValue = "qemu:///system",
                min = 1)
        String uri,

        @ConfigValue(description = "The name or path of libvirt's library.", defaultValue = "libvirt.so.0", min = 1)
        String library,

        @ConfigValue(description = "How long libvirt may take to answer one request.", defaultValue = "15s")
        Duration callTimeout,

        @ConfigValue(description = "How long a guest may take to shut down when it is asked to.", defaultValue = "2m")
        Duration shutdownTimeout,

        @ConfigValue(
                description =
                        "Where exports keep sockets, and what running guests overwrite meanwhile. QEMU's user must be able to enter it.",
                defaultValue = "/var/tmp")
        Path scratch,

        @ConfigValue(
                description =
                        "The qemu-img program, needed for qcow2, with qemu-nbd beside it, needed for machines that are off; looked for in PATH when it is not set.")
        Optional<Path> qemuImg) {
    /** The same for another libvirt. */
    LibvirtConfig with(String other) {
        return new LibvirtConfig(other, library, callTimeout, shutdownTimeout, scratch, qemuImg);
    }
}
