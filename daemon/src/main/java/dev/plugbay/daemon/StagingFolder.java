package dev.plugbay.daemon;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder that an export is written into before it gets its name: {@code <target>/.plugbay-<job>/}. Beside it lies a marker,
 * {@code .plugbay-<job>.job}, made first and removed last: only what has one is ever swept. It also says whether an empty folder of the result's name may be ours. The folder itself belongs to the provider and
 * starts empty.
 */
final class StagingFolder {
    private static final Logger LOG = LoggerFactory.getLogger(StagingFolder.class);
    private static final String FIRST_LINE = "Plugbay writes an export here and removes this file when it is done.";
    /** The last line of a marker whose export took its name with an empty folder. */
    static final String TAKEN = "Its name is taken with an empty folder first, because the system has nothing better.";

    private static final long MARKER_MOST = 4096;

    /** The first line, the job, the name, and {@link #TAKEN} where it applies. */
    private static final int MARKER_LINES = 3;

    private final Path target;
    private final String job;
    private final String name;
    private final AtomicRename renames;

    private StagingFolder(Path target, String job, String name, AtomicRename renames) {
        this.target = target;
        this.job = job;
        this.name = name;
        this.renames = renames;
    }

    /**
     * Makes one.
     *
     * @param target an existing folder, by its real path
     * @param name the name that the result will get in it
     */
    static StagingFolder make(Path target, String job, String name, AtomicRename renames) throws IOException {
        StagingFolder staging = new StagingFolder(target, job, name, renames);
        Path marker = marker(target, job);
        Files.write(
                marker,
                List.of(FIRST_LINE, job, name),
                StandardCharsets.UTF_8,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE,
                StandardOpenOption.SYNC);
        try {
            Files.createDirectory(staging.folder());
            FileTrees.syncOne(target);
        } catch (IOException e) {
            staging.remove();
            throw e;
        }
        return staging;
    }

    /** The folder. */
    Path folder() {
        return folder(target, job);
    }

    /** Where its contents will be. */
    Path result() {
        return target.resolve(name);
    }

    /**
     * Gives the folder its name.
     *
     * @param replace whether an earlier result of that name gives way
     * @throws FileAlreadyExistsException when something has that name and may not be replaced
     */
    void publish(boolean replace) throws IOException {
        if (replace && isExport(result())) {
            if (!renames.exchange(folder(), result())) {
                Path aside = aside(target, job);
                move(result(), aside);
                try {
                    move(folder(), result());
                } catch (IOException e) {
                    move(aside, result());
                    throw e;
                }
            }
        } else {
            move(folder(), result());
        }
        FileTrees.syncOne(target);
    }

    private void move(Path from, Path to) throws IOException {
        renames.move(from, to, this::takes);
    }

    private void takes() throws IOException {
        Path marker = marker(target, job);
        if (!Files.readString(marker, StandardCharsets.UTF_8).contains(TAKEN)) {
            Files.write(marker, List.of(TAKEN), StandardOpenOption.APPEND, StandardOpenOption.SYNC);
        }
    }

    /** Removes the folder, or what it was exchanged for, and the marker. */
    void remove() throws IOException {
        FileTrees.delete(folder());
        FileTrees.delete(aside(target, job));
        Files.deleteIfExists(marker(target, job));
    }

    /** Whether a folder is the result of an export, and so may be replaced by another. */
    static boolean isExport(Path folder) {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(folder.resolve(ExportFiles.VM), LinkOption.NOFOLLOW_LINKS)
                && Files.isRegularFile(folder.resolve(ExportFiles.SUMS), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether nothing is left of a job in its target. */
    static boolean isGone(Path target, String job) {
        return Files.notExists(folder(target, job), LinkOption.NOFOLLOW_LINKS)
                && Files.notExists(marker(target, job), LinkOption.NOFOLLOW_LINKS)
                && Files.notExists(aside(target, job), LinkOption.NOFOLLOW_LINKS);
    }

    /**
     * Removes what a job left when its host died. An earlier result that was just being replaced is put back if the new one is not there.
     *
     * @return false when something of that name is there that does not look like this host's: it is left alone
     */
    static boolean sweep(Path target, String job, AtomicRename renames) throws IOException {
        if (!JobIds.valid(job) || isGone(target, job)) {
            return true;
        }
        Path marker = marker(target, job);
        if (!Files.isRegularFile(marker, LinkOption.NOFOLLOW_LINKS) || Files.size(marker) > MARKER_MOST) {
            return false;
        }
        if (isBegun(target, job, marker)) {
            Files.delete(marker);
            return true;
        }
        List<String> lines = Files.readAllLines(marker, StandardCharsets.UTF_8);
        if (lines.size() < MARKER_LINES
                || !lines.get(0).equals(FIRST_LINE)
                || !lines.get(1).equals(job)
                || !lines.get(2).equals(VmFolderName.of(lines.get(2), ""))) {
            return false;
        }
        StagingFolder staging = new StagingFolder(target, job, lines.get(2), renames);
        Path aside = aside(target, job);
        if (lines.contains(TAKEN)) {
            giveNameBack(staging.result());
        }
        if (isExport(aside) && Files.notExists(staging.result(), LinkOption.NOFOLLOW_LINKS)) {
            staging.move(aside, staging.result());
        }
        staging.remove();
        return true;
    }

    /** Removes the empty folder with which a name was taken; see {@link AtomicRename}. One that is a result, or cannot be removed, stays, and keeps nothing else from being removed. */
    private static void giveNameBack(Path result) {
        if (Files.isDirectory(result, LinkOption.NOFOLLOW_LINKS)) {
            try {
                Files.delete(result);
            } catch (DirectoryNotEmptyException e) {
                LOG.debug("{} is a result", result, e);
            } catch (IOException e) {
                LOG.warn("The folder {}, with which an export had taken its name, stays: {}", result, e.toString());
            }
        }
    }

    /** Whether a marker was only half written when the host died; it comes first, so there is nothing else then. */
    private static boolean isBegun(Path target, String job, Path marker) throws IOException {
        return Files.notExists(folder(target, job), LinkOption.NOFOLLOW_LINKS)
                && Files.notExists(aside(target, job), LinkOption.NOFOLLOW_LINKS)
                && (FIRST_LINE + "\n" + job + "\n").startsWith(Files.readString(marker, StandardCharsets.UTF_8));
    }

    private static Path folder(Path target, String job) {
        return target.resolve(".plugbay-" + job);
    }

    private static Path marker(Path target, String job) {
        return target.resolve(".plugbay-" + job + ".job");
    }

    private static Path aside(Path target, String job) {
        return target.resolve(".plugbay-" + job + ".old");
    }
}
