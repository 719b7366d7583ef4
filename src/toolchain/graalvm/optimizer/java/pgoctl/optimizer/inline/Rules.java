package pgoctl.optimizer.inline;

import java.util.function.Predicate;

import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.meta.HostedMethod;

import jdk.graal.compiler.nodes.FrameState;
import jdk.graal.compiler.nodes.Invoke;
import jdk.graal.compiler.nodes.InvokeWithExceptionNode;
import jdk.graal.compiler.nodes.java.ExceptionObjectNode;
import jdk.graal.compiler.nodes.java.MethodCallTargetNode;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.Ownership;
import pgoctl.optimizer.profile.MethodProfile;

/** Whether a call may be inlined, and whether it should be. */
final class Rules {
    private static final int DEEPEST = 9;
    /** How often a method may stand in one chain of inlined calls, the call in question included. */
    private static final int MOST_OF_ONE = 2;

    private final MethodNames names;
    private final Heat heat;
    private final SVMHost host;
    private final Predicate<Invoke> inlinable;

    Rules(MethodNames names, Heat heat, SVMHost host, Predicate<Invoke> inlinable) {
        this.names = names;
        this.heat = heat;
        this.host = host;
        this.inlinable = inlinable;
    }

    /**
     * What speaks against inlining the call.
     *
     * @param calls how often the call is made in a run
     * @return a word for the account, or null if nothing does
     */
    String against(HostedMethod root, Invoke invoke, double calls) {
        HostedMethod callee = (HostedMethod) invoke.callTarget().targetMethod();
        if (calls < 1) {
            return "never";
        }
        int largest = heat.largest(calls);
        if (!hasShape(invoke)) {
            return "shape";
        }
        if (!callee.isOriginalMethod() || Ownership.isRuntime(callee)) {
            return "runtime";
        }
        if (callee.compilationInfo.getCompilationGraph() == null) {
            return "no_graph";
        }
        if (!callee.canBeInlined() || host.neverInlineTrivial(root.getWrapped(), callee.getWrapped()) || host.containsStackValueNode(callee.getWrapped())
                        || !inlinable.test(invoke)) {
            return "forbidden";
        }
        if (size(callee) > largest) {
            return heat.isHot(calls) ? "too_big" : "too_big_for_its_heat";
        }
        return chain(invoke, callee);
    }

    /** A callee cannot be called from one place more often than from all: a bound for frequencies that are estimates. */
    double bounded(HostedMethod callee, double calls) {
        MethodProfile profile = names.profile(callee);
        if (profile == null || !profile.ran()) {
            return 0;
        }
        return profile.calls() > 0 ? Math.min(calls, profile.calls()) : calls;
    }

    static int size(HostedMethod callee) {
        return callee.compilationInfo.getCompilationGraph().getNodeCount();
    }

    private static boolean hasShape(Invoke invoke) {
        return invoke instanceof InvokeWithExceptionNode call && call.callTarget() instanceof MethodCallTargetNode && call.stateAfter() != null
                        && call.exceptionEdge() instanceof ExceptionObjectNode edge && edge.stateAfter() != null;
    }

    private static String chain(Invoke invoke, HostedMethod callee) {
        int depth = 0;
        int same = 1;
        for (FrameState state = invoke.stateAfter(); state != null; state = state.outerFrameState()) {
            depth++;
            if (callee.equals(state.getMethod())) {
                same++;
            }
        }
        if (depth > DEEPEST) {
            return "deep";
        }
        return same > MOST_OF_ONE ? "recursive" : null;
    }
}
