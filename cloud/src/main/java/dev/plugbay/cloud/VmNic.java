package dev.plugbay.cloud;

import java.util.List;
import java.util.Optional;

/**
 * A network interface of a virtual machine.
 *
 * @param id its id within the machine
 * @param mac its hardware address
 * @param network the network that it is connected to
 * @param model its model, such as {@code virtio}
 * @param ipAddresses its addresses
 */
public record VmNic(
        String id, Optional<String> mac, Optional<String> network, Optional<String> model, List<String> ipAddresses) {
    /** Copies collections. */
    public VmNic {
        ipAddresses = List.copyOf(ipAddresses);
    }

    /** A builder with what is required. */
    public static Builder builder(String id) {
        return new Builder(id);
    }

    /** A builder that starts from this. */
    public Builder toBuilder() {
        Builder builder = new Builder(id);
        builder.mac = mac;
        builder.network = network;
        builder.model = model;
        builder.ipAddresses = ipAddresses;
        return builder;
    }

    /** Builds a {@link VmNic}. */
    public static final class Builder {
        private final String id;
        private Optional<String> mac = Optional.empty();
        private Optional<String> network = Optional.empty();
        private Optional<String> model = Optional.empty();
        private List<String> ipAddresses = List.of();

        private Builder(String id) {
            this.id = id;
        }

        /** Sets its hardware address. */
        public Builder mac(String mac) {
            this.mac = Optional.of(mac);
            return this;
        }

        /** Sets the network that it is connected to. */
        public Builder network(String network) {
            this.network = Optional.of(network);
            return this;
        }

        /** Sets its model, such as {@code virtio}. */
        public Builder model(String model) {
            this.model = Optional.of(model);
            return this;
        }

        /** Sets its addresses. */
        public Builder ipAddresses(List<String> ipAddresses) {
            this.ipAddresses = ipAddresses;
            return this;
        }

        /** The VmNic. */
        public VmNic build() {
            return new VmNic(id, mac, network, model, ipAddresses);
        }
    }
}
