package pgoctl.counting;

import jdk.graal.compiler.core.common.spi.ForeignCallDescriptor;
import jdk.graal.compiler.graph.NodeClass;
import jdk.graal.compiler.graph.NodeInputList;
import jdk.graal.compiler.nodeinfo.NodeInfo;
import jdk.graal.compiler.nodes.ValueNode;
import jdk.graal.compiler.nodes.extended.ForeignCallNode;

/** Calls code of the image that counts. */
@NodeInfo
final class CountingCallNode extends CounterNode {
    public static final NodeClass<CountingCallNode> TYPE = NodeClass.create(CountingCallNode.class);

    @Input NodeInputList<ValueNode> arguments;

    private final ForeignCallDescriptor callee;

    CountingCallNode(ForeignCallDescriptor callee, ValueNode... arguments) {
        super(TYPE);
        this.callee = callee;
        this.arguments = new NodeInputList<>(this, arguments);
    }

    @Override
    void becomeCode() {
        graph().addBeforeFixed(this, graph().add(new ForeignCallNode(callee, arguments.toArray(ValueNode.EMPTY_ARRAY))));
    }
}
