package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.ConfigValue;
import java.time.Duration;

/**
 * The configuration.
 *
 * @param uri which libvirt
 * @param library where its library is
 * @param callTimeout how long one request to it may take
 * @param shutdownTimeout how long a guest may take to shut down
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
        Duration shutdownTimeout) {}
