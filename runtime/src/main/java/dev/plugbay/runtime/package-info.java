/**
 * The embeddable host: finds plugins, loads each generation into a class loader of its own, calls it through handles, swaps
 * it without dropping a call, and says what became of the old one. Start at {@link dev.plugbay.runtime.Plugbay}.
 */
@NullMarked
package dev.plugbay.runtime;

import org.jspecify.annotations.NullMarked;
