package dev.plugbay.runtime;

import java.util.Map;

/** Knows the part of JSON Schema (2020-12) that the annotation processor writes, and a little more; anything else is refused by name. */
final class BasicConfigValidator implements ConfigValidator {
    @Override
    public void checkSchema(Map<String, Object> schema) {
        SchemaCheck.check(schema, ConfigPlace.ROOT);
    }

    @Override
    public Map<String, Object> validate(Map<String, Object> schema, Map<String, Object> config) {
        return ConfigCheck.filled(schema, config, ConfigPlace.ROOT) instanceof Map<?, ?> filled
                ? Trees.copy(Trees.object(filled))
                : config;
    }
}
