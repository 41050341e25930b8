package dev.plugbay.cloud;

import java.util.List;
import java.util.Set;

/**
 * What a provider can do.
 *
 * @param exportFormats formats it exports, the preferred one first
 * @param compressions compressions besides {@link Compression#NONE}
 * @param consistencies what exports can be like
 * @param liveExport whether running machines can be exported
 * @param power whether it also offers {@link VmPower}
 * @param snapshots whether exports can include snapshots
 */
public record ProviderCapabilities(
        List<String> exportFormats,
        Set<Compression> compressions,
        Set<Consistency> consistencies,
        boolean liveExport,
        boolean power,
        boolean snapshots) {
    /** Copies collections. */
    public ProviderCapabilities {
        exportFormats = List.copyOf(exportFormats);
        compressions = Set.copyOf(compressions);
        consistencies = Set.copyOf(consistencies);
    }

    /** A builder. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.exportFormats = exportFormats;
        builder.compressions = compressions;
        builder.consistencies = consistencies;
        builder.liveExport = liveExport;
        builder.power = power;
        builder.snapshots = snapshots;
        return builder;
    }

    /** Builds a {@link ProviderCapabilities}. */
    public static final class Builder {
        private List<String> exportFormats = List.of();
        private Set<Compression> compressions = Set.of();
        private Set<Consistency> consistencies = Set.of(Consistency.CRASH);
        private boolean liveExport = false;
        private boolean power = false;
        private boolean snapshots = false;

        private Builder() {}

        /** Sets formats it exports, the preferred one first. */
        public Builder exportFormats(List<String> exportFormats) {
            this.exportFormats = exportFormats;
            return this;
        }

        /** Sets compressions besides {@link Compression#NONE}. */
        public Builder compressions(Set<Compression> compressions) {
            this.compressions = compressions;
            return this;
        }

        /** Sets what exports can be like. */
        public Builder consistencies(Set<Consistency> consistencies) {
            this.consistencies = consistencies;
            return this;
        }

        /** Sets whether running machines can be exported. */
        public Builder liveExport(boolean liveExport) {
            this.liveExport = liveExport;
            return this;
        }

        /** Sets whether it also offers {@link VmPower}. */
        public Builder power(boolean power) {
            this.power = power;
            return this;
        }

        /** Sets whether exports can include snapshots. */
        public Builder snapshots(boolean snapshots) {
            this.snapshots = snapshots;
            return this;
        }

        /** The ProviderCapabilities. */
        public ProviderCapabilities build() {
            return new ProviderCapabilities(exportFormats, compressions, consistencies, liveExport, power, snapshots);
        }
    }
}
