package dev.plugbay.daemon;

import dev.plugbay.cloud.VmInfo;
import dev.plugbay.runtime.Problem;
import java.util.List;
import java.util.Optional;

/**
 * A part of the list of all machines.
 *
 * @param items the machines, ordered by instance and id
 * @param next the cursor of the next page; absent at the end
 * @param warnings why some providers' machines are missing
 */
record VmListing(List<VmInfo> items, Optional<String> next, List<Problem> warnings) {
    VmListing {
        items = List.copyOf(items);
        warnings = List.copyOf(warnings);
    }
}
