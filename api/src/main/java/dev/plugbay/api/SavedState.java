package dev.plugbay.api;

import java.nio.charset.StandardCharsets;

/**
 * What a generation leaves to the next one, in a form that the plugin chooses; see {@link Plugin#saveState}. Immutable: the bytes are copied.
 *
 * @param version the version of the form, 0 or more; a plugin raises it when a form is no longer understood by older code
 * @param data the state itself, at most {@value #MOST_BYTES} bytes
 */
@SuppressWarnings("ArrayRecordComponent") // equals compares the content
public record SavedState(int version, byte[] data) {
    /** The most that a state can hold, in bytes. */
    public static final int MOST_BYTES = 16 << 20;

    /**
     * Copies the bytes.
     *
     * @throws PluginException {@link ErrorCode#LIMIT_EXCEEDED} when there are too many
     */
    public SavedState {
        if (version < 0) {
            throw new IllegalArgumentException("the version of a state is 0 or more, not " + version);
        }
        if (data.length > MOST_BYTES) {
            throw new PluginException(
                    ErrorCode.LIMIT_EXCEEDED,
                    "A state of " + data.length + " bytes is more than the " + MOST_BYTES + " that are kept.",
                    false);
        }
        data = data.clone();
    }

    /** A state that is text. */
    public static SavedState ofText(int version, String text) {
        return new SavedState(version, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public byte[] data() {
        return data.clone();
    }

    /** The bytes as text. */
    public String text() {
        return new String(data, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SavedState(int itsVersion, byte[] itsData)
                && version == itsVersion
                && java.util.Arrays.equals(data, itsData);
    }

    @Override
    public int hashCode() {
        return 31 * version + java.util.Arrays.hashCode(data);
    }

    @Override
    public String toString() {
        return "SavedState[version=" + version + ", " + data.length + " bytes]";
    }
}
