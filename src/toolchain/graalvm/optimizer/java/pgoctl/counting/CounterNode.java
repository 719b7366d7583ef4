package pgoctl.counting;

import jdk.graal.compiler.core.common.type.StampFactory;
import jdk.graal.compiler.graph.NodeClass;
import jdk.graal.compiler.nodeinfo.NodeCycles;
import jdk.graal.compiler.nodeinfo.NodeInfo;
import jdk.graal.compiler.nodeinfo.NodeSize;
import jdk.graal.compiler.nodes.FixedWithNextNode;
import jdk.graal.compiler.nodes.spi.Lowerable;
import jdk.graal.compiler.nodes.spi.LoweringTool;

/**
 * A place that counts. For the whole compiler it is a node that it knows nothing of and leaves where it is: it has no frame
 * state, orders no memory, and becomes real code only in the last tier.
 */
@NodeInfo(cycles = NodeCycles.CYCLES_4, size = NodeSize.SIZE_4)
abstract class CounterNode extends FixedWithNextNode implements Lowerable {
    public static final NodeClass<CounterNode> TYPE = NodeClass.create(CounterNode.class);

    CounterNode(NodeClass<? extends CounterNode> type) {
        super(type, StampFactory.forVoid());
    }

    @Override
    public final void lower(LoweringTool tool) {
        if (tool.getLoweringStage() == LoweringTool.StandardLoweringStage.LOW_TIER) {
            becomeCode();
            graph().removeFixed(this);
        }
    }

    /** Puts what counts before this node. */
    abstract void becomeCode();
}
