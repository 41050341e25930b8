package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.Page;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.daemon.ProviderCalls.Answer;
import dev.plugbay.runtime.CallOptions;
import dev.plugbay.runtime.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The virtual machines of every provider, as one list. */
final class VmDirectory {
    private final Providers providers;
    private final ProviderCalls calls;

    VmDirectory(Providers providers, ProviderCalls calls) {
        this.providers = providers;
        this.calls = calls;
    }

    /** One provider's machines, with that provider's own cursor. */
    VmPage list(Provider provider, VmQuery query, int limit, Optional<String> cursor, CallOptions options) {
        return calls.ask(provider, options, asked -> gather(asked, query, limit, cursor));
    }

    /** One machine, by its id. */
    Optional<VmInfo> find(Provider provider, String id, CallOptions options) {
        return calls.ask(provider, options, asked -> asked.vms().get(id))
                .map(vm -> vm.toBuilder().provider(provider.instance()).build());
    }

    /** Every provider's machines. A provider that fails becomes a warning. */
    VmListing list(VmQuery query, int limit, Optional<String> cursor, CallOptions options) {
        Optional<VmCursor> from = cursor.map(VmCursor::decode);
        List<Provider> left = providers.all().stream()
                .filter(provider -> from.isEmpty()
                        || provider.instance().compareTo(from.get().instance()) >= 0)
                .toList();
        List<Answer<VmPage>> answers =
                calls.ask(left, options, provider -> gather(provider, query, limit, inner(provider, from)));
        List<VmInfo> items = new ArrayList<>();
        List<Problem> warnings = new ArrayList<>();
        Optional<VmCursor> next = Optional.empty();
        for (Answer<VmPage> answer : answers) {
            int room = limit - items.size();
            switch (fit(answer, room, options, query, from)) {
                case Answer.Failed<VmPage> failed -> warnings.add(failed.problem());
                case Answer.Got<VmPage>(Provider provider, VmPage page) -> {
                    boolean more = !page.items().isEmpty() || page.next().isPresent();
                    if (next.isEmpty() && room == 0 && more) {
                        next = Optional.of(new VmCursor(provider.instance(), Optional.empty()));
                    } else if (next.isEmpty() && room > 0) {
                        items.addAll(page.items());
                        next = page.next().map(inner -> new VmCursor(provider.instance(), Optional.of(inner)));
                    }
                }
            }
        }
        return new VmListing(items, next.map(VmCursor::encode), warnings);
    }

    /** Only the provider knows the cursor behind a part of its page, so where a page is too long it is asked for just that part. */
    private Answer<VmPage> fit(
            Answer<VmPage> answer, int room, CallOptions options, VmQuery query, Optional<VmCursor> from) {
        if (room > 0
                && answer instanceof Answer.Got<VmPage>(Provider provider, VmPage page)
                && page.items().size() > room) {
            return calls.ask(List.of(provider), options, asked -> gather(asked, query, room, inner(asked, from)))
                    .getFirst();
        }
        return answer;
    }

    private static Optional<String> inner(Provider provider, Optional<VmCursor> from) {
        return from.filter(cursor -> cursor.instance().equals(provider.instance()))
                .flatMap(VmCursor::inner);
    }

    /** As many machines as wanted, in as many pages as that takes; each is marked with its provider. */
    static VmPage gather(Provider provider, VmQuery query, int limit, Optional<String> cursor) {
        List<VmInfo> found = new ArrayList<>();
        Optional<String> at = cursor;
        while (true) {
            VmPage page = query.ask(provider.vms(), new Page(limit - found.size(), at));
            page.items().stream()
                    .filter(query::wants)
                    .map(vm -> vm.toBuilder().provider(provider.instance()).build())
                    .forEach(found::add);
            if (page.next().isEmpty() || found.size() >= limit) {
                return new VmPage(found, page.next());
            }
            if (page.next().equals(at)) {
                throw PlugbayException.of(
                                ErrorCode.CALL_FAILED,
                                "Provider " + provider.instance() + " answered with a cursor that does not go on.")
                        .plugin(provider.plugin())
                        .instance(provider.instance())
                        .build();
            }
            at = page.next();
        }
    }
}
