package dev.plugbay.cloud;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What an export made.
 *
 * @param provider the instance; hosts set it
 * @param vmId the machine's id
 * @param vmName the machine's name
 * @param format the format of the disks
 * @param files the files, one for each disk and in their order, then others
 * @param logicalSize bytes of all exported disks as the guest sees them
 * @param consistency what was reached
 * @param duration how long it took
 * @param metadata the options' metadata and the provider's own
 */
public record ExportResult(
        String provider,
        String vmId,
        String vmName,
        String format,
        List<ExportedFile> files,
        long logicalSize,
        Consistency consistency,
        Duration duration,
        Map<String, String> metadata) {
    /** Copies collections. */
    public ExportResult {
        files = List.copyOf(files);
        metadata = Map.copyOf(metadata);
    }

    /** A builder with what is required. */
    public static Builder builder(String vmId, String vmName, String format) {
        return new Builder(vmId, vmName, format);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(vmId, vmName, format);
        builder.provider = provider;
        builder.files = files;
        builder.logicalSize = logicalSize;
        builder.consistency = consistency;
        builder.duration = duration;
        builder.metadata = metadata;
        return builder;
    }

    /** Builds a {@link ExportResult}. */
    public static final class Builder {
        private String provider = "";
        private final String vmId;
        private final String vmName;
        private final String format;
        private List<ExportedFile> files = List.of();
        private long logicalSize = 0;
        private Consistency consistency = Consistency.CRASH;
        private Duration duration = Duration.ZERO;
        private Map<String, String> metadata = Map.of();

        private Builder(String vmId, String vmName, String format) {
            this.vmId = vmId;
            this.vmName = vmName;
            this.format = format;
        }

        /** Sets the instance; hosts set it. */
        public Builder provider(String provider) {
            this.provider = provider;
            return this;
        }

        /** Sets the files, one for each disk and in their order, then others. */
        public Builder files(List<ExportedFile> files) {
            this.files = files;
            return this;
        }

        /** Sets bytes of all exported disks as the guest sees them. */
        public Builder logicalSize(long logicalSize) {
            this.logicalSize = logicalSize;
            return this;
        }

        /** Sets what was reached. */
        public Builder consistency(Consistency consistency) {
            this.consistency = consistency;
            return this;
        }

        /** Sets how long it took. */
        public Builder duration(Duration duration) {
            this.duration = duration;
            return this;
        }

        /** Sets the options' metadata and the provider's own. */
        public Builder metadata(Map<String, String> metadata) {
            this.metadata = metadata;
            return this;
        }

        /** The ExportResult. */
        public ExportResult build() {
            return new ExportResult(
                    provider, vmId, vmName, format, files, logicalSize, consistency, duration, metadata);
        }
    }
}
