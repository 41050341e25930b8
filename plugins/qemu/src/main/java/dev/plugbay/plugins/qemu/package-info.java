/** QEMU's tools, for the plugins that use them; each has these classes in its own jar. */
@NullMarked
package dev.plugbay.plugins.qemu;

import org.jspecify.annotations.NullMarked;
