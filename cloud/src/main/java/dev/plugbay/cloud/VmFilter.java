package dev.plugbay.cloud;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which machines are wanted; every field that is set must match, so the empty filter matches all.
 *
 * @param name the name, regardless of case, with {@code *} and {@code ?} as wildcards
 * @param powerStates any of these; empty for all
 * @param location the location, exactly
 * @param type the type, exactly
 * @param guestOs a part of the guest's operating system, regardless of case
 * @param ipAddress one of its addresses, exactly
 * @param tags tags that it must have, with these values; an empty value matches any
 */
public record VmFilter(
        Optional<String> name,
        Set<PowerState> powerStates,
        Optional<String> location,
        Optional<String> type,
        Optional<String> guestOs,
        Optional<String> ipAddress,
        Map<String, String> tags) {
    /** Copies collections. */
    public VmFilter {
        powerStates = Set.copyOf(powerStates);
        tags = Map.copyOf(tags);
    }

    /** All machines. */
    public static VmFilter all() {
        return builder().build();
    }

    /** Whether a machine matches; for providers whose source cannot filter. */
    public boolean matches(VmInfo vm) {
        return VmMatcher.matches(this, vm);
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.name = name;
        builder.powerStates = powerStates;
        builder.location = location;
        builder.type = type;
        builder.guestOs = guestOs;
        builder.ipAddress = ipAddress;
        builder.tags = tags;
        return builder;
    }

    /** Builds a {@link VmFilter}. */
    public static final class Builder {
        private Optional<String> name = Optional.empty();
        private Set<PowerState> powerStates = Set.of();
        private Optional<String> location = Optional.empty();
        private Optional<String> type = Optional.empty();
        private Optional<String> guestOs = Optional.empty();
        private Optional<String> ipAddress = Optional.empty();
        private Map<String, String> tags = Map.of();

        private Builder() {}

        /** Sets the name, regardless of case, with {@code *} and {@code ?} as wildcards. */
        public Builder name(String name) {
            this.name = Optional.of(name);
            return this;
        }

        /** Sets any of these; empty for all. */
        public Builder powerStates(Set<PowerState> powerStates) {
            this.powerStates = powerStates;
            return this;
        }

        /** Sets the location, exactly. */
        public Builder location(String location) {
            this.location = Optional.of(location);
            return this;
        }

        /** Sets the type, exactly. */
        public Builder type(String type) {
            this.type = Optional.of(type);
            return this;
        }

        /** Sets a part of the guest's operating system, regardless of case. */
        public Builder guestOs(String guestOs) {
            this.guestOs = Optional.of(guestOs);
            return this;
        }

        /** Sets one of its addresses, exactly. */
        public Builder ipAddress(String ipAddress) {
            this.ipAddress = Optional.of(ipAddress);
            return this;
        }

        /** Sets tags that it must have, with these values; an empty value matches any. */
        public Builder tags(Map<String, String> tags) {
            this.tags = tags;
            return this;
        }

        /** The VmFilter. */
        public VmFilter build() {
            return new VmFilter(name, powerStates, location, type, guestOs, ipAddress, tags);
        }
    }
}
