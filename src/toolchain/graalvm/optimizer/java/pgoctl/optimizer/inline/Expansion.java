package pgoctl.optimizer.inline;

import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;

import org.graalvm.collections.EconomicSet;

import com.oracle.svm.hosted.meta.HostedMethod;

import jdk.graal.compiler.core.common.CompilationIdentifier;
import jdk.graal.compiler.debug.DebugContext;
import jdk.graal.compiler.graph.Node;
import jdk.graal.compiler.nodes.Invoke;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.options.OptionValues;
import jdk.graal.compiler.phases.common.CanonicalizerPhase;
import jdk.graal.compiler.phases.common.inlining.InliningUtil;
import jdk.graal.compiler.phases.util.Providers;

/**
 * Inlines into one method, the call with the most calls for its callee's size first, until nothing is left that is worth
 * it or the method is full. It reads callees as they were before any of this began, so that the order in which methods
 * are worked on does not matter.
 */
final class Expansion {
    /** A method may grow to this many nodes, or to this many times its size if that is more. */
    private static final int LARGEST_CALLER = 4_000;
    private static final int LARGEST_GROWTH = 3;

    private final HostedMethod root;
    private final Rules rules;
    private final DebugContext debug;
    private final OptionValues options;
    private final Providers providers;
    private final CanonicalizerPhase canonicalizer = CanonicalizerPhase.create();
    private final StructuredGraph graph;
    private final int limit;

    /** Calls of the graph that were not looked at yet, with how often they are made in a run. */
    private final Map<Invoke, Double> waiting = new LinkedHashMap<>();
    private final PriorityQueue<Candidate> candidates = new PriorityQueue<>(
                    Comparator.<Candidate> comparingDouble(candidate -> -candidate.worth).thenComparingInt(candidate -> candidate.order));
    private final IdentityHashMap<Invoke, String> kept = new IdentityHashMap<>();
    private int order;
    private int inlined;
    private double calls;

    private record Candidate(Invoke invoke, HostedMethod callee, double calls, double worth, int order) {
    }

    Expansion(HostedMethod root, Rules rules, DebugContext debug, OptionValues options, Providers providers) {
        this.root = root;
        this.rules = rules;
        this.debug = debug;
        this.options = options;
        this.providers = providers;
        this.graph = root.compilationInfo.createGraph(debug, options, CompilationIdentifier.INVALID_COMPILATION_ID, true);
        this.limit = Math.max(LARGEST_CALLER, LARGEST_GROWTH * graph.getNodeCount());
    }

    /** @param rootCalls how often the method itself is called in a run */
    void run(double rootCalls) {
        Frequencies.of(graph).forEach((invoke, frequency) -> waiting.put(invoke, frequency * rootCalls));
        consider();
        while (!candidates.isEmpty()) {
            Candidate candidate = candidates.poll();
            if (candidate.invoke.asNode().isAlive()) {
                inlineOrSayWhyNot(candidate);
            }
            if (candidates.isEmpty()) {
                consider();
            }
        }
        if (inlined > 0) {
            canonicalizer.apply(graph, providers);
        }
    }

    /** Takes all direct calls that wait; a virtual call may have become direct by what was inlined around it. */
    private void consider() {
        var calls = waiting.entrySet().iterator();
        while (calls.hasNext()) {
            Map.Entry<Invoke, Double> entry = calls.next();
            Invoke invoke = entry.getKey();
            if (!invoke.asNode().isAlive()) {
                calls.remove();
            } else if (invoke.getInvokeKind().isDirect()) {
                calls.remove();
                addCandidate(invoke, entry.getValue());
            }
        }
    }

    private void addCandidate(Invoke invoke, double estimated) {
        HostedMethod callee = (HostedMethod) invoke.callTarget().targetMethod();
        double bounded = rules.bounded(callee, estimated);
        String against = rules.against(root, invoke, bounded);
        if (against == null) {
            candidates.add(new Candidate(invoke, callee, bounded, bounded / Rules.size(callee), order++));
        } else {
            kept.put(invoke, against);
        }
    }

    private void inlineOrSayWhyNot(Candidate candidate) {
        if (graph.getNodeCount() + Rules.size(candidate.callee) > limit) {
            kept.put(candidate.invoke, "caller_full");
            return;
        }
        StructuredGraph callee = candidate.callee.compilationInfo.createGraph(debug, options, CompilationIdentifier.INVALID_COMPILATION_ID, true);
        Map<Invoke, Double> frequencies = Frequencies.of(callee);
        EconomicSet<Node> changed = InliningUtil.inlineForCanonicalization(candidate.invoke, callee, false, candidate.callee,
                        copies -> frequencies.forEach((invoke, frequency) -> {
                            if (copies.get(invoke.asNode()) instanceof Invoke copy) {
                                waiting.put(copy, frequency * candidate.calls);
                            }
                        }), "hot call", "pgoctl");
        canonicalizer.applyIncremental(graph, providers, changed);
        inlined++;
        calls += candidate.calls;
        consider();
    }

    StructuredGraph graph() {
        return graph;
    }

    int inlined() {
        return inlined;
    }

    /** How many calls a run saves. */
    double calls() {
        return calls;
    }

    /** Why calls that are still in the graph were left alone. */
    Iterable<String> reasons() {
        return kept.entrySet().stream().filter(entry -> entry.getKey().asNode().isAlive()).map(Map.Entry::getValue).toList();
    }
}
