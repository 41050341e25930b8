package dev.plugbay.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a {@link GuestDisks guest} had written to its two disks at one moment, read from raw copies of them.
 *
 * <p>The guest writes counter <i>n</i> into slot <i>n</i> mod 64 of the first disk, flushes, does the same on the second, and goes on with <i>n</i>+1. So at any one moment
 * every slot is determined by the highest counter, and the second disk's highest is the first's or one less; copies that are of two moments, or of none, are
 * found out.
 *
 * @param boot the highest of the first disk
 * @param data the highest of the second disk
 */
public record GuestCounters(long boot, long data) {
    private static final long FIRST = 32L << 20;
    private static final int SLOTS = 64;
    private static final int BYTES = 64 * 1024;
    private static final Pattern SLOT = Pattern.compile("counter (\\d{16}) {" + (BYTES - 24) + "}");

    /** Reads both disks and checks that each is of one moment. A slot that was being written may have been cut. */
    public static GuestCounters read(Path boot, Path data) {
        return new GuestCounters(highest(boot), highest(data));
    }

    /** Checks that both disks are of the same moment. */
    public GuestCounters assertSameMoment() {
        assertThat(boot - data)
                .as("counter of the first disk (%d) minus that of the second (%d)", boot, data)
                .isBetween(0L, 1L);
        return this;
    }

    private static long highest(Path disk) {
        try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "r")) {
            long[] slots = new long[SLOTS];
            long highest = 0;
            for (int slot = 0; slot < SLOTS; slot++) {
                byte[] bytes = new byte[BYTES];
                file.seek(FIRST + (long) slot * BYTES);
                file.readFully(bytes);
                slots[slot] = counter(bytes);
                highest = Math.max(highest, slots[slot]);
            }
            assertThat(highest).as("the highest counter on %s", disk).isPositive();
            for (int slot = 0; slot < SLOTS; slot++) {
                long wanted = highest - Math.floorMod(highest - slot, (long) SLOTS);
                boolean cut = slot == Math.floorMod(highest + 1, SLOTS) && slots[slot] < 0;
                assertThat(cut ? wanted : slots[slot])
                        .as("slot %d of %s, whose highest counter is %d", slot, disk, highest)
                        .isEqualTo(Math.max(0, wanted));
            }
            return highest;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A slot's counter; 0 for one never written, -1 for one that was cut. */
    private static long counter(byte[] bytes) {
        int zeros = 0;
        while (zeros < bytes.length && bytes[zeros] == 0) {
            zeros++;
        }
        if (zeros == bytes.length) {
            return 0;
        }
        Matcher matcher = SLOT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }
}
