package pgoctl.optimizer.cold;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import com.oracle.svm.hosted.code.CompilationGraph;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedUniverse;

import jdk.graal.compiler.nodes.FrameState;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.internal.vm.annotation.IntrinsicCandidate;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.Ownership;
import pgoctl.optimizer.account.MethodTally;
import pgoctl.optimizer.profile.MethodProfile;

/**
 * Tells which methods never ran in training, so that they may be compiled for size and build time. It answers "no" in
 * doubt: a method that runs after all would pay for a wrong "yes".
 */
public final class ColdCode {
    /** Below this share of the application's methods, the profile is another program's, and its silence means nothing. */
    private static final double LEAST_FOUND = 0.5;
    /** How far calls are followed from a method whose calls a JVM does not count. */
    private static final int UNCOUNTED_DEPTH = 3;

    private final MethodNames names;
    private final String offBecause;
    private final Set<HostedMethod> uncounted;
    private final Set<HostedMethod> cold = ConcurrentHashMap.newKeySet();

    /** @param application how much of the program the profile knows */
    public ColdCode(MethodNames names, HostedUniverse universe, MethodTally application) {
        this.names = names;
        this.offBecause = doubt(application);
        this.uncounted = offBecause == null ? uncounted(universe) : Set.of();
    }

    private static String doubt(MethodTally application) {
        if (application.profiled() == 0) {
            return "the profile has no method of the application";
        }
        return application.foundShare() < LEAST_FOUND ? "the profile has methods of another application" : null;
    }

    /**
     * A JVM replaces calls of its intrinsics by code of its own and counts nothing in them, nor in what they would call.
     */
    private Set<HostedMethod> uncounted(HostedUniverse universe) {
        Set<HostedMethod> found = new HashSet<>();
        Deque<HostedMethod> level = new ArrayDeque<>();
        for (HostedMethod method : universe.getMethods()) {
            if (method.isAnnotationPresent(IntrinsicCandidate.class) && found.add(method)) {
                level.add(method);
            }
        }
        for (int depth = 0; depth < UNCOUNTED_DEPTH; depth++) {
            Deque<HostedMethod> next = new ArrayDeque<>();
            for (HostedMethod method : level) {
                addCallees(method, found, next);
            }
            level = next;
        }
        return found;
    }

    private static void addCallees(HostedMethod method, Set<HostedMethod> found, Deque<HostedMethod> next) {
        CompilationGraph graph = method.compilationInfo.getCompilationGraph();
        if (graph == null) {
            return;
        }
        for (CompilationGraph.InvokeInfo call : graph.getInvokeInfos()) {
            if (call.getInvokeKind().isDirect() && found.add(call.getTargetMethod())) {
                next.add(call.getTargetMethod());
            }
        }
    }

    /** Whether neither the method nor anything that was inlined into it ran. Many threads may ask. */
    public boolean isCold(HostedMethod method, StructuredGraph graph) {
        if (offBecause != null || !Ownership.isOurs(method) || isGenerated(method) || mayHaveRun(method)) {
            return false;
        }
        for (FrameState state : graph.getNodes(FrameState.TYPE)) {
            if (state.getMethod() instanceof HostedMethod inlined && mayHaveRun(inlined)) {
                return false;
            }
        }
        cold.add(method);
        return true;
    }

    private boolean mayHaveRun(HostedMethod method) {
        MethodProfile profile = names.profile(method);
        return profile != null && profile.ran() || uncounted.contains(method);
    }

    /** Classes that a JVM makes while it runs have other names in each run: nothing can be said of them. */
    private static boolean isGenerated(HostedMethod method) {
        String owner = MethodNames.descriptor(method.getDeclaringClass());
        return method.getDeclaringClass().getHub().isHidden() || owner.contains("$$") || owner.contains("$Proxy");
    }


    public Set<HostedMethod> methods() {
        return cold;
    }

    /**
     * The account's section.
     *
     * @param codeBytes the machine code of the cold methods
     */
    public Map<String, Object> asMap(long codeBytes) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("methods", cold.size());
        map.put("code_bytes", codeBytes);
        map.put("off_because", offBecause);
        return map;
    }
}
