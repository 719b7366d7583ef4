package pgoctl.optimizer.account;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import pgoctl.optimizer.profile.MethodKey;
import pgoctl.optimizer.profile.MethodProfile;

/** How many methods of a profile an image has. */
public final class MethodTally {
    private long profiled;
    private long found;
    private long otherSignature;
    private long missing;

    private MethodTally() {
    }

    /**
     * @param applicationOnly leaves the methods of the JDK and of GraalVM out
     */
    public static MethodTally of(Collection<MethodProfile> profiles, Set<MethodKey> inImage, boolean applicationOnly) {
        Set<String> names = new HashSet<>();
        inImage.forEach(key -> names.add(key.owner() + key.name()));
        MethodTally tally = new MethodTally();
        for (MethodProfile profile : profiles) {
            MethodKey key = profile.method();
            if (!profile.ran() || applicationOnly && key.isPlatform()) {
                continue;
            }
            tally.profiled++;
            if (inImage.contains(key)) {
                tally.found++;
            } else if (names.contains(key.owner() + key.name())) {
                tally.otherSignature++;
            } else {
                tally.missing++;
            }
        }
        return tally;
    }

    public long profiled() {
        return profiled;
    }

    /** The share of the profile's methods that the image has, from 0 to 1; 0 if the profile has none. */
    public double foundShare() {
        return profiled == 0 ? 0 : (double) found / profiled;
    }

    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("profiled", profiled);
        map.put("found", found);
        map.put("other_signature", otherSignature);
        map.put("missing", missing);
        return map;
    }
}
