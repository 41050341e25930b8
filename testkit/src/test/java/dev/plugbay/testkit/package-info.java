@NullMarked
package dev.plugbay.testkit;

import org.jspecify.annotations.NullMarked;
