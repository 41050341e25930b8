package dev.plugbay.runtime;

import java.util.Map;

final class BasicConfigValidator implements ConfigValidator {
    @Override
    public void checkSchema(Map<String, Object> schema) {}

    @Override
    public Map<String, Object> validate(Map<String, Object> schema, Map<String, Object> config) {
        return config;
    }
}
