/** Turns a plugin's annotations into its manifest while it is compiled, and every mistake into a compile error. */
@NullMarked
package dev.plugbay.processor;

import org.jspecify.annotations.NullMarked;
