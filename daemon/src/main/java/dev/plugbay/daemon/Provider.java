package dev.plugbay.daemon;

import dev.plugbay.cloud.VmProvider;
import java.util.Map;

/**
 * An instance that offers virtual machines now.
 *
 * @param instance the instance's name
 * @param plugin the plugin's id
 * @param properties the extension's properties, from the manifest
 * @param vms the handle on it
 */
record Provider(String instance, String plugin, Map<String, Object> properties, VmProvider vms) {}
