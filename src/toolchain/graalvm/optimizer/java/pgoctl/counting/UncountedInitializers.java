package pgoctl.counting;

import com.oracle.graal.pointsto.BigBang;
import com.oracle.graal.pointsto.meta.AnalysisMetaAccess;
import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.classinitialization.SimulateClassInitializerClusterMember;
import com.oracle.svm.hosted.classinitialization.SimulateClassInitializerGraphDecoder;
import com.oracle.svm.hosted.classinitialization.SimulateClassInitializerPolicy;
import com.oracle.svm.hosted.classinitialization.SimulateClassInitializerSupport;

import jdk.graal.compiler.graph.Node;
import jdk.graal.compiler.nodes.StructuredGraph;

/**
 * Lets the builder run class initializers itself as it does without counters: while it does, counters are not there. Nothing
 * of such an initializer is left in the image, so there is nothing to count.
 */
final class UncountedInitializers extends SimulateClassInitializerSupport {
    UncountedInitializers(AnalysisMetaAccess metaAccess, SVMHost host) {
        super(metaAccess, host);
    }

    @Override
    protected SimulateClassInitializerGraphDecoder createGraphDecoder(SimulateClassInitializerClusterMember member, BigBang bb, StructuredGraph result) {
        return new WithoutCounters(bb, simulateClassInitializerPolicy, member, result);
    }

    private static final class WithoutCounters extends SimulateClassInitializerGraphDecoder {
        WithoutCounters(BigBang bb, SimulateClassInitializerPolicy policy, SimulateClassInitializerClusterMember member, StructuredGraph graph) {
            super(bb, policy, member, graph);
        }

        @Override
        protected Node doCanonicalizeFixedNode(InlineBeforeAnalysisMethodScope scope, LoopScope loop, Node node) {
            return node instanceof CounterNode ? null : super.doCanonicalizeFixedNode(scope, loop, node);
        }
    }
}
