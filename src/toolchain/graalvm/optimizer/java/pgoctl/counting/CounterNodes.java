package pgoctl.counting;

import java.util.function.Consumer;

import com.oracle.svm.core.graal.nodes.CGlobalDataLoadAddressNode;
import com.oracle.svm.hosted.c.CGlobalDataFeature;

import jdk.graal.compiler.api.replacements.SnippetReflectionProvider;
import jdk.graal.compiler.core.common.memory.BarrierType;
import jdk.graal.compiler.core.common.memory.MemoryOrderMode;
import jdk.graal.compiler.core.common.spi.ForeignCallDescriptor;
import jdk.graal.compiler.core.common.type.StampFactory;
import jdk.graal.compiler.graph.Node;
import jdk.graal.compiler.nodes.ConstantNode;
import jdk.graal.compiler.nodes.FixedWithNextNode;
import jdk.graal.compiler.nodes.LogicNode;
import jdk.graal.compiler.nodes.NamedLocationIdentity;
import jdk.graal.compiler.nodes.NodeView;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.ValueNode;
import jdk.graal.compiler.nodes.calc.AddNode;
import jdk.graal.compiler.nodes.calc.ConditionalNode;
import jdk.graal.compiler.nodes.calc.IntegerBelowNode;
import jdk.graal.compiler.nodes.calc.LeftShiftNode;
import jdk.graal.compiler.nodes.calc.SubNode;
import jdk.graal.compiler.nodes.calc.ZeroExtendNode;
import jdk.graal.compiler.nodes.extended.ForeignCallNode;
import jdk.graal.compiler.nodes.memory.FixedAccessNode;
import jdk.graal.compiler.nodes.memory.ReadNode;
import jdk.graal.compiler.nodes.memory.SideEffectFreeWriteNode;
import jdk.graal.compiler.nodes.memory.address.AddressNode;
import jdk.graal.compiler.nodes.memory.address.OffsetAddressNode;
import jdk.vm.ci.meta.JavaKind;
import jdk.vm.ci.meta.MetaAccessProvider;
import pgoctl.counting.image.Counters;

/**
 * Makes the nodes that count. The counters are memory of the image outside of its heap, which nothing else reads or
 * writes, so that counting needs no frame state and orders nothing but counters.
 */
final class CounterNodes {
    private static final NamedLocationIdentity COUNTERS = NamedLocationIdentity.mutable("pgoctl counters");
    private static final int SHIFT = 3;

    private final StructuredGraph graph;

    CounterNodes(StructuredGraph graph) {
        this.graph = graph;
    }

    /** Where a counter lies, in bytes from the first. */
    ValueNode offset(int counter) {
        return ConstantNode.forLong((long) counter << SHIFT, graph);
    }

    ValueNode number(int value) {
        return ConstantNode.forInt(value, graph);
    }

    /** Where one of two counters lies. */
    ValueNode either(LogicNode condition, int ifTrue, int ifFalse) {
        return add(ConditionalNode.create(condition, offset(ifTrue), offset(ifFalse), NodeView.DEFAULT));
    }

    /** Where the counter of a key of consecutive ones lies; that of all other values follows the last. */
    ValueNode oneOf(ValueNode value, int[] keys, int first) {
        ValueNode others = number(keys.length);
        if (keys.length == 0) {
            return offset(first);
        }
        ValueNode index = add(SubNode.create(value, number(keys[0]), NodeView.DEFAULT));
        LogicNode isKey = graph.addOrUniqueWithInputs(IntegerBelowNode.create(index, others, NodeView.DEFAULT));
        ValueNode counter = add(ConditionalNode.create(isKey, index, others, NodeView.DEFAULT));
        ValueNode wide = add(ZeroExtendNode.create(counter, Long.SIZE, NodeView.DEFAULT));
        ValueNode bytes = add(LeftShiftNode.create(wide, number(SHIFT), NodeView.DEFAULT));
        return add(AddNode.create(bytes, offset(first), NodeView.DEFAULT));
    }

    /** An object that becomes a part of the image. */
    ValueNode object(Object object, SnippetReflectionProvider reflection, MetaAccessProvider metaAccess) {
        return ConstantNode.forConstant(reflection.forObject(object), metaAccess, graph);
    }

    /** Adds 1 to the counter that lies there; the fixed nodes are appended in their order. */
    void increment(ValueNode offset, Consumer<FixedWithNextNode> append) {
        ValueNode memory = graph.addOrUnique(new CGlobalDataLoadAddressNode(CGlobalDataFeature.singleton().registerAsAccessedOrGet(Counters.MEMORY)));
        AddressNode address = graph.addOrUnique(new OffsetAddressNode(memory, offset));
        ReadNode read = new ReadNode(address, COUNTERS, StampFactory.forKind(JavaKind.Long), BarrierType.NONE, MemoryOrderMode.PLAIN);
        append.accept(read);
        ValueNode more = add(AddNode.create(read, ConstantNode.forLong(1, graph), NodeView.DEFAULT));
        append.accept(SideEffectFreeWriteNode.createWithoutSideEffect(address, COUNTERS, more));
    }

    static FixedWithNextNode call(ForeignCallDescriptor callee, ValueNode... arguments) {
        return new ForeignCallNode(callee, arguments);
    }

    /** Whether the node does nothing but count. */
    static boolean isCounter(Node node) {
        if (node instanceof FixedAccessNode access) {
            return access.getLocationIdentity() == COUNTERS;
        }
        if (node instanceof ForeignCallNode call) {
            return call.getDescriptor() == Counters.RECEIVER || call.getDescriptor() == Counters.CASE;
        }
        if (node instanceof CGlobalDataLoadAddressNode load) {
            return load.getDataInfo().getData() == Counters.MEMORY;
        }
        if (node instanceof OffsetAddressNode address) {
            return isCounter(address.getBase());
        }
        return node instanceof AddNode sum && sum.getX() instanceof ReadNode read && isCounter(read);
    }

    private ValueNode add(ValueNode node) {
        return node.graph() == null ? graph.addOrUniqueWithInputs(node) : node;
    }
}
