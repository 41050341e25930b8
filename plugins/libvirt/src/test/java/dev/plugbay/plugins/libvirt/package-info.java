@NullMarked
package dev.plugbay.plugins.libvirt;

import org.jspecify.annotations.NullMarked;
