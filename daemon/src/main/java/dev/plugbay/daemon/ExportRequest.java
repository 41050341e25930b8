package dev.plugbay.daemon;

import dev.plugbay.cloud.Compression;
import dev.plugbay.cloud.Consistency;
import dev.plugbay.cloud.ExportOptions;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody wants exported.
 *
 * @param provider the instance, if it is named apart
 * @param vm the machine: an id or unique name, with {@code instance/} before it where {@code provider} is absent
 * @param target the folder that gets the result
 * @param replace whether an earlier result may be replaced
 * @param options how
 */
record ExportRequest(Optional<String> provider, String vm, String target, boolean replace, ExportOptions options) {
    /** Reads the body of a request, strictly. */
    static ExportRequest of(Map<String, Object> json) {
        Body body = Body.of(
                json,
                "provider",
                "vm",
                "target",
                "replace",
                "format",
                "compression",
                "compressionLevel",
                "disks",
                "consistency",
                "snapshots",
                "removeCdrom",
                "metadata");
        ExportOptions.Builder options = ExportOptions.builder()
                .compression(body.choice("compression", Compression.class, Compression.NONE))
                .disks(body.texts("disks"))
                .consistency(body.choice("consistency", Consistency.class, Consistency.CRASH))
                .snapshots(body.flag("snapshots"))
                .removeCdrom(body.flag("removeCdrom"))
                .metadata(body.textMap("metadata"));
        body.text("format").ifPresent(options::format);
        body.number("compressionLevel", 1, 22).ifPresent(options::compressionLevel);
        return new ExportRequest(
                body.text("provider"),
                body.required("vm"),
                body.required("target"),
                body.flag("replace"),
                options.build());
    }
}
