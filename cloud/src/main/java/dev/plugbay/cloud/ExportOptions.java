package dev.plugbay.cloud;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a machine is to be exported.
 *
 * @param format the format, such as {@code raw} or {@code qcow2}; the provider's preferred one if absent
 * @param compression the compression
 * @param compressionLevel its level, 1 (fast) to 22 (small)
 * @param disks ids of the disks; empty for all
 * @param consistency what is wanted at least
 * @param snapshots whether to include snapshots
 * @param removeCdrom whether to leave out CD-ROM drives
 * @param metadata kept in the result
 */
public record ExportOptions(
        Optional<String> format,
        Compression compression,
        OptionalInt compressionLevel,
        List<String> disks,
        Consistency consistency,
        boolean snapshots,
        boolean removeCdrom,
        Map<String, String> metadata) {
    /** Copies collections and checks ranges. */
    public ExportOptions {
        disks = List.copyOf(disks);
        metadata = Map.copyOf(metadata);
        if (compressionLevel.isPresent() && (compressionLevel.getAsInt() < 1 || compressionLevel.getAsInt() > 22)) {
            throw new IllegalArgumentException("compressionLevel must be 1 to 22, not " + compressionLevel.getAsInt());
        }
    }

    /** The provider's preferred format, uncompressed, all disks. */
    public static ExportOptions defaults() {
        return builder().build();
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.format = format;
        builder.compression = compression;
        builder.compressionLevel = compressionLevel;
        builder.disks = disks;
        builder.consistency = consistency;
        builder.snapshots = snapshots;
        builder.removeCdrom = removeCdrom;
        builder.metadata = metadata;
        return builder;
    }

    /** Builds a {@link ExportOptions}. */
    public static final class Builder {
        private Optional<String> format = Optional.empty();
        private Compression compression = Compression.NONE;
        private OptionalInt compressionLevel = OptionalInt.empty();
        private List<String> disks = List.of();
        private Consistency consistency = Consistency.CRASH;
        private boolean snapshots = false;
        private boolean removeCdrom = false;
        private Map<String, String> metadata = Map.of();

        private Builder() {}

        /** Sets the format, such as {@code raw} or {@code qcow2}; the provider's preferred one if absent. */
        public Builder format(String format) {
            this.format = Optional.of(format);
            return this;
        }

        /** Sets the compression. */
        public Builder compression(Compression compression) {
            this.compression = compression;
            return this;
        }

        /** Sets its level, 1 (fast) to 22 (small). */
        public Builder compressionLevel(int compressionLevel) {
            this.compressionLevel = OptionalInt.of(compressionLevel);
            return this;
        }

        /** Sets ids of the disks; empty for all. */
        public Builder disks(List<String> disks) {
            this.disks = disks;
            return this;
        }

        /** Sets what is wanted at least. */
        public Builder consistency(Consistency consistency) {
            this.consistency = consistency;
            return this;
        }

        /** Sets whether to include snapshots. */
        public Builder snapshots(boolean snapshots) {
            this.snapshots = snapshots;
            return this;
        }

        /** Sets whether to leave out CD-ROM drives. */
        public Builder removeCdrom(boolean removeCdrom) {
            this.removeCdrom = removeCdrom;
            return this;
        }

        /** Sets kept in the result. */
        public Builder metadata(Map<String, String> metadata) {
            this.metadata = metadata;
            return this;
        }

        /** The ExportOptions. */
        public ExportOptions build() {
            return new ExportOptions(
                    format, compression, compressionLevel, disks, consistency, snapshots, removeCdrom, metadata);
        }
    }
}
