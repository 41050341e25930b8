/** For tests of plugins: contracts of extension points, and a context without a host. */
@NullMarked
package dev.plugbay.testkit;

import org.jspecify.annotations.NullMarked;
