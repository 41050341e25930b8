package dev.plugbay.plugins.images;

import dev.plugbay.plugins.images.ImageHeader.Backing;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads qcow2 headers of versions 2 and 3; the format is QEMU's {@code docs/interop/qcow2.txt}. */
final class Qcow2 {
    private static final int MAGIC = 0x514649fb;
    private static final int V2_BYTES = 72;
    private static final int V3_BYTES = 104;
    private static final int MAX_NAME = 1023;
    private static final long CORRUPT = 1 << 1;
    private static final long DATA_FILE = 1 << 2;
    private static final int EXTENSION_BACKING_FORMAT = 0xe2792aca;
    private static final int EXTENSION_DATA_FILE = 0x44415441;

    private Qcow2() {}

    static boolean isQcow(ByteBuffer bytes) {
        return bytes.limit() >= 8 && bytes.getInt(0) == MAGIC;
    }

    static ImageHeader read(ByteBuffer bytes) {
        int version = bytes.getInt(4);
        if (version != 2 && version != 3) {
            return defect(
                    "qcow",
                    0,
                    version,
                    "it is qcow version " + Integer.toUnsignedString(version) + "; versions 2 and 3 are known");
        }
        if (bytes.limit() < (version == 2 ? V2_BYTES : V3_BYTES)) {
            return defect(ImageHeader.QCOW2, 0, version, "its header is cut short");
        }
        long virtualSize = bytes.getLong(24);
        int clusterBits = bytes.getInt(20);
        if (virtualSize < 0 || clusterBits < 9 || clusterBits > 21) {
            return defect(ImageHeader.QCOW2, 0, version, "its header has impossible sizes");
        }
        long incompatible = version == 2 ? 0 : bytes.getLong(72);
        long headerLength = version == 2 ? V2_BYTES : Integer.toUnsignedLong(bytes.getInt(100));
        if (headerLength < (version == 2 ? V2_BYTES : V3_BYTES) || headerLength > bytes.limit()) {
            return defect(ImageHeader.QCOW2, virtualSize, version, "its header has an impossible length");
        }
        if ((incompatible & CORRUPT) != 0) {
            return defect(
                    ImageHeader.QCOW2,
                    virtualSize,
                    version,
                    "it is marked as corrupt; repair it with \"qemu-img check -r all\"");
        }
        return references(bytes, version, virtualSize, incompatible, (int) headerLength);
    }

    private static ImageHeader references(
            ByteBuffer bytes, int version, long virtualSize, long incompatible, int headerLength) {
        long backingOffset = bytes.getLong(8);
        int backingLength = bytes.getInt(16);
        Optional<Backing> backing = Optional.empty();
        Extensions extensions = Extensions.read(bytes, headerLength);
        if (extensions.damaged) {
            return defect(ImageHeader.QCOW2, virtualSize, version, "its header extensions are damaged");
        }
        if (backingOffset != 0) {
            if (backingLength < 1
                    || backingLength > MAX_NAME
                    || backingOffset < headerLength
                    || backingOffset > bytes.limit() - backingLength) {
                return defect(
                        ImageHeader.QCOW2,
                        virtualSize,
                        version,
                        "the name of its backing file lies outside of its header");
            }
            backing = Optional.of(new Backing(
                    text(bytes, (int) backingOffset, backingLength), Optional.ofNullable(extensions.backingFormat)));
        }
        if ((incompatible & DATA_FILE) != 0 && extensions.dataFile == null) {
            return defect(
                    ImageHeader.QCOW2,
                    virtualSize,
                    version,
                    "its data is in another file that its header does not name");
        }
        return new ImageHeader(
                ImageHeader.QCOW2,
                virtualSize,
                version,
                incompatible,
                Integer.toUnsignedLong(bytes.getInt(60)),
                bytes.getInt(32) != 0,
                backing,
                (incompatible & DATA_FILE) != 0 ? Optional.ofNullable(extensions.dataFile) : Optional.empty(),
                Optional.empty());
    }

    private static ImageHeader defect(String format, long virtualSize, int version, String why) {
        return new ImageHeader(
                format, virtualSize, version, 0, 0, false, Optional.empty(), Optional.empty(), Optional.of(why));
    }

    private static String text(ByteBuffer bytes, int offset, int length) {
        byte[] text = new byte[length];
        bytes.get(offset, text);
        return new String(text, StandardCharsets.UTF_8);
    }

    /** The header extensions that name other files. */
    private static final class Extensions {
        private @Nullable String backingFormat;
        private @Nullable String dataFile;
        private boolean damaged;

        static Extensions read(ByteBuffer bytes, int headerLength) {
            Extensions found = new Extensions();
            long at = headerLength;
            while (at + 8 <= bytes.limit()) {
                int type = bytes.getInt((int) at);
                long length = Integer.toUnsignedLong(bytes.getInt((int) at + 4));
                if (type == 0) {
                    return found;
                }
                if (at + 8 + length > bytes.limit()) {
                    found.damaged = true;
                    return found;
                }
                if (type == EXTENSION_BACKING_FORMAT) {
                    found.backingFormat = text(bytes, (int) at + 8, (int) length);
                } else if (type == EXTENSION_DATA_FILE) {
                    found.dataFile = text(bytes, (int) at + 8, (int) length);
                }
                at += 8 + (length + 7) / 8 * 8;
            }
            return found;
        }
    }
}
