package dev.plugbay.cloud;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A virtual machine.
 *
 * @param provider the instance that it comes from; hosts set it
 * @param id its id, unique within the provider
 * @param name its name; need not be unique
 * @param powerState whether it runs
 * @param state the provider's own word for its state
 * @param location where it is: a zone, a host, a folder
 * @param type its size or kind, in the provider's words
 * @param guestOs the guest's operating system
 * @param firmware {@code bios} or {@code uefi}
 * @param memoryMiB its memory in MiB
 * @param cpus its virtual processors
 * @param disks its disks
 * @param nics its network interfaces
 * @param ipAddresses its addresses
 * @param tags its tags
 * @param metadata further facts
 * @param launchedAt when it was last started
 * @param createdAt when it was made
 * @param updatedAt when it was last changed
 */
public record VmInfo(
        String provider,
        String id,
        String name,
        PowerState powerState,
        String state,
        Optional<String> location,
        Optional<String> type,
        Optional<String> guestOs,
        Optional<String> firmware,
        OptionalLong memoryMiB,
        OptionalInt cpus,
        List<VmDisk> disks,
        List<VmNic> nics,
        List<String> ipAddresses,
        Map<String, String> tags,
        Map<String, String> metadata,
        Optional<Instant> launchedAt,
        Optional<Instant> createdAt,
        Optional<Instant> updatedAt) {
    /** Copies collections. */
    public VmInfo {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
        ipAddresses = List.copyOf(ipAddresses);
        tags = Map.copyOf(tags);
        metadata = Map.copyOf(metadata);
    }

    /** A builder with what is required. */
    public static Builder builder(String id, String name) {
        return new Builder(id, name);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(id, name);
        builder.provider = provider;
        builder.powerState = powerState;
        builder.state = state;
        builder.location = location;
        builder.type = type;
        builder.guestOs = guestOs;
        builder.firmware = firmware;
        builder.memoryMiB = memoryMiB;
        builder.cpus = cpus;
        builder.disks = disks;
        builder.nics = nics;
        builder.ipAddresses = ipAddresses;
        builder.tags = tags;
        builder.metadata = metadata;
        builder.launchedAt = launchedAt;
        builder.createdAt = createdAt;
        builder.updatedAt = updatedAt;
        return builder;
    }

    /** Builds a {@link VmInfo}. */
    public static final class Builder {
        private String provider = "";
        private final String id;
        private final String name;
        private PowerState powerState = PowerState.UNKNOWN;
        private String state = "";
        private Optional<String> location = Optional.empty();
        private Optional<String> type = Optional.empty();
        private Optional<String> guestOs = Optional.empty();
        private Optional<String> firmware = Optional.empty();
        private OptionalLong memoryMiB = OptionalLong.empty();
        private OptionalInt cpus = OptionalInt.empty();
        private List<VmDisk> disks = List.of();
        private List<VmNic> nics = List.of();
        private List<String> ipAddresses = List.of();
        private Map<String, String> tags = Map.of();
        private Map<String, String> metadata = Map.of();
        private Optional<Instant> launchedAt = Optional.empty();
        private Optional<Instant> createdAt = Optional.empty();
        private Optional<Instant> updatedAt = Optional.empty();

        private Builder(String id, String name) {
            this.id = id;
            this.name = name;
        }

        /** Sets the instance that it comes from; hosts set it. */
        public Builder provider(String provider) {
            this.provider = provider;
            return this;
        }

        /** Sets whether it runs. */
        public Builder powerState(PowerState powerState) {
            this.powerState = powerState;
            return this;
        }

        /** Sets the provider's own word for its state. */
        public Builder state(String state) {
            this.state = state;
            return this;
        }

        /** Sets where it is: a zone, a host, a folder. */
        public Builder location(String location) {
            this.location = Optional.of(location);
            return this;
        }

        /** Sets its size or kind, in the provider's words. */
        public Builder type(String type) {
            this.type = Optional.of(type);
            return this;
        }

        /** Sets the guest's operating system. */
        public Builder guestOs(String guestOs) {
            this.guestOs = Optional.of(guestOs);
            return this;
        }

        /** Sets {@code bios} or {@code uefi}. */
        public Builder firmware(String firmware) {
            this.firmware = Optional.of(firmware);
            return this;
        }

        /** Sets its memory in MiB. */
        public Builder memoryMiB(long memoryMiB) {
            this.memoryMiB = OptionalLong.of(memoryMiB);
            return this;
        }

        /** Sets its virtual processors. */
        public Builder cpus(int cpus) {
            this.cpus = OptionalInt.of(cpus);
            return this;
        }

        /** Sets its disks. */
        public Builder disks(List<VmDisk> disks) {
            this.disks = disks;
            return this;
        }

        /** Sets its network interfaces. */
        public Builder nics(List<VmNic> nics) {
            this.nics = nics;
            return this;
        }

        /** Sets its addresses. */
        public Builder ipAddresses(List<String> ipAddresses) {
            this.ipAddresses = ipAddresses;
            return this;
        }

        /** Sets its tags. */
        public Builder tags(Map<String, String> tags) {
            this.tags = tags;
            return this;
        }

        /** Sets further facts. */
        public Builder metadata(Map<String, String> metadata) {
            this.metadata = metadata;
            return this;
        }

        /** Sets when it was last started. */
        public Builder launchedAt(Instant launchedAt) {
            this.launchedAt = Optional.of(launchedAt);
            return this;
        }

        /** Sets when it was made. */
        public Builder createdAt(Instant createdAt) {
            this.createdAt = Optional.of(createdAt);
            return this;
        }

        /** Sets when it was last changed. */
        public Builder updatedAt(Instant updatedAt) {
            this.updatedAt = Optional.of(updatedAt);
            return this;
        }

        /** The VmInfo. */
        public VmInfo build() {
            return new VmInfo(
                    provider,
                    id,
                    name,
                    powerState,
                    state,
                    location,
                    type,
                    guestOs,
                    firmware,
                    memoryMiB,
                    cpus,
                    disks,
                    nics,
                    ipAddresses,
                    tags,
                    metadata,
                    launchedAt,
                    createdAt,
                    updatedAt);
        }
    }
}
