package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.Health;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.ProviderCapabilities;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPage;
import dev.plugbay.daemon.ProviderCalls.Answer;
import dev.plugbay.runtime.PluginHost;
import dev.plugbay.runtime.PluginState;
import dev.plugbay.runtime.PluginStatus;
import dev.plugbay.runtime.Problem;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Providers and their virtual machines. */
final class ProviderRoutes implements Routes {
    /** What a provider can do it knows without asking anybody; one that hangs is shown as that, and soon. */
    private static final Duration TELLS_WITHIN = Duration.ofSeconds(3);

    private final PluginHost host;
    private final Providers providers;
    private final ProviderCalls calls;
    private final VmDirectory vms;
    private final Requests requests;

    ProviderRoutes(PluginHost host, Providers providers, ProviderCalls calls, VmDirectory vms, Requests requests) {
        this.host = host;
        this.providers = providers;
        this.calls = calls;
        this.vms = vms;
        this.requests = requests;
    }

    @Override
    public void addTo(RouteTable table) {
        table.get("/api/v1/providers", this::list);
        table.get("/api/v1/providers/{instance}", this::show);
        table.post("/api/v1/providers/{instance}/validate", this::validate);
        table.get("/api/v1/providers/{instance}/vms", this::machines);
        table.get("/api/v1/providers/{instance}/vms/{id}", this::machine);
        table.get("/api/v1/vms", this::everyMachine);
    }

    private void list(Context ctx) {
        Query.allow(ctx, "limit", "cursor");
        Listing<Provider> page = Listing.of(ctx, providers.all(), Provider::instance);
        List<ProviderView> items = calls
                .ask(
                        page.items(),
                        requests.options(ctx),
                        TELLS_WITHIN,
                        provider -> provider.vms().capabilities())
                .stream()
                .map(this::view)
                .toList();
        requests.reply(ctx, new Listing<>(items, page.next()));
    }

    private void show(Context ctx) {
        Query.allow(ctx);
        requests.reply(
                ctx,
                view(calls.ask(
                                List.of(named(ctx)),
                                requests.options(ctx),
                                TELLS_WITHIN,
                                provider -> provider.vms().capabilities())
                        .getFirst()));
    }

    private void validate(Context ctx) {
        Query.allow(ctx);
        requests.reply(
                ctx,
                calls.ask(
                        named(ctx),
                        requests.options(ctx),
                        provider -> provider.vms().validate()));
    }

    private void machines(Context ctx) {
        VmQuery query = Query.machines(ctx);
        Provider provider = named(ctx);
        VmPage page =
                vms.list(provider, query, Listing.limit(ctx), Requests.query(ctx, "cursor"), requests.options(ctx));
        requests.reply(ctx, page);
    }

    private void machine(Context ctx) {
        Query.allow(ctx);
        Provider provider = named(ctx);
        String id = ctx.pathParam("id");
        Optional<VmInfo> vm = vms.find(provider, id, requests.options(ctx));
        requests.reply(
                ctx,
                vm.orElseThrow(() -> PlugbayException.of(
                                ErrorCode.NOT_FOUND,
                                "Provider " + provider.instance() + " has no virtual machine with the id \"" + id
                                        + "\".")
                        .plugin(provider.plugin())
                        .instance(provider.instance())
                        .remedy("GET /api/v1/providers/" + provider.instance() + "/vms lists its machines.")
                        .build()));
    }

    private void everyMachine(Context ctx) {
        VmQuery query = Query.machines(ctx);
        requests.reply(ctx, vms.list(query, Listing.limit(ctx), Requests.query(ctx, "cursor"), requests.options(ctx)));
    }

    private Provider named(Context ctx) {
        return providers.get(ctx.pathParam("instance"));
    }

    private ProviderView view(Answer<ProviderCapabilities> answer) {
        Provider provider = answer.provider();
        Optional<PluginStatus> plugin = host.plugin(provider.plugin());
        Optional<PluginStatus.InstanceStatus> instance = plugin.flatMap(status -> status.instances().stream()
                .filter(it -> it.name().equals(provider.instance()))
                .findFirst());
        Optional<PluginState> state =
                instance.map(PluginStatus.InstanceStatus::state).or(() -> plugin.map(PluginStatus::state));
        Optional<Health> health =
                instance.map(PluginStatus.InstanceStatus::health).or(() -> plugin.map(PluginStatus::health));
        Optional<ProviderCapabilities> capabilities =
                answer instanceof Answer.Got<ProviderCapabilities> got ? Optional.of(got.value()) : Optional.empty();
        Optional<Problem> problem = answer instanceof Answer.Failed<ProviderCapabilities> failed
                ? Optional.of(failed.problem())
                : Optional.empty();
        return new ProviderView(
                provider.instance(),
                provider.plugin(),
                plugin.map(PluginStatus::name),
                instance.flatMap(PluginStatus.InstanceStatus::version).or(() -> plugin.map(PluginStatus::version)),
                state,
                health,
                capabilities,
                problem,
                provider.properties());
    }
}
