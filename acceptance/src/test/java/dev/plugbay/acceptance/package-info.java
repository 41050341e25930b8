/** Tests of the whole product, from the user's commands down. */
@NullMarked
package dev.plugbay.acceptance;

import org.jspecify.annotations.NullMarked;
