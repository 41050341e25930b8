package dev.plugbay.daemon;

import dev.plugbay.api.CallContext;
import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PluginException;
import dev.plugbay.cloud.ExportOptions;
import dev.plugbay.cloud.ExportResult;
import dev.plugbay.cloud.ExportedFile;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.Progress;
import dev.plugbay.cloud.ProgressListener;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.cloud.Validation;
import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.cloud.VmPower;
import dev.plugbay.cloud.VmProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;

/** A provider that exports as it should, or lies, or fails, by the id of the machine. */
public final class LabProvider implements VmProvider, VmPower {
    static final int DISK = 1 << 20;

    private final ConcurrentSkipListMap<String, VmInfo> machines = new ConcurrentSkipListMap<>();

    public LabProvider() {
        this(
                "good",
                "slow",
                "size",
                "outside",
                "link",
                "hard",
                "twice",
                "reserved",
                "unhashed",
                "litter",
                "boom",
                "fill");
    }

    /** Machines as {@code id} or {@code id:name}. */
    public LabProvider(String... machines) {
        for (String machine : machines) {
            String[] parts = machine.split(":", 2);
            this.machines.put(
                    parts[0],
                    VmInfo.builder(parts[0], parts[parts.length - 1])
                            .powerState(parts[0].equals("slow") ? PowerState.RUNNING : PowerState.STOPPED)
                            .state("off")
                            .location("lab")
                            .type("small")
                            .guestOs("Debian 13")
                            .ipAddresses(parts[0].equals("good") ? List.of("10.0.0.1") : List.of())
                            .tags(parts[0].equals("good") ? Map.of("env", "prod") : Map.of())
                            .disks(List.of(VmDisk.builder("disk0")
                                    .capacityBytes(DISK)
                                    .format("raw")
                                    .build()))
                            .build());
        }
    }

    @Override
    public Validation validate() {
        return Validation.passed("the lab is open");
    }

    @Override
    public VmPage list(VmFilter filter, Page page) {
        return page(machines.values().stream().filter(filter::matches).toList(), page);
    }

    @Override
    public Optional<VmInfo> get(String id) {
        return Optional.ofNullable(machines.get(id));
    }

    @Override
    public VmPage search(String text, Page page) {
        String lower = text.toLowerCase(Locale.ROOT);
        return page(
                machines.values().stream()
                        .filter(vm ->
                                (vm.id() + vm.name()).toLowerCase(Locale.ROOT).contains(lower))
                        .toList(),
                page);
    }

    private static VmPage page(List<VmInfo> all, Page page) {
        List<VmInfo> rest = all.stream()
                .filter(vm ->
                        page.cursor().map(after -> vm.id().compareTo(after) > 0).orElse(true))
                .toList();
        List<VmInfo> items = rest.subList(0, Math.min(page.limit(), rest.size()));
        return items.size() < rest.size()
                ? VmPage.builder(items).next(items.getLast().id()).build()
                : VmPage.last(items);
    }

    @Override
    public ProviderCapabilities capabilities() {
        return ProviderCapabilities.builder().exportFormats(List.of("raw")).build();
    }

    @Override
    public ExportResult export(String id, ExportOptions options, Path folder, ProgressListener progress) {
        VmInfo vm = get(id).orElseThrow(() -> new PluginException(ErrorCode.NOT_FOUND, "no machine " + id));
        try {
            Path disk = folder.resolve("disk0.raw");
            List<ExportedFile> files = new ArrayList<>();
            switch (id) {
                case "slow" -> slow(disk, folder.resolveSibling("go"), progress);
                case "fill" -> fill(disk);
                case "boom" -> throw new IllegalStateException("the lab is on fire");
                default -> Files.write(disk, bytes());
            }
            switch (id) {
                case "size" -> files.add(new ExportedFile(disk, 5, hash(disk)));
                case "outside" -> {
                    Path outside = Files.write(folder.resolveSibling("outside.raw"), bytes());
                    files.add(new ExportedFile(outside, DISK, hash(outside)));
                }
                case "link" -> {
                    Path link = Files.createSymbolicLink(folder.resolve("link.raw"), Path.of("/etc/passwd"));
                    files.add(new ExportedFile(link, Files.size(link), hash(link)));
                }
                case "hard" -> {
                    Path link = Files.createLink(folder.resolve("hard.raw"), disk);
                    files.add(new ExportedFile(link, DISK, hash(link)));
                }
                case "twice" -> {
                    files.add(new ExportedFile(disk, DISK, hash(disk)));
                    files.add(new ExportedFile(Path.of("disk0.raw"), DISK, hash(disk)));
                }
                case "reserved" -> {
                    Path reserved = Files.write(folder.resolve("vm.json"), bytes());
                    files.add(new ExportedFile(reserved, DISK, hash(disk)));
                }
                case "unhashed" -> files.add(new ExportedFile(disk, DISK, "none"));
                case "litter" -> {
                    Files.createDirectories(folder.resolve("tmp/deep"));
                    Files.writeString(folder.resolve("tmp/deep/left.over"), "litter");
                    Path inner =
                            Files.createDirectories(folder.resolve("disks")).resolve("one two.raw");
                    Files.move(disk, inner);
                    files.add(new ExportedFile(Path.of("disks/one two.raw"), DISK, hash(inner)));
                }
                default -> files.add(new ExportedFile(disk, Files.size(disk), hash(disk)));
            }
            progress.progress(Progress.bytes("copying", DISK, DISK));
            return ExportResult.builder(vm.id(), vm.name(), "raw")
                    .files(files)
                    .logicalSize(DISK)
                    .metadata(options.metadata())
                    .build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void start(String id) {
        turn(id, PowerState.RUNNING);
    }

    /** The slow one does not listen. */
    @Override
    public void stop(String id, StopMode mode) {
        if (id.equals("slow") && mode == StopMode.GRACEFUL) {
            throw new PluginException(ErrorCode.CALL_TIMEOUT, "the guest did not shut down");
        }
        turn(id, PowerState.STOPPED);
    }

    private void turn(String id, PowerState state) {
        VmInfo vm = get(id).orElseThrow(() -> new PluginException(ErrorCode.NOT_FOUND, "no machine " + id));
        machines.put(id, vm.toBuilder().powerState(state).build());
    }

    private static byte[] bytes() {
        byte[] bytes = new byte[DISK];
        new Random(42).nextBytes(bytes);
        return bytes;
    }

    /** Writes half of the disk, and the rest when a file called go appears in the target. */
    private static void slow(Path disk, Path go, ProgressListener progress) throws IOException {
        byte[] bytes = bytes();
        Files.write(disk, Arrays.copyOf(bytes, DISK / 2));
        progress.progress(Progress.bytes("copying", DISK / 2, DISK));
        while (!Files.exists(go)) {
            CallContext.current().throwIfCancelled();
            LockSupport.parkNanos(1_000_000);
        }
        Files.write(disk, bytes);
    }

    private static void fill(Path disk) throws IOException {
        ByteBuffer zeroes = ByteBuffer.allocate(DISK);
        try (FileChannel channel = FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            while (channel.size() < 64L * DISK) {
                channel.write(zeroes.clear());
            }
        }
    }

    private static String hash(Path file) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
