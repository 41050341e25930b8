@NullMarked
package dev.plugbay.cloud;

import org.jspecify.annotations.NullMarked;
