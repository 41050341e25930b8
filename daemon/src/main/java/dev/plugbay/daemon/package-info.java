/** The ready-made host: home folder, configuration file, database, REST, events and jobs. Starts in {@link dev.plugbay.daemon.Main}. */
@NullMarked
package dev.plugbay.daemon;

import org.jspecify.annotations.NullMarked;
