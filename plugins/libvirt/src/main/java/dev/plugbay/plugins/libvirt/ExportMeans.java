package dev.plugbay.plugins.libvirt;

import dev.plugbay.plugins.qemu.QemuImg;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What exports are done with.
 *
 * @param requests what libvirt is asked through
 * @param scratch where sockets and scratch files are
 * @param cleanUp what cannot be cancelled
 * @param qemuImg what converts
 * @param qemuNbd what reads the disks of machines that are off
 * @param patience how long an NBD server, or what converts, may be silent
 */
record ExportMeans(
        ExportRequests requests,
        Path scratch,
        ExportCleanUp cleanUp,
        Optional<QemuImg> qemuImg,
        Optional<Path> qemuNbd,
        Duration patience) {}
