package pgoctl.optimizer.parse;

import java.util.Arrays;

import jdk.vm.ci.meta.DeoptimizationReason;
import jdk.vm.ci.meta.JavaMethodProfile;
import jdk.vm.ci.meta.JavaTypeProfile;
import jdk.vm.ci.meta.ProfilingInfo;
import jdk.vm.ci.meta.TriState;
import pgoctl.optimizer.profile.BranchCounts;
import pgoctl.optimizer.profile.MethodProfile;

/**
 * Answers the byte code parser's questions about one method: which share of a branch jumps, which share of a switch goes
 * where. It knows nothing of types and exceptions: an image cannot give up a speculation that turns out wrong.
 */
final class Probabilities implements ProfilingInfo {
    /** Never 0 or 1: the parser would take those for proved. */
    private static final double SMALLEST = 1e-6;

    private final byte[] code;
    private final MethodProfile profile;
    private final ParsedSites sites;
    private final boolean branches;
    private final boolean switches;

    Probabilities(byte[] code, MethodProfile profile, ParsedSites sites, boolean branches, boolean switches) {
        this.code = code;
        this.profile = profile;
        this.sites = sites;
        this.branches = branches;
        this.switches = switches;
    }

    /** The share that jumps, between 0 and 1 exclusively; -1 where it is unknown. */
    @Override
    public double getBranchTakenProbability(int bci) {
        BranchCounts counts = profile.branch(bci);
        if (!branches || counts == null || !Branches.isBranch(code, bci)) {
            return -1;
        }
        int target = Branches.target(code, bci);
        int next = Branches.next(bci);
        long taken = counts.of(target);
        long total = taken + counts.of(next);
        if (target == next || total <= 0) {
            sites.branchOfOtherCode(profile.method(), bci);
            return -1;
        }
        sites.branch(profile.method(), bci);
        return clamp((taken + 0.5) / (total + 1.0));
    }

    /** The share of each case in the order of the byte code, the default last; null where it is unknown. */
    @Override
    public double[] getSwitchProbabilities(int bci) {
        BranchCounts counts = profile.branch(bci);
        if (!switches || counts == null || !Branches.isSwitch(code, bci)) {
            return null;
        }
        int[] targets = Branches.targets(code, bci);
        int[] distinct = Arrays.stream(targets).distinct().toArray();
        long total = 0;
        for (int target : distinct) {
            total += counts.of(target);
        }
        if (total <= 0) {
            sites.branchOfOtherCode(profile.method(), bci);
            return null;
        }
        sites.switchSeen(profile.method(), bci);
        return shares(counts, targets, distinct.length, total);
    }

    /** Cases that go to one place share its count evenly. */
    private static double[] shares(BranchCounts counts, int[] targets, int distinct, long total) {
        double[] shares = new double[targets.length];
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            int target = targets[i];
            long sharing = Arrays.stream(targets).filter(other -> other == target).count();
            shares[i] = clamp((counts.of(target) + 0.5) / (total + 0.5 * distinct) / sharing);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    private static double clamp(double probability) {
        return Math.min(1 - SMALLEST, Math.max(SMALLEST, probability));
    }

    @Override
    public int getCodeSize() {
        return code.length;
    }

    @Override
    public JavaTypeProfile getTypeProfile(int bci) {
        return null;
    }

    @Override
    public JavaMethodProfile getMethodProfile(int bci) {
        return null;
    }

    @Override
    public TriState getExceptionSeen(int bci) {
        return TriState.UNKNOWN;
    }

    @Override
    public TriState getNullSeen(int bci) {
        return TriState.UNKNOWN;
    }

    @Override
    public int getExecutionCount(int bci) {
        return -1;
    }

    @Override
    public int getDeoptimizationCount(DeoptimizationReason reason) {
        return 0;
    }

    @Override
    public boolean setCompilerIRSize(Class<?> irType, int irSize) {
        return false;
    }

    @Override
    public int getCompilerIRSize(Class<?> irType) {
        return -1;
    }

    @Override
    public boolean isMature() {
        return true;
    }

    @Override
    public void setMature() {
    }
}
