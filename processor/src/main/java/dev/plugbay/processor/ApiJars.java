package dev.plugbay.processor;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.lang.model.element.TypeElement;
import javax.tools.JavaFileObject;

/** The APIs on the class path: jars and folders with a {@code META-INF/plugbay/api.json}. Found through the class files, so that only those used are named. */
final class ApiJars {
    private static final String NAME = "META-INF/plugbay/api.json";

    private final Env env;
    private final Map<String, Optional<Api>> byRoot = new HashMap<>();

    /** An API: its name, its version, and the packages that it consists of. */
    record Api(String name, String version, List<String> packages) {
        /** From the version compiled against up to the next that may break. */
        String range() {
            String[] numbers = version.split("\\.", 3);
            return "^" + numbers[0] + "." + (numbers.length > 1 ? numbers[1] : "0");
        }
    }

    ApiJars(Env env) {
        this.env = env;
    }

    /** The API that a class belongs to. */
    Optional<Api> of(TypeElement type) {
        String packageName =
                env.elements().getPackageOf(type).getQualifiedName().toString();
        return root(type)
                .flatMap(root -> byRoot.computeIfAbsent(root, ApiJars::read))
                .filter(api -> api.packages().contains(packageName));
    }

    private Optional<String> root(TypeElement type) {
        try {
            JavaFileObject file = env.elements().getFileObjectOf(type);
            String suffix = env.binaryName(type).replace('.', '/') + ".class";
            String uri = file == null ? "" : file.toUri().toString();
            return uri.endsWith(suffix) && !uri.startsWith("jrt:")
                    ? Optional.of(uri.substring(0, uri.length() - suffix.length()))
                    : Optional.empty();
        } catch (UnsupportedOperationException otherCompiler) {
            return Optional.empty();
        }
    }

    private static Optional<Api> read(String root) {
        try {
            URLConnection connection = URI.create(root + NAME).toURL().openConnection();
            connection.setUseCaches(false); // a cached jar stays open, and is stale when it is built again
            try (InputStream in = connection.getInputStream()) {
                Map<String, Object> api = Json.readObject(new String(in.readAllBytes(), StandardCharsets.UTF_8));
                return api.get("name") instanceof String name
                                && api.get("version") instanceof String version
                                && api.get("packages") instanceof List<?> packages
                        ? Optional.of(new Api(
                                name,
                                version,
                                packages.stream().map(String::valueOf).toList()))
                        : Optional.empty();
            }
        } catch (IOException | IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
