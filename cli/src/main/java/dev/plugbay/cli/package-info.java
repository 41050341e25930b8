/** The {@code plugbay} command: everything it does, it does through the host's REST interface. */
@NullMarked
package dev.plugbay.cli;

import org.jspecify.annotations.NullMarked;
