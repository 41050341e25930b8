package dev.plugbay.processor;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.nio.file.Path;
import java.util.List;

/** The published schema of manifests. */
final class ManifestSchema {
    static final Path FILE = Path.of("../docs/manifest.schema.json");
    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(Compilation.read(FILE));

    private ManifestSchema() {}

    /** What a manifest does wrong. */
    static List<Error> faults(String manifest) {
        return SCHEMA.validate(manifest, InputFormat.JSON);
    }
}
