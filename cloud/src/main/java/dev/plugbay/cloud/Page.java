package dev.plugbay.cloud;

import java.util.Optional;

/**
 * Which part of a list is wanted.
 *
 * @param limit how many items at most, 1 to 1000
 * @param cursor where to go on: {@link VmPage#next()} of the page before
 */
public record Page(int limit, Optional<String> cursor) {
    /** Copies collections and checks ranges. */
    public Page {
        if (limit < 1 || limit > 1000) {
            throw new IllegalArgumentException("limit must be 1 to 1000, not " + limit);
        }
    }

    /** The first 100 items. */
    public static Page first() {
        return builder().build();
    }

    /** The first items. */
    public static Page first(int limit) {
        return builder().limit(limit).build();
    }

    /** The items after a cursor. */
    public Page after(String next) {
        return toBuilder().cursor(next).build();
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.limit = limit;
        builder.cursor = cursor;
        return builder;
    }

    /** Builds a {@link Page}. */
    public static final class Builder {
        private int limit = 100;
        private Optional<String> cursor = Optional.empty();

        private Builder() {}

        /** Sets how many items at most, 1 to 1000. */
        public Builder limit(int limit) {
            this.limit = limit;
            return this;
        }

        /** Sets where to go on: {@link VmPage#next()} of the page before. */
        public Builder cursor(String cursor) {
            this.cursor = Optional.of(cursor);
            return this;
        }

        /** The Page. */
        public Page build() {
            return new Page(limit, cursor);
        }
    }
}
