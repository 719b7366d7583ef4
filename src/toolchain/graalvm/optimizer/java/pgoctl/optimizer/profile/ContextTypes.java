package pgoctl.optimizer.profile;

import java.util.ArrayList;
import java.util.List;

/** The receiver types at one call, apart for each recorded chain of callers. */
public final class ContextTypes {
    private final TypeCounts all = new TypeCounts();
    private final List<Chain> chains = new ArrayList<>();

    /**
     * @param callers the frames above the call's own method, the nearest first; never empty
     */
    private record Chain(List<Frame> callers, TypeCounts types) {
    }

    void add(List<Frame> callers, TypeCounts types) {
        all.addAll(types);
        if (!callers.isEmpty()) {
            chains.add(new Chain(callers, types));
        }
    }

    /** The counts of all contexts together. */
    public TypeCounts all() {
        return all;
    }

    /**
     * The counts under the given chain of callers: those of the contexts that agree with it as far as both reach, or of
     * all contexts if none goes beyond the method itself.
     *
     * @param callers the frames above the call's own method, the nearest first
     */
    public TypeCounts under(List<Frame> callers) {
        if (callers.isEmpty() || chains.isEmpty()) {
            return all;
        }
        TypeCounts matching = new TypeCounts();
        for (Chain chain : chains) {
            int depth = Math.min(chain.callers().size(), callers.size());
            if (chain.callers().subList(0, depth).equals(callers.subList(0, depth))) {
                matching.addAll(chain.types());
            }
        }
        return matching.total() == 0 ? all : matching;
    }
}
