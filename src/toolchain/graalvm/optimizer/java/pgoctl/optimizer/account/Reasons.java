package pgoctl.optimizer.account;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** How often something was left alone, by the reason. Several threads may count. */
public final class Reasons {
    private final Map<String, AtomicLong> counts = new ConcurrentHashMap<>();

    public void add(String reason) {
        counts.computeIfAbsent(reason, key -> new AtomicLong()).incrementAndGet();
    }

    public Map<String, Long> asMap() {
        Map<String, Long> map = new TreeMap<>();
        counts.forEach((reason, count) -> map.put(reason, count.get()));
        return map;
    }
}
