package pgoctl.optimizer.profile;

import java.util.HashMap;
import java.util.Map;

/** What a profile knows of one method, the contexts of its callers added up unless said otherwise. */
public final class MethodProfile {
    private final MethodKey method;
    private long calls;
    private final Map<Integer, BranchCounts> branches = new HashMap<>();
    private final Map<Integer, ContextTypes> receivers = new HashMap<>();
    private final Map<Integer, ContextTypes> checks = new HashMap<>();

    MethodProfile(MethodKey method) {
        this.method = method;
    }

    void addCalls(long count) {
        calls = Counts.add(calls, count);
    }

    BranchCounts branchToFill(int bci) {
        return branches.computeIfAbsent(bci, key -> new BranchCounts());
    }

    ContextTypes receiversToFill(int bci) {
        return receivers.computeIfAbsent(bci, key -> new ContextTypes());
    }

    ContextTypes checksToFill(int bci) {
        return checks.computeIfAbsent(bci, key -> new ContextTypes());
    }

    public MethodKey method() {
        return method;
    }

    /** How often the method was entered; 0 where the profile does not say. */
    public long calls() {
        return calls;
    }

    /** Whether anything at all was counted in the method. */
    public boolean ran() {
        return calls > 0 || !branches.isEmpty() || !receivers.isEmpty() || !checks.isEmpty();
    }

    /** The successors of the branch or switch at this byte code index, or null. */
    public BranchCounts branch(int bci) {
        return branches.get(bci);
    }

    /** The receiver types of the call at this byte code index, or null. */
    public ContextTypes receivers(int bci) {
        return receivers.get(bci);
    }

    /** The types that the cast or {@code instanceof} at this byte code index saw, or null. */
    public ContextTypes checks(int bci) {
        return checks.get(bci);
    }

    public boolean hasBranches() {
        return !branches.isEmpty();
    }

    public int branchCount() {
        return branches.size();
    }

    public int receiverCount() {
        return receivers.size();
    }
}
