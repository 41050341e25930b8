/** Extension points of the tests' own, as an embedder has them. */
@NullMarked
package dev.plugbay.example;

import org.jspecify.annotations.NullMarked;
