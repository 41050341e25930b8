/** A folder of disk images as virtual machines. */
@NullMarked
package dev.plugbay.plugins.images;

import org.jspecify.annotations.NullMarked;
