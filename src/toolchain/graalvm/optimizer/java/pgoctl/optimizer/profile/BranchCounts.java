package pgoctl.optimizer.profile;

import java.util.Map;
import java.util.TreeMap;

/** How often each successor of a branch or switch was taken, by the successor's byte code index. */
public final class BranchCounts {
    private final Map<Integer, Long> successors = new TreeMap<>();

    void add(int successor, long count) {
        successors.merge(successor, count, Counts::add);
    }

    /** How often the place went on at this byte code index; 0 for one that is not recorded. */
    public long of(int successor) {
        return successors.getOrDefault(successor, 0L);
    }
}
