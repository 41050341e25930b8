package dev.plugbay.cloud;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A disk of a virtual machine.
 *
 * @param id its id within the machine
 * @param name its name; the id when the provider has none
 * @param capacityBytes its size as the guest sees it
 * @param allocatedBytes the bytes that it takes at its source
 * @param format its format at the source, such as {@code raw} or {@code qcow2}
 * @param bus its bus, such as {@code virtio} or {@code scsi}
 * @param bootOrder its place in the boot order, from 1
 */
public record VmDisk(
        String id,
        String name,
        long capacityBytes,
        OptionalLong allocatedBytes,
        Optional<String> format,
        Optional<String> bus,
        OptionalInt bootOrder) {
    /** Copies collections and checks ranges. */
    public VmDisk {
        name = name.isEmpty() ? id : name;
    }

    /** A builder with what is required. */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(id);
        builder.name = name;
        builder.capacityBytes = capacityBytes;
        builder.allocatedBytes = allocatedBytes;
        builder.format = format;
        builder.bus = bus;
        builder.bootOrder = bootOrder;
        return builder;
    }

    /** Builds a {@link VmDisk}. */
    public static final class Builder {
        private final String id;
        private String name = "";
        private long capacityBytes = 0;
        private OptionalLong allocatedBytes = OptionalLong.empty();
        private Optional<String> format = Optional.empty();
        private Optional<String> bus = Optional.empty();
        private OptionalInt bootOrder = OptionalInt.empty();

        private Builder(String id) {
            this.id = id;
        }

        /** Sets its name; the id when the provider has none. */
        public Builder name(String name) {
            this.name = name;
            return this;
        }

        /** Sets its size as the guest sees it. */
        public Builder capacityBytes(long capacityBytes) {
            this.capacityBytes = capacityBytes;
            return this;
        }

        /** Sets the bytes that it takes at its source. */
        public Builder allocatedBytes(long allocatedBytes) {
            this.allocatedBytes = OptionalLong.of(allocatedBytes);
            return this;
        }

        /** Sets its format at the source, such as {@code raw} or {@code qcow2}. */
        public Builder format(String format) {
            this.format = Optional.of(format);
            return this;
        }

        /** Sets its bus, such as {@code virtio} or {@code scsi}. */
        public Builder bus(String bus) {
            this.bus = Optional.of(bus);
            return this;
        }

        /** Sets its place in the boot order, from 1. */
        public Builder bootOrder(int bootOrder) {
            this.bootOrder = OptionalInt.of(bootOrder);
            return this;
        }

        /** The VmDisk. */
        public VmDisk build() {
            return new VmDisk(id, name, capacityBytes, allocatedBytes, format, bus, bootOrder);
        }
    }
}
