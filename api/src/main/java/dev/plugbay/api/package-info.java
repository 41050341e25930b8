/** What a plugin compiles against: annotations, {@link dev.plugbay.api.Plugin}, {@link dev.plugbay.api.PluginContext} and failures. */
@NullMarked
package dev.plugbay.api;

import org.jspecify.annotations.NullMarked;
