package dev.plugbay.daemon;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaException;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import com.networknt.schema.walk.WalkConfig;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.ConfigValidator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Checks configurations against JSON Schema 2020-12, all of it, and fills in defaults at every depth. A {@code $ref} is followed inside the
 * schema only; nothing is ever fetched. Messages name the place and the rule, never the value, which may be a secret.
 */
final class SchemaValidator implements ConfigValidator {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Redactor redactor;
    private final JsonMapper mapper = new JsonMapper();
    private final SchemaRegistry registry = SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_2020_12,
            builder -> builder.schemaCacheEnabled(false)
                    .schemaLoader(loader -> loader.fetchRemoteResources(false))
                    .schemaRegistryConfig(SchemaRegistryConfig.builder()
                            .pathType(PathType.JSON_POINTER)
                            .locale(Locale.ROOT)
                            .build()));
    private final WalkConfig defaults = WalkConfig.builder()
            .applyDefaultsStrategy(strategy -> strategy.applyPropertyDefaults(true)
                    .applyPropertyDefaultsIfNull(false)
                    .applyArrayDefaults(true))
            .build();

    /** A validator that tells {@code redactor} of the secrets that it sees. */
    SchemaValidator(Redactor redactor) {
        this.redactor = redactor;
    }

    @Override
    public void checkSchema(Map<String, Object> schema) {
        JsonNode node = mapper.valueToTree(schema);
        Schema meta = registry.getSchema(
                com.networknt.schema.SchemaLocation.of(com.networknt.schema.dialect.DialectId.DRAFT_2020_12));
        List<Error> errors = meta.validate(node);
        if (!errors.isEmpty()) {
            throw invalidSchema(
                    pointer(errors.getFirst()) + " " + errors.getFirst().getMessage());
        }
        try {
            registry.getSchema(node).initializeValidators();
        } catch (SchemaException e) {
            throw invalidSchema(String.valueOf(e.getMessage()));
        }
    }

    @Override
    public Map<String, Object> validate(Map<String, Object> schema, Map<String, Object> config) {
        if (schema.isEmpty()) {
            return config;
        }
        redactor.add(Secrets.of(schema, config));
        JsonNode tree = mapper.valueToTree(config);
        List<Error> errors;
        try {
            Schema compiled = registry.getSchema(mapper.<JsonNode>valueToTree(schema));
            compiled.walk(tree, false, context -> context.setWalkConfig(defaults));
            errors = compiled.validate(tree);
        } catch (SchemaException e) {
            throw invalidSchema(String.valueOf(e.getMessage()));
        }
        if (errors.isEmpty()) {
            return mapper.convertValue(tree, OBJECT);
        }
        throw refusal(errors);
    }

    private static PlugbayException refusal(List<Error> errors) {
        List<Map<String, String>> all = errors.stream()
                .map(SchemaValidator::brokenRule)
                .distinct()
                .limit(20)
                .toList();
        Error first = errors.getFirst();
        String pointer = pointer(first);
        return PlugbayException.of(
                        ErrorCode.INVALID_CONFIG,
                        (pointer.isEmpty() ? "The configuration" : "The value at " + pointer) + " " + rule(first) + ".")
                .pointer(pointer)
                .remedy("Correct it; the plugin's schema says what is allowed.")
                .detail("errors", all)
                .build();
    }

    private static Map<String, String> brokenRule(Error error) {
        Map<String, String> broken = new LinkedHashMap<>();
        broken.put("pointer", pointer(error));
        broken.put("rule", rule(error));
        return broken;
    }

    /** The place of what is wrong; of a missing or unknown property, the property's own. */
    private static String pointer(Error error) {
        String at = String.valueOf(error.getInstanceLocation());
        String property = error.getProperty();
        boolean ofProperty = switch (error.getKeyword()) {
            case "required", "additionalProperties", "unevaluatedProperties", "dependentRequired" -> true;
            default -> false;
        };
        if (ofProperty && property != null) {
            return at + "/" + property.replace("~", "~0").replace("/", "~1");
        }
        return at;
    }

    /** The rule that is broken, from the schema alone. */
    private static String rule(Error error) {
        JsonNode wanted = error.getSchemaNode();
        String rule = wanted == null || wanted.isObject() ? "" : wanted.toString();
        return switch (error.getKeyword()) {
            case "required" -> "is missing";
            case "additionalProperties", "unevaluatedProperties" -> "is not known";
            case "type" -> "is not of the type " + rule;
            case "enum" -> "is none of " + rule;
            case "const" -> "is not " + rule;
            case "pattern" -> "does not match the pattern " + rule;
            case "format" -> "is not of the format " + rule;
            case "minimum", "exclusiveMinimum" -> "is smaller than allowed, " + rule;
            case "maximum", "exclusiveMaximum" -> "is larger than allowed, " + rule;
            case "minLength" -> "has fewer characters than " + rule;
            case "maxLength" -> "has more characters than " + rule;
            case "minItems" -> "has fewer items than " + rule;
            case "maxItems" -> "has more items than " + rule;
            default -> "breaks the rule \"" + error.getKeyword() + "\"";
        };
    }

    private static PlugbayException invalidSchema(String why) {
        return PlugbayException.of(ErrorCode.INVALID_MANIFEST, "The plugin's configSchema is not usable: " + why)
                .pointer("/configSchema")
                .remedy(
                        "The plugin's author has to correct it; it is JSON Schema 2020-12, without references to other documents.")
                .build();
    }
}
