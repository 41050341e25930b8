package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Puts in what a configuration refers to: {@code ${env:NAME}} and {@code ${file:/path}}, as a whole text or part of one. What is put in
 * is not looked at again; any other {@code ${...}} stays.
 */
final class References {
    private static final int MAX_BYTES = 64 * 1024;
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{(env|file):([^}]*)}");

    private final Function<String, @Nullable String> environment;

    private References(Function<String, @Nullable String> environment) {
        this.environment = environment;
    }

    static Map<String, Object> resolve(Map<String, Object> raw) {
        return resolve(raw, System::getenv);
    }

    static Map<String, Object> resolve(Map<String, Object> raw, Function<String, @Nullable String> environment) {
        return Trees.copy(new References(environment).object(raw, ConfigPlace.ROOT));
    }

    private Map<String, Object> object(Map<String, Object> map, ConfigPlace place) {
        Map<String, @Nullable Object> resolved = new LinkedHashMap<>();
        map.forEach((name, value) -> resolved.put(name, value(value, place.child(name))));
        return Trees.object(resolved);
    }

    private @Nullable Object value(@Nullable Object value, ConfigPlace place) {
        return switch (value) {
            case String text -> text(text, place);
            case Map<?, ?> map -> object(Trees.object(map), place);
            case List<?> list -> {
                List<@Nullable Object> resolved = new ArrayList<>();
                for (Object item : list) {
                    resolved.add(value(item, place.child(resolved.size())));
                }
                yield resolved;
            }
            case null, default -> value;
        };
    }

    private String text(String text, ConfigPlace place) {
        if (!text.contains("${")) {
            return text;
        }
        Matcher reference = REFERENCE.matcher(text);
        StringBuilder out = new StringBuilder();
        while (reference.find()) {
            String name = reference.group(2);
            String put = reference.group(1).equals("env") ? variable(name, place) : file(name, place);
            reference.appendReplacement(out, Matcher.quoteReplacement(put));
        }
        return reference.appendTail(out).toString();
    }

    private String variable(String name, ConfigPlace place) {
        String value = environment.apply(name);
        if (value == null) {
            throw place.invalid(
                    "refers to the environment variable " + Json.quoted(name) + ", which is not set.",
                    "Set the variable in the environment of the host, or change the reference.");
        }
        return value;
    }

    private static String file(String name, ConfigPlace place) {
        String shown = Json.quoted(name);
        try {
            Path path = Path.of(name);
            if (!path.isAbsolute()) {
                throw unreadable(place, shown, "is not an absolute path");
            }
            // A pipe or terminal would keep the host waiting.
            if (!Files.isRegularFile(path)) {
                throw unreadable(place, shown, Files.exists(path) ? "is not a file" : "does not exist");
            }
            byte[] bytes;
            try (InputStream in = Files.newInputStream(path)) {
                bytes = in.readNBytes(MAX_BYTES + 1);
            }
            if (bytes.length > MAX_BYTES) {
                throw unreadable(place, shown, "has more than 64 KiB");
            }
            return withoutLineEnd(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString());
        } catch (CharacterCodingException e) {
            throw unreadable(place, shown, "is not UTF-8 text");
        } catch (IOException e) {
            throw unreadable(place, shown, "cannot be read (" + e.getClass().getSimpleName() + ")");
        } catch (InvalidPathException e) {
            throw unreadable(place, shown, "is not a path");
        }
    }

    private static String withoutLineEnd(String text) {
        if (!text.endsWith("\n")) {
            return text;
        }
        return text.substring(0, text.length() - (text.endsWith("\r\n") ? 2 : 1));
    }

    private static PlugbayException unreadable(ConfigPlace place, String shown, String why) {
        return place.invalid(
                "refers to the file " + shown + ", which " + why + ".",
                "Let the reference name a text file of at most 64 KiB that the host may read, by its absolute path.");
    }
}
