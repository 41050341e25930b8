package dev.plugbay.runtime;

import dev.plugbay.api.PlugbayException;
import java.io.IOException;
import java.util.concurrent.Callable;

/** Lets an {@link IOException} cross a border as what it is, since streams promise it; every other failure becomes one. */
final class Io {
    private Io() {}

    /** Work on a stream. */
    interface Work {
        int run() throws IOException;
    }

    /** Work without an answer. */
    interface Step {
        void run() throws IOException;
    }

    /** Something that runs work on the other side, such as {@link Hold#use} or {@link Loan#use}. */
    interface Border {
        Object use(String what, Callable<Object> work);
    }

    static void run(Border border, String what, Step step) throws IOException {
        run(border, what, (Work) () -> {
            step.run();
            return 0;
        });
    }

    static int run(Border border, String what, Work work) throws IOException {
        Object answer;
        try {
            answer = border.use(what, () -> {
                try {
                    return work.run();
                } catch (IOException failure) {
                    return DetachedIOException.of(failure);
                }
            });
        } catch (PlugbayException failure) {
            throw DetachedIOException.of(failure);
        }
        if (answer instanceof DetachedIOException failure) {
            throw failure;
        }
        return (int) answer;
    }
}
