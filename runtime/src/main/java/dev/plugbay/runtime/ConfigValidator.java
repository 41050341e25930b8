package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import java.util.Map;

/** Checks configurations against JSON Schemas. The daemon brings a complete one; the runtime's own knows what the processor writes. */
public interface ConfigValidator {
    /**
     * Checks a schema.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_MANIFEST} when it is none, or uses what this validator does not know
     */
    void checkSchema(Map<String, Object> schema);

    /**
     * Checks a configuration and fills in defaults, nested ones too.
     *
     * @return the configuration with defaults
     * @throws PlugbayException {@link ErrorCode#INVALID_CONFIG} with the pointer of the first value that is wrong or missing; the value itself is not shown
     */
    Map<String, Object> validate(Map<String, Object> schema, Map<String, Object> config);
}
