package dev.plugbay.acceptance;

/**
 * A provider that keeps what it is told: searching for {@code set:KEY:N} stores a number before it answers, searching for {@code get:KEY} tells it, and {@code mark:} the configuration in force. Each
 * instance stores something as soon as it starts. Its export writes a disk in small pieces. And two plugins of which one is switched on and off, and the other installed and removed.
 */
final class Teller {
    static final int DISK = 1 << 20;

    private static final String CONFIG = """
            package acme.teller;

            import dev.plugbay.api.ConfigValue;

            public record TellerConfig(@ConfigValue(defaultValue = "0") int mark) {}
            """;

    private static final String MAIN = """
            package acme.teller;

            import dev.plugbay.api.*;

            @PluginInfo(id = "teller", config = TellerConfig.class)
            @Permissions(host = {"storage", "data"})
            public final class TellerPlugin implements Plugin {
                @Override
                public void start(PluginContext context) throws Exception {
                    context.storage().put("began", new byte[] {1});
                    java.nio.file.Files.writeString(context.dataFolder().resolve("began"), context.instance());
                }
            }
            """;

    private static final String PROVIDER = """
            package acme.teller;

            import dev.plugbay.api.*;
            import dev.plugbay.cloud.*;
            import java.nio.charset.StandardCharsets;
            import java.nio.file.*;
            import java.util.*;

            @Extension
            public final class TellerProvider implements VmProvider {
                private static final int SIZE = 1 << 20;
                private static final int PIECE = 1 << 15;

                private final PluginContext context;

                TellerProvider(PluginContext context) {
                    this.context = context;
                }

                @Override
                public Validation validate() {
                    return Validation.passed("open");
                }

                @Override
                public VmPage list(VmFilter filter, Page page) {
                    return VmPage.last(machines().stream().filter(filter::matches).toList());
                }

                @Override
                public Optional<VmInfo> get(String id) {
                    return machines().stream().filter(vm -> vm.id().equals(id)).findFirst();
                }

                @Override
                public VmPage search(String text, Page page) {
                    String[] words = text.split(":");
                    if (words[0].equals("mark")) {
                        return VmPage.last(List.of(VmInfo.builder(
                                "mark", "" + context.config(TellerConfig.class).mark()).build()));
                    }
                    Storage storage = context.storage();
                    if (words[0].equals("set")) {
                        storage.put(words[1], words[2].getBytes(StandardCharsets.UTF_8));
                    }
                    String kept = storage.get(words[1]).map(it -> new String(it, StandardCharsets.UTF_8)).orElse("0");
                    return VmPage.last(List.of(VmInfo.builder(words[1], kept).build()));
                }

                @Override
                public ProviderCapabilities capabilities() {
                    return ProviderCapabilities.builder().exportFormats(List.of("raw")).build();
                }

                @Override
                public ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
                    VmInfo vm = get(id).orElseThrow();
                    byte[] disk = new byte[SIZE];
                    new Random().nextBytes(disk);
                    try {
                        Path file = folder.resolve("disk0.raw");
                        for (int at = 0; at < SIZE; at += PIECE) {
                            Files.write(file, Arrays.copyOfRange(disk, at, at + PIECE),
                                    StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                            progress.progress(Progress.bytes("copying", at, SIZE));
                            CallContext.current().throwIfCancelled();
                            java.util.concurrent.locks.LockSupport.parkNanos(1_000_000);
                        }
                        String sum = HexFormat.of().formatHex(
                                java.security.MessageDigest.getInstance("SHA-256").digest(disk));
                        return ExportResult.builder(id, vm.name(), "raw")
                                .files(List.of(new ExportedFile(file, SIZE, sum)))
                                .logicalSize(SIZE)
                                .build();
                    } catch (java.io.IOException | java.security.NoSuchAlgorithmException e) {
                        throw new PluginException(ErrorCode.INTERNAL, "cannot export", e);
                    }
                }

                private List<VmInfo> machines() {
                    return List.of(VmInfo.builder("box", "box").build());
                }
            }
            """;

    private static final String PLAIN = """
            package acme.plain;

            @dev.plugbay.api.PluginInfo(id = "ID")
            public final class Plain implements dev.plugbay.api.Plugin {}
            """;

    /** Has a state, and so is reloaded by handover. */
    private static final String KEEPER = """
            package acme.keeper;

            import dev.plugbay.api.*;
            import java.util.Optional;

            @PluginInfo(id = "keeper")
            public final class Keeper implements Plugin {
                private int reloads;

                @Override
                public Optional<SavedState> saveState(PluginContext context) {
                    return Optional.of(SavedState.ofText(1, Integer.toString(reloads + 1)));
                }

                @Override
                public void restoreState(PluginContext context, SavedState state) {
                    reloads = Integer.parseInt(state.text());
                }
            }
            """;

    private Teller() {}

    static PluginJar keeper() {
        return PluginJar.compile("1.0.0", KEEPER);
    }

    static PluginJar teller() {
        return PluginJar.compile("1.0.0", CONFIG, MAIN, PROVIDER);
    }

    static PluginJar plain(String id) {
        return PluginJar.compile("1.0.0", PLAIN.replace("ID", id));
    }
}
