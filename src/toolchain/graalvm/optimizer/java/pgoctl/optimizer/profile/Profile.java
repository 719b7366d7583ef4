package pgoctl.optimizer.profile;

import java.util.Collection;
import java.util.Map;

/**
 * A whole profile.
 *
 * @param version the format's version as the file has it
 * @param digest SHA-256 of the file's bytes as they are on disk, in lowercase hexadecimal digits
 * @param methods what was counted, by method; methods that are in the tables only are not in it
 */
public record Profile(String version, String digest, Map<MethodKey, MethodProfile> methods) {
    /** What was counted in the method, or null. */
    public MethodProfile of(MethodKey method) {
        return methods.get(method);
    }

    public Collection<MethodProfile> all() {
        return methods.values();
    }
}
