package dev.plugbay.cloud;

import java.util.List;
import java.util.Optional;

/**
 * A part of a list of machines.
 *
 * @param items the machines, ordered by id
 * @param next the cursor of the next page; absent at the end
 */
public record VmPage(List<VmInfo> items, Optional<String> next) {
    /** Copies collections. */
    public VmPage {
        items = List.copyOf(items);
    }

    /** The last page. */
    public static VmPage last(List<VmInfo> items) {
        return builder(items).build();
    }

    /** A builder with what is required. */
    public static Builder builder(List<VmInfo> items) {
        return new Builder(items);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(items);
        builder.next = next;
        return builder;
    }

    /** Builds a {@link VmPage}. */
    public static final class Builder {
        private final List<VmInfo> items;
        private Optional<String> next = Optional.empty();

        private Builder(List<VmInfo> items) {
            this.items = items;
        }

        /** Sets the cursor of the next page; absent at the end. */
        public Builder next(String next) {
            this.next = Optional.of(next);
            return this;
        }

        /** The VmPage. */
        public VmPage build() {
            return new VmPage(items, next);
        }
    }
}
