/** The machines of a libvirt connection, such as QEMU's. */
@NullMarked
package dev.plugbay.plugins.libvirt;

import org.jspecify.annotations.NullMarked;
