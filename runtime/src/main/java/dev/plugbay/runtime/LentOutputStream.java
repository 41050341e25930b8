package dev.plugbay.runtime;

import java.io.IOException;
import java.io.OutputStream;

/** A stream of the host's in a plugin's hands; dead with the lease. */
final class LentOutputStream extends OutputStream {
    private final OutputStream out;
    private final Loan loan;

    LentOutputStream(OutputStream out, Loan loan) {
        this.out = out;
        this.loan = loan;
    }

    @Override
    public void write(int octet) throws IOException {
        run("OutputStream.write", () -> out.write(octet));
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        run("OutputStream.write", () -> out.write(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
        run("OutputStream.flush", out::flush);
    }

    @Override
    public void close() throws IOException {
        run("OutputStream.close", out::close);
    }

    private void run(String what, Io.Step step) throws IOException {
        Io.run(loan::use, what, step);
    }
}
