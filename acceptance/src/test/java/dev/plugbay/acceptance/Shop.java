package dev.plugbay.acceptance;

/** Sources of a provider of one machine, called after the plugin's version, and of plugins made from it. */
final class Shop {
    static final String MAIN = """
            package acme.shop;

            @dev.plugbay.api.PluginInfo(id = "shop")
            public final class ShopPlugin implements dev.plugbay.api.Plugin {}
            """;

    /** Exports half of a disk, and the rest when a file {@code go} lies in the target folder. */
    static final String PROVIDER = """
            package acme.shop;

            import dev.plugbay.api.*;
            import dev.plugbay.cloud.*;
            import java.nio.file.*;
            import java.util.*;

            @Extension
            public final class ShopProvider implements VmProvider {
                private static final int SIZE = 1 << 20;

                private final PluginContext context;

                ShopProvider(PluginContext context) {
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
                    return VmPage.last(machines());
                }

                @Override
                public ProviderCapabilities capabilities() {
                    return ProviderCapabilities.builder().exportFormats(List.of("raw")).build();
                }

                @Override
                public ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
                    VmInfo vm = get(id).orElseThrow();
                    byte[] disk = new byte[SIZE];
                    new Random(42).nextBytes(disk);
                    try {
                        Path file = folder.resolve("disk0.raw");
                        Files.write(file, Arrays.copyOf(disk, SIZE / 2));
                        progress.progress(Progress.bytes("copying", SIZE / 2, SIZE));
                        while (!Files.exists(folder.resolveSibling("go"))) {
                            CallContext.current().throwIfCancelled();
                            java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
                        }
                        Files.write(file, disk);
                        progress.progress(Progress.bytes("copying", SIZE, SIZE));
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
                    return List.of(VmInfo.builder("box", context.version()).build());
                }
            }
            """;

    private Shop() {}

    static PluginJar version(String version) {
        return PluginJar.compile(version, MAIN, PROVIDER);
    }

    /** A version whose main class has this body. */
    static PluginJar version(String version, String body) {
        return PluginJar.compile(version, MAIN.replace("{}", "{ " + body + " }"), PROVIDER);
    }
}
