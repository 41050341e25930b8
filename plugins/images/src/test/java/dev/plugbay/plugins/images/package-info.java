@NullMarked
package dev.plugbay.plugins.images;

import org.jspecify.annotations.NullMarked;
