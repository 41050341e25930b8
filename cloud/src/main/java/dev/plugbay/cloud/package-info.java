/** Extension points for infrastructure: what provider plugins implement and hosts call. */
@NullMarked
package dev.plugbay.cloud;

import org.jspecify.annotations.NullMarked;
