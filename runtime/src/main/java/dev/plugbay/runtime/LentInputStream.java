package dev.plugbay.runtime;

import java.io.IOException;
import java.io.InputStream;

/** A stream of the host's in a plugin's hands; dead with the lease. */
final class LentInputStream extends InputStream {
    private final InputStream in;
    private final Loan loan;

    LentInputStream(InputStream in, Loan loan) {
        this.in = in;
        this.loan = loan;
    }

    @Override
    public int read() throws IOException {
        return Io.run(loan::use, "InputStream.read", (Io.Work) in::read);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        return Io.run(loan::use, "InputStream.read", (Io.Work) () -> in.read(bytes, offset, length));
    }

    @Override
    public int available() throws IOException {
        return Io.run(loan::use, "InputStream.available", (Io.Work) in::available);
    }

    @Override
    public void close() throws IOException {
        Io.run(loan::use, "InputStream.close", (Io.Step) in::close);
    }
}
