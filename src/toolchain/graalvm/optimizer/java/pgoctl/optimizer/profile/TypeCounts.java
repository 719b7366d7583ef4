package pgoctl.optimizer.profile;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which types arrived at a place, and how often. Types are descriptors. */
public final class TypeCounts {
    private final Map<String, Long> counts = new TreeMap<>();

    /** A type and how often it arrived. */
    public record Entry(String type, long count) {
    }

    void add(String type, long count) {
        counts.merge(type, count, Counts::add);
    }

    void addAll(TypeCounts other) {
        other.counts.forEach(this::add);
    }

    public long total() {
        long sum = 0;
        for (long count : counts.values()) {
            sum = Counts.add(sum, count);
        }
        return sum;
    }

    /** The types, the most frequent first, equal ones by name. */
    public List<Entry> ranked() {
        List<Entry> entries = new ArrayList<>();
        counts.forEach((type, count) -> entries.add(new Entry(type, count)));
        entries.sort((a, b) -> a.count() != b.count() ? Long.compare(b.count(), a.count()) : a.type().compareTo(b.type()));
        return entries;
    }
}
