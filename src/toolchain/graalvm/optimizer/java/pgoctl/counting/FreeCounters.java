package pgoctl.counting;

import com.oracle.graal.pointsto.BigBang;
import com.oracle.graal.pointsto.meta.HostedProviders;
import com.oracle.graal.pointsto.phases.InlineBeforeAnalysisPolicy;
import com.oracle.svm.hosted.phases.InlineBeforeAnalysisGraphDecoderImpl;

import jdk.graal.compiler.graph.Node;
import jdk.graal.compiler.nodes.StructuredGraph;

/**
 * Inlines before the analysis as the builder does, with counters for nothing: a method that is small enough without
 * counters stays small enough. The builder relies on this, for instance where it folds method handles away.
 */
final class FreeCounters extends InlineBeforeAnalysisGraphDecoderImpl {
    FreeCounters(BigBang bb, InlineBeforeAnalysisPolicy policy, StructuredGraph graph, HostedProviders providers) {
        super(bb, policy, graph, providers);
    }

    @Override
    protected void maybeAbortInlining(MethodScope scope, LoopScope loop, Node node) {
        if (!(node instanceof CounterNode)) {
            super.maybeAbortInlining(scope, loop, node);
        }
    }
}
