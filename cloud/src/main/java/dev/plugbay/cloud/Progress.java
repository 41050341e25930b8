package dev.plugbay.cloud;

import java.util.OptionalLong;

/**
 * How far a long call is.
 *
 * @param phase what is being done, in a word: {@code preparing}, {@code copying}, {@code converting}
 * @param percent 0 to 100, of the whole call
 * @param bytesDone bytes done, of {@code bytesTotal}
 * @param bytesTotal bytes in all, if known
 * @param message more, for people
 */
public record Progress(String phase, double percent, long bytesDone, OptionalLong bytesTotal, String message) {
    /** Copies collections and checks ranges. */
    public Progress {
        if (!(percent >= 0 && percent <= 100)) {
            throw new IllegalArgumentException("percent must be 0 to 100, not " + percent);
        }
    }

    /** A report of copied bytes; percent follows from them. */
    public static Progress bytes(String phase, long done, long total) {
        return builder(phase, total <= 0 ? 100 : Math.min(100.0, done * 100.0 / total))
                .bytesDone(done)
                .bytesTotal(total)
                .build();
    }

    /** A builder with what is required. */
    public static Builder builder(String phase, double percent) {
        return new Builder(phase, percent);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(phase, percent);
        builder.bytesDone = bytesDone;
        builder.bytesTotal = bytesTotal;
        builder.message = message;
        return builder;
    }

    /** Builds a {@link Progress}. */
    public static final class Builder {
        private final String phase;
        private final double percent;
        private long bytesDone = 0;
        private OptionalLong bytesTotal = OptionalLong.empty();
        private String message = "";

        private Builder(String phase, double percent) {
            this.phase = phase;
            this.percent = percent;
        }

        /** Sets bytes done, of {@code bytesTotal}. */
        public Builder bytesDone(long bytesDone) {
            this.bytesDone = bytesDone;
            return this;
        }

        /** Sets bytes in all, if known. */
        public Builder bytesTotal(long bytesTotal) {
            this.bytesTotal = OptionalLong.of(bytesTotal);
            return this;
        }

        /** Sets more, for people. */
        public Builder message(String message) {
            this.message = message;
            return this;
        }

        /** The Progress. */
        public Progress build() {
            return new Progress(phase, percent, bytesDone, bytesTotal, message);
        }
    }
}
