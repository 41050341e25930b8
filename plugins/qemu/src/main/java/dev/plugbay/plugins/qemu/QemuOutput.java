package dev.plugbay.plugins.qemu;

/** Parts what {@code qemu-img} says into progress and the rest, of which the end is kept. Used by one thread. */
final class QemuOutput {
    private static final int KEPT = 4096;

    private final QemuProgress progress;
    private final StringBuilder said = new StringBuilder();
    private final StringBuilder line = new StringBuilder();

    QemuOutput(QemuProgress progress) {
        this.progress = progress;
    }

    /** Reads some more of it. */
    void read(byte[] bytes, int count) {
        for (int i = 0; i < count; i++) {
            char c = (char) (bytes[i] & 0xff);
            if (c == '\r' || c == '\n') {
                end();
            } else {
                line.append(c);
            }
        }
        line.delete(0, Math.max(0, line.length() - KEPT));
    }

    private void end() {
        String text = line.toString().strip();
        line.setLength(0);
        if (!progress.read(text) && !text.isEmpty()) {
            said.append(said.isEmpty() ? "" : "; ").append(text);
            said.delete(0, Math.max(0, said.length() - KEPT));
        }
    }

    /** What was said besides progress. */
    String said() {
        return said.isEmpty() ? "no message" : said.toString();
    }
}
