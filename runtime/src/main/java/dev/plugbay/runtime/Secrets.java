package dev.plugbay.runtime;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Hides the values of a configuration that its schema calls {@code writeOnly}. */
final class Secrets {
    /** What is shown in place of a secret. */
    public static final String MASK = "********";

    private static final int SHORTEST = 4;

    private Secrets() {}

    /** The configuration with every secret masked, whether written out or a reference. */
    static Map<String, Object> mask(Map<String, Object> schema, Map<String, Object> config) {
        return Trees.copy(masked(SecretSchema.of(schema), config));
    }

    private static Map<String, Object> masked(SecretSchema schema, Map<String, Object> object) {
        Map<String, @Nullable Object> masked = new LinkedHashMap<>();
        object.forEach((name, value) -> masked.put(name, masked(schema.property(name), value)));
        return Trees.object(masked);
    }

    private static @Nullable Object masked(SecretSchema schema, @Nullable Object value) {
        if (value != null && schema.secret()) {
            return MASK;
        }
        return switch (value) {
            case Map<?, ?> map -> masked(schema, Trees.object(map));
            case List<?> list -> {
                List<@Nullable Object> masked = new ArrayList<>();
                for (Object item : list) {
                    masked.add(masked(schema.item(masked.size()), item));
                }
                yield masked;
            }
            case null, default -> value;
        };
    }

    /**
     * The configuration {@code next} with the secrets of {@code stored} where it has the mask. An item of a list is known again by what is
     * not secret of it, so that one put before it does not give it another's secret; else by its index, unless the list became shorter.
     *
     * @throws dev.plugbay.api.PlugbayException {@code InvalidConfig} with the pointer of a mask that stands for nothing stored
     */
    static Map<String, Object> unmask(
            Map<String, Object> schema, Map<String, Object> next, Map<String, Object> stored) {
        return Trees.copy(unmasked(SecretSchema.of(schema), next, stored, ConfigPlace.ROOT));
    }

    private static Map<String, Object> unmasked(
            SecretSchema schema, Map<String, Object> next, @Nullable Object stored, ConfigPlace place) {
        Map<?, ?> old = stored instanceof Map<?, ?> map ? map : Map.of();
        Map<String, @Nullable Object> unmasked = new LinkedHashMap<>();
        next.forEach((name, value) ->
                unmasked.put(name, unmasked(schema.property(name), value, old.get(name), place.child(name))));
        return Trees.object(unmasked);
    }

    private static @Nullable Object unmasked(
            SecretSchema schema, @Nullable Object next, @Nullable Object stored, ConfigPlace place) {
        if (MASK.equals(next) && schema.secret()) {
            if (stored == null) {
                throw place.invalid(
                        "is masked, but no secret is stored here that the mask could stand for.",
                        "Send the secret itself, or a reference such as ${env:NAME}.");
            }
            return stored;
        }
        return switch (next) {
            case Map<?, ?> map -> unmasked(schema, Trees.object(map), stored, place);
            case List<?> list -> {
                List<?> old = stored instanceof List<?> items ? items : List.of();
                List<@Nullable Object> unmasked = new ArrayList<>();
                for (Object item : list) {
                    int index = unmasked.size();
                    Object same = counterpart(schema, item, index, old, list.size() < old.size());
                    unmasked.add(unmasked(schema.item(index), item, same, place.child(index)));
                }
                yield unmasked;
            }
            case null, default -> next;
        };
    }

    private static @Nullable Object counterpart(
            SecretSchema schema, @Nullable Object item, int index, List<?> old, boolean shorter) {
        if (MASK.equals(item)) {
            return index < old.size() ? old.get(index) : null;
        }
        Object wanted = Numbers.comparable(item);
        List<Integer> order = new ArrayList<>();
        order.add(index);
        for (int i = 0; i < old.size(); i++) {
            order.add(i);
        }
        for (int i : order) {
            if (i < old.size()
                    && wanted != null
                    && wanted.equals(Numbers.comparable(masked(schema.item(i), old.get(i))))) {
                return old.get(i);
            }
        }
        return shorter || index >= old.size() ? null : old.get(index);
    }

    /** The texts in secrets, to be kept out of logs. */
    static Set<String> values(Map<String, Object> schema, Map<String, Object> config) {
        Set<String> texts = new LinkedHashSet<>();
        collect(SecretSchema.of(schema), config, false, texts);
        return Set.copyOf(texts);
    }

    /** A text without the secrets in it; those shorter than four characters occur everywhere by chance and are left alone. */
    static String hide(String text, Map<String, Object> schema, Map<String, Object> config) {
        String hidden = text;
        for (String secret : values(schema, config).stream()
                .filter(value -> value.length() >= SHORTEST)
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList()) {
            hidden = hidden.replace(secret, MASK);
        }
        return hidden;
    }

    private static void collect(SecretSchema schema, @Nullable Object value, boolean inSecret, Set<String> texts) {
        boolean secret = inSecret || schema.secret();
        switch (value) {
            case String text when secret && !text.isBlank() -> texts.add(text);
            case Map<?, ?> map ->
                Trees.object(map).forEach((name, item) -> collect(schema.property(name), item, secret, texts));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    collect(schema.item(i), list.get(i), secret, texts);
                }
            }
            case null, default -> {}
        }
    }
}
