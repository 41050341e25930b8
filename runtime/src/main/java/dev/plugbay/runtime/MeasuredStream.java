package dev.plugbay.runtime;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Counts every byte that is inflated, padding and headers too. */
final class MeasuredStream extends FilterInputStream {
    private final long packed;
    private final UnpackBudget budget;
    private final String name;

    MeasuredStream(InputStream in, long packed, UnpackBudget budget, String name) {
        super(in);
        this.packed = packed;
        this.budget = budget;
        this.name = name;
    }

    @Override
    public int read() throws IOException {
        int b = super.read();
        count(b < 0 ? 0 : 1);
        return b;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int count = super.read(bytes, offset, length);
        count(Math.max(0, count));
        return count;
    }

    private void count(long count) {
        budget.bytes(name, count, budget.total() + count, packed);
    }
}
