package pgoctl.optimizer.inline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import pgoctl.optimizer.profile.MethodProfile;
import pgoctl.optimizer.profile.Profile;

/**
 * How big a callee may be at a call of a given frequency. What counts as hot follows from the profile itself: the methods
 * are ranked by their calls, and the calls of the last one that is needed to cover a share of all calls are the border.
 */
final class Heat {
    private static final double HOTTEST_SHARE = 0.90;
    private static final double HOT_SHARE = 0.99;
    private static final double WARM_SHARE = 0.999;

    /** Nodes of the compiler's graph; a call itself, with its states, costs about a dozen. */
    private static final int HOTTEST_SIZE = 450;
    private static final int HOT_SIZE = 220;
    private static final int WARM_SIZE = 70;
    private static final int ANY_SIZE = 24;

    private final double hottest;
    private final double hot;
    private final double warm;

    Heat(Profile profile) {
        List<Long> calls = new ArrayList<>();
        double sum = 0;
        for (MethodProfile method : profile.all()) {
            calls.add(method.calls());
            sum += method.calls();
        }
        calls.sort(Collections.reverseOrder());
        hottest = border(calls, sum * HOTTEST_SHARE);
        hot = border(calls, sum * HOT_SHARE);
        warm = border(calls, sum * WARM_SHARE);
    }

    private static double border(List<Long> ranked, double wanted) {
        double covered = 0;
        for (long calls : ranked) {
            covered += calls;
            if (covered >= wanted) {
                return Math.max(1, calls);
            }
        }
        return 1;
    }

    /**
     * The largest callee that is worth its code at a call.
     *
     * @param calls how often the call is made in a run
     * @return a number of graph nodes; 0 if the call is too rare for any
     */
    int largest(double calls) {
        if (calls >= hottest) {
            return HOTTEST_SIZE;
        }
        if (calls >= hot) {
            return HOT_SIZE;
        }
        if (calls >= warm) {
            return WARM_SIZE;
        }
        return calls >= 1 ? ANY_SIZE : 0;
    }

    boolean isHot(double calls) {
        return calls >= hot;
    }
}
