package pgoctl.optimizer;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * What the optimizer was told, by system properties of the image builder's JVM ({@code -J-Dpgoctl.optimizer.NAME=VALUE}).
 *
 * @param profile the profile to use
 * @param account where the account of the build goes
 * @param parts each part's name, and whether it is on
 */
public record Switches(Path profile, Path account, Map<String, Boolean> parts) {
    private static final String PREFIX = "pgoctl.optimizer.";

    /** The parts of the optimizer, each with whether it is on by default. */
    public enum Part {
        BRANCHES("branches", true),
        SWITCHES("switches", true),
        DEVIRTUALIZE("devirtualize", true),
        INLINE("inline", true),
        COLD("cold", true),
        ORDER("order", true);

        private final String key;
        private final boolean byDefault;

        Part(String key, boolean byDefault) {
            this.key = key;
            this.byDefault = byDefault;
        }

        public String key() {
            return key;
        }
    }

    /** @throws IllegalArgumentException if a property is missing or has a value that it cannot have */
    static Switches fromSystemProperties() {
        Map<String, Boolean> parts = new TreeMap<>();
        for (Part part : Part.values()) {
            parts.put(part.key, onOrOff(PREFIX + part.key, part.byDefault));
        }
        return new Switches(path("profile"), path("account"), parts);
    }

    public boolean on(Part part) {
        return parts.get(part.key);
    }

    private static Path path(String name) {
        String value = System.getProperty(PREFIX + name);
        if (value == null || value.isEmpty()) {
            throw new IllegalArgumentException("`-J-D" + PREFIX + name + "=FILE` is missing");
        }
        return Path.of(value);
    }

    private static boolean onOrOff(String property, boolean byDefault) {
        String value = System.getProperty(property);
        if (value == null) {
            return byDefault;
        }
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("`-J-D" + property + "=" + value + "`: the value is `true` or `false`");
        };
    }
}
