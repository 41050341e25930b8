package dev.plugbay.daemon;

import dev.plugbay.api.ErrorCode;
import dev.plugbay.api.PlugbayException;
import dev.plugbay.cloud.PowerState;
import dev.plugbay.cloud.VmInfo;
import dev.plugbay.cloud.VmPower;
import dev.plugbay.cloud.VmPower.StopMode;
import dev.plugbay.runtime.PluginHost;
import io.javalin.http.Context;
import java.util.function.Consumer;

/** Starting and stopping virtual machines. Answers come when it is done, with the machine as it is then. */
final class PowerRoutes implements Routes {
    private final PluginHost host;
    private final Providers providers;
    private final ProviderCalls calls;
    private final VmDirectory vms;
    private final Requests requests;

    /**
     * Wires it.
     *
     * @param calls with the patience that a guest needs to shut down
     */
    PowerRoutes(PluginHost host, Providers providers, ProviderCalls calls, VmDirectory vms, Requests requests) {
        this.host = host;
        this.providers = providers;
        this.calls = calls;
        this.vms = vms;
        this.requests = requests;
    }

    @Override
    public void addTo(RouteTable table) {
        table.post("/api/v1/providers/{instance}/vms/{id}/start", this::start);
        table.post("/api/v1/providers/{instance}/vms/{id}/stop", this::stop);
    }

    private void start(Context ctx) {
        Query.allow(ctx);
        Body ignored = body(ctx);
        String id = ctx.pathParam("id");
        change(ctx, power -> power.start(id));
    }

    private void stop(Context ctx) {
        Query.allow(ctx);
        StopMode mode = body(ctx, "mode").choice("mode", StopMode.class, StopMode.GRACEFUL);
        String id = ctx.pathParam("id");
        change(ctx, power -> power.stop(id, mode));
    }

    /** The body may be left out. */
    private Body body(Context ctx, String... known) {
        return Body.of(ctx.bodyAsBytes().length == 0 ? java.util.Map.of() : requests.object(ctx), known);
    }

    private void change(Context ctx, Consumer<VmPower> change) {
        Provider provider = providers.get(ctx.pathParam("instance"));
        VmPower power = host.find(VmPower.class, provider.instance()).orElseThrow(() -> unsupported(provider));
        Boolean done = calls.ask(provider, requests.options(ctx), asked -> {
            change.accept(power);
            return true;
        });
        assert done;
        String id = ctx.pathParam("id");
        VmInfo after = vms.find(provider, id, requests.options(ctx)).orElseGet(() -> gone(provider, id));
        requests.reply(ctx, after);
    }

    /** Some machines are there only while they run. */
    private static VmInfo gone(Provider provider, String id) {
        return VmInfo.builder(id, id)
                .provider(provider.instance())
                .powerState(PowerState.STOPPED)
                .state("gone")
                .build();
    }

    private static PlugbayException unsupported(Provider provider) {
        return PlugbayException.of(
                        ErrorCode.UNSUPPORTED,
                        "Provider " + provider.instance() + " does not start or stop virtual machines.")
                .plugin(provider.plugin())
                .instance(provider.instance())
                .remedy("GET /api/v1/providers tells by \"power\" which do.")
                .build();
    }
}
