package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;

/** What a call goes to: one generation of an instance. */
interface CallTarget {
    String plugin();

    String instance();

    int generation();

    String version();

    /** The generation's class loader; the context class loader of every call. */
    ClassLoader loader();

    Leases leases();

    /**
     * The plugin's own object.
     *
     * @throws PlugbayException {@link ErrorCode#NOT_FOUND} when this generation has no such extension
     */
    Object extension(String point, String name);
}
