package dev.plugbay.cloud;

import java.util.List;

/**
 * Whether a provider can be used.
 *
 * @param ok whether it can
 * @param messages why not, or what to know
 */
public record Validation(boolean ok, List<String> messages) {
    /** Copies collections. */
    public Validation {
        messages = List.copyOf(messages);
    }

    /** It can be used. */
    public static Validation passed(String... messages) {
        return builder(true).messages(List.of(messages)).build();
    }

    /** It cannot. */
    public static Validation failed(String... messages) {
        return builder(false).messages(List.of(messages)).build();
    }

    /** A builder with what is required. */
    public static Builder builder(boolean ok) {
        return new Builder(ok);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(ok);
        builder.messages = messages;
        return builder;
    }

    /** Builds a {@link Validation}. */
    public static final class Builder {
        private final boolean ok;
        private List<String> messages = List.of();

        private Builder(boolean ok) {
            this.ok = ok;
        }

        /** Sets why not, or what to know. */
        public Builder messages(List<String> messages) {
            this.messages = messages;
            return this;
        }

        /** The Validation. */
        public Validation build() {
            return new Validation(ok, messages);
        }
    }
}
