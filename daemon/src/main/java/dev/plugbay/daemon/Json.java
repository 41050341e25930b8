package dev.plugbay.daemon;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.runtime.HostEvent;
import dev.plugbay.runtime.Problem;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/**
 * JSON as this host writes and reads it: absent values are left out, times are ISO-8601, records and maps become objects, problems
 * their document; duplicate keys and whatever follows a document are refused.
 */
final class Json {
    private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

    private final Redactor redactor;
    private final JsonMapper mapper;

    /** JSON whose problems, events and reasons of health show no secret that {@code redactor} knows. */
    Json(Redactor redactor) {
        this.redactor = redactor;
        mapper = JsonMapper.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .changeDefaultPropertyInclusion(value -> value.withValueInclusion(JsonInclude.Include.NON_ABSENT)
                        .withContentInclusion(JsonInclude.Include.NON_NULL))
                .addModule(new SimpleModule("plugbay")
                        .addSerializer(new PathSerializer())
                        .addSerializer(new CodeSerializer())
                        .addSerializer(new ProblemSerializer(redactor))
                        .addSerializer(new HealthSerializer(redactor))
                        .addSerializer(new EventSerializer(redactor)))
                .build();
    }

    /** A problem's document, with the status that HTTP has for it. */
    byte[] problem(Problem problem, int status) {
        return write(redactor.tree(Problems.document(problem, status)));
    }

    /** A value as JSON. */
    byte[] write(Object value) {
        return mapper.writeValueAsBytes(value);
    }

    /** A value as JSON text on one line. */
    String text(Object value) {
        return mapper.writeValueAsString(value);
    }

    /**
     * Reads a JSON object.
     *
     * @throws PlugbayException {@link ErrorCode#INVALID_REQUEST} with the position of what is wrong
     */
    Map<String, Object> object(byte[] bytes) {
        try {
            if (mapper.readTree(bytes).isObject()) {
                return mapper.readValue(bytes, OBJECT);
            }
        } catch (JacksonException e) {
            var at = e.getLocation();
            String where = at == null || at.getLineNr() < 1
                    ? ""
                    : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw PlugbayException.of(ErrorCode.INVALID_REQUEST, "The body is not JSON" + where + ".")
                    .remedy("Send one JSON object.")
                    .build();
        }
        throw PlugbayException.of(ErrorCode.INVALID_REQUEST, "The body is JSON, but not an object.")
                .remedy("Send one JSON object, in braces.")
                .build();
    }

    /** The value as maps, lists and plain values, as {@link #write} would write it. */
    Map<String, Object> tree(Object value) {
        return mapper.convertValue(value, OBJECT);
    }

    private static final class PathSerializer extends StdSerializer<Path> {
        PathSerializer() {
            super(Path.class);
        }

        @Override
        public void serialize(Path value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(value.toString());
        }
    }

    private static final class CodeSerializer extends StdSerializer<ErrorCode> {
        CodeSerializer() {
            super(ErrorCode.class);
        }

        @Override
        public void serialize(ErrorCode value, JsonGenerator generator, SerializationContext context) {
            generator.writeString(value.id());
        }
    }

    private static final class ProblemSerializer extends StdSerializer<Problem> {
        private final Redactor redactor;

        ProblemSerializer(Redactor redactor) {
            super(Problem.class);
            this.redactor = redactor;
        }

        @Override
        public void serialize(Problem value, JsonGenerator generator, SerializationContext context) {
            generator.writePOJO(redactor.tree(Problems.document(value)));
        }
    }

    private static final class EventSerializer extends StdSerializer<HostEvent> {
        private final Redactor redactor;

        EventSerializer(Redactor redactor) {
            super(HostEvent.class);
            this.redactor = redactor;
        }

        @Override
        public void serialize(HostEvent value, JsonGenerator generator, SerializationContext context) {
            generator.writeStartObject();
            generator.writeStringProperty("type", value.type());
            generator.writeStringProperty("at", value.at().toString());
            value.plugin().ifPresent(plugin -> generator.writeStringProperty("plugin", plugin));
            value.instance().ifPresent(instance -> generator.writeStringProperty("instance", instance));
            value.generation().ifPresent(number -> generator.writeNumberProperty("generation", number));
            generator.writePOJOProperty("data", redactor.tree(value.data()));
            generator.writeEndObject();
        }
    }

    private static final class HealthSerializer extends StdSerializer<Health> {
        private final Redactor redactor;

        HealthSerializer(Redactor redactor) {
            super(Health.class);
            this.redactor = redactor;
        }

        @Override
        public void serialize(Health value, JsonGenerator generator, SerializationContext context) {
            generator.writeStartObject();
            generator.writeStringProperty("level", value.level().name());
            generator.writeArrayPropertyStart("reasons");
            value.reasons().forEach(reason -> generator.writeString(redactor.redact(reason)));
            generator.writeEndArray();
            generator.writeEndObject();
        }
    }
}
