package pgoctl.counting;

import com.oracle.svm.core.graal.nodes.CGlobalDataLoadAddressNode;
import com.oracle.svm.hosted.c.CGlobalDataFeature;

import jdk.graal.compiler.core.common.memory.BarrierType;
import jdk.graal.compiler.core.common.memory.MemoryOrderMode;
import jdk.graal.compiler.core.common.type.StampFactory;
import jdk.graal.compiler.graph.NodeClass;
import jdk.graal.compiler.nodeinfo.NodeInfo;
import jdk.graal.compiler.nodes.ConstantNode;
import jdk.graal.compiler.nodes.NamedLocationIdentity;
import jdk.graal.compiler.nodes.NodeView;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.ValueNode;
import jdk.graal.compiler.nodes.calc.AddNode;
import jdk.graal.compiler.nodes.memory.ReadNode;
import jdk.graal.compiler.nodes.memory.SideEffectFreeWriteNode;
import jdk.graal.compiler.nodes.memory.address.AddressNode;
import jdk.graal.compiler.nodes.memory.address.OffsetAddressNode;
import jdk.vm.ci.meta.JavaKind;
import pgoctl.counting.image.Counters;

/** Adds 1 to the counter that lies so many bytes from the first. */
@NodeInfo
final class AdditionNode extends CounterNode {
    public static final NodeClass<AdditionNode> TYPE = NodeClass.create(AdditionNode.class);

    private static final NamedLocationIdentity COUNTERS = NamedLocationIdentity.mutable("pgoctl counters");

    @Input ValueNode offset;

    AdditionNode(ValueNode offset) {
        super(TYPE);
        this.offset = offset;
    }

    @Override
    void becomeCode() {
        StructuredGraph graph = graph();
        ValueNode memory = graph.addOrUnique(new CGlobalDataLoadAddressNode(CGlobalDataFeature.singleton().registerAsAccessedOrGet(Counters.MEMORY)));
        AddressNode address = graph.addOrUnique(new OffsetAddressNode(memory, offset));
        ReadNode read = graph.add(new ReadNode(address, COUNTERS, StampFactory.forKind(JavaKind.Long), BarrierType.NONE, MemoryOrderMode.PLAIN));
        graph.addBeforeFixed(this, read);
        ValueNode more = graph.addOrUniqueWithInputs(AddNode.create(read, ConstantNode.forLong(1, graph), NodeView.DEFAULT));
        graph.addBeforeFixed(this, graph.add(SideEffectFreeWriteNode.createWithoutSideEffect(address, COUNTERS, more)));
    }
}
