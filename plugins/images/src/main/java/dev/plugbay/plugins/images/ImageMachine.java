package dev.plugbay.plugins.images;

import dev.plugbay.cloud.DiskSource;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmDisk;
import dev.plugbay.cloud.VmInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Describes an image as a machine. */
final class ImageMachine {
    static final String DISK_ID = "disk0";

    private ImageMachine() {}

    /** The machine; empty when its file is gone meanwhile. One whose file cannot be read is described as far as that goes. */
    static Optional<VmInfo> describe(ImageFile image, Path folder) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(image.path(), BasicFileAttributes.class);
            VmInfo.Builder vm = VmInfo.builder(image.id(), image.name())
                    .powerState(PowerState.STOPPED)
                    .state("image")
                    .location(folder.toString())
                    .createdAt(attributes.creationTime().toInstant())
                    .updatedAt(attributes.lastModifiedTime().toInstant());
            try {
                ImageHeader header = ImageHeader.read(image.path());
                vm.type(header.format()).disks(List.of(disk(image, header))).metadata(metadata(header));
            } catch (NoSuchFileException e) {
                throw e;
            } catch (IOException e) {
                vm.metadata(Map.of("problem", "it cannot be read: " + e.getMessage()));
            }
            return Optional.of(vm.build());
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static VmDisk disk(ImageFile image, ImageHeader header) throws IOException {
        VmDisk.Builder disk = VmDisk.builder(DISK_ID)
                .name(image.path().getFileName().toString())
                .capacityBytes(header.virtualSize())
                .format(header.format())
                .bootOrder(1);
        try (DiskSource source = DiskSource.file(image.path())) {
            OptionalLong allocated = source.allocatedBytes();
            if (allocated.isPresent()) {
                disk.allocatedBytes(allocated.getAsLong());
            }
        }
        return disk.build();
    }

    private static Map<String, String> metadata(ImageHeader header) {
        Map<String, String> facts = new TreeMap<>();
        header.defect().ifPresent(why -> facts.put("problem", why));
        header.backing().ifPresent(backing -> facts.put("backingFile", backing.name()));
        header.dataFile().ifPresent(name -> facts.put("dataFile", name));
        if (header.version() != 0) {
            facts.put("version", Integer.toUnsignedString(header.version()));
        }
        if (header.encrypted()) {
            facts.put("encrypted", "true");
        }
        if (header.snapshots() > 0) {
            facts.put("snapshots", Long.toString(header.snapshots()));
        }
        if (header.incompatible() != 0) {
            facts.put("incompatibleFeatures", "0x" + Long.toHexString(header.incompatible()));
        }
        return facts;
    }
}
