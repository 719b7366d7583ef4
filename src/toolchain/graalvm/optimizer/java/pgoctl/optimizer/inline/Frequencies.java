package pgoctl.optimizer.inline;

import java.util.LinkedHashMap;
import java.util.Map;

import jdk.graal.compiler.nodes.Invoke;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.cfg.ControlFlowGraph;
import jdk.graal.compiler.nodes.cfg.HIRBlock;

/** How often each call of a graph is made for one call of the graph's method, by the graph's own branch probabilities. */
final class Frequencies {
    private Frequencies() {
    }

    /** In the order of the graph's nodes, which is the same in every build. */
    static Map<Invoke, Double> of(StructuredGraph graph) {
        ControlFlowGraph flow = ControlFlowGraph.newBuilder(graph).connectBlocks(true).computeLoops(true).computeFrequency(true).build();
        Map<Invoke, Double> frequencies = new LinkedHashMap<>();
        for (Invoke invoke : graph.getInvokes()) {
            HIRBlock block = flow.blockFor(invoke.asFixedNode());
            if (block != null) {
                frequencies.put(invoke, block.getRelativeFrequency());
            }
        }
        return frequencies;
    }
}
