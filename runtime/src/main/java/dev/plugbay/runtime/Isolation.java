package dev.plugbay.runtime;

import dev.plugbay.api.ErrorCode;
import java.util.Map;

/** A way of running generations apart from the host and from each other. */
interface Isolation {
    /** What the operator calls it. */
    String name();

    /** Makes a generation, not yet started, without running code of the plugin; {@link ErrorCode#LOAD_ERROR} and others say why it cannot. */
    Generation load(Artifact artifact, String instance, int number, Map<String, Object> config);

    /** Fails as {@link #load} would, and leaves nothing. */
    void inspect(Artifact artifact);

    /** A class loader for each generation, in the host's own process. */
    record InProcess(HostServices host) implements Isolation {
        static final String NAME = "in-process";

        @Override
        public String name() {
            return NAME;
        }

        @Override
        public Generation load(Artifact artifact, String instance, int number, Map<String, Object> config) {
            return InProcessGeneration.load(artifact, instance, number, config, host);
        }

        @Override
        public void inspect(Artifact artifact) {
            InProcessGeneration.inspect(artifact, host);
        }
    }
}
