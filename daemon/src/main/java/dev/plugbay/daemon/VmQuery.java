package dev.plugbay.daemon;

import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmFilter;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.cloud.VmProvider;
import java.util.Optional;

/**
 * Which machines are wanted.
 *
 * @param filter must match
 * @param text must occur in id, name, tags or addresses
 */
record VmQuery(VmFilter filter, Optional<String> text) {
    /** All that match a filter. */
    static VmQuery of(VmFilter filter) {
        return new VmQuery(filter, Optional.empty());
    }

    /** One page of a provider's answer. */
    VmPage ask(VmProvider provider, Page page) {
        return text.isPresent() ? provider.search(text.get(), page) : provider.list(filter, page);
    }

    /** Whether a machine of that page is wanted: a search knows nothing of the filter. */
    boolean wants(VmInfo vm) {
        return text.isEmpty() || filter.matches(vm);
    }
}
