package pgoctl.counting;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

import com.oracle.graal.pointsto.meta.AnalysisMethod;

import pgoctl.optimizer.profile.MethodKey;

/**
 * Everything that is counted, and which counters belong to what. A counter is 8 bytes; counters are numbered from 0. A
 * method may be parsed more than once and by several threads: each of its places has its counters once.
 */
public final class Sites {
    private static final Sites OF_THIS_BUILD = new Sites();

    private final ConcurrentHashMap<AnalysisMethod, MethodSites> methods = new ConcurrentHashMap<>();
    private final AtomicInteger counters = new AtomicInteger();

    private Sites() {
    }

    /** The image's memory is described by static fields, so there is one for each build. */
    public static Sites ofThisBuild() {
        return OF_THIS_BUILD;
    }

    MethodSites of(AnalysisMethod method) {
        return methods.computeIfAbsent(method, each -> new MethodSites(key(each), this));
    }

    private static MethodKey key(AnalysisMethod method) {
        return new MethodKey(method.getDeclaringClass().getName(), method.getName(), method.getSignature().toMethodDescriptor());
    }

    /** @return the number of the first of new counters */
    int allocate(int number) {
        return counters.getAndAdd(number);
    }

    /** The size of all counters. */
    public int bytes() {
        return Math.multiplyExact(counters.get(), Long.BYTES);
    }

    /** Tells the image what its counters mean. */
    public byte[] description() {
        return Description.of(all(), counters.get());
    }

    private List<MethodSites> all() {
        return methods.values().stream().sorted((a, b) -> a.method().compareTo(b.method())).toList();
    }

    /** The account's section. */
    Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("methods", methods.size());
        map.put("application_methods", methods.values().stream().filter(each -> !each.method().isPlatform()).count());
        for (Site.Kind kind : Site.Kind.values()) {
            map.put(kind.key(), all().stream().flatMap(each -> each.all().stream()).filter(site -> site.kind() == kind).count());
        }
        map.put("counter_bytes", bytes());
        return map;
    }
}
