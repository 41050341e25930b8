package dev.plugbay.plugins.libvirt;

import dev.plugbay.api.PluginException;
import java.net.URI;
import java.net.URISyntaxException;

/**
 * Whether the machines of a connection are on this machine, so that the paths that libvirt tells mean files here. Elsewhere they would name other files, or other machines' disks of the same path.
 */
final class ExportPlace {
    private ExportPlace() {}

    /** Whether the URI, as libvirt.org/uri.html describes them, can lead nowhere else: it names no host, and no way to one. */
    static boolean here(String uri) {
        try {
            URI parsed = new URI(uri);
            String scheme = parsed.getScheme();
            if (scheme == null || parsed.isOpaque() || parsed.getRawAuthority() != null) {
                return false; // without a scheme it is an alias of libvirt's configuration, for anything
            }
            int plus = scheme.indexOf('+');
            return plus < 0 || scheme.substring(plus + 1).equals("unix");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** Why machines of the URI are not exported. */
    static PluginException refusal(String uri) {
        return ExportRules.unsupported(
                "the machines of " + uri
                        + " are not on this machine, as far as can be told, and neither are their disks: run a host where they are, with a connection such as qemu:///system, and export them there");
    }
}
