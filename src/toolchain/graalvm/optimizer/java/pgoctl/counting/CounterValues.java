package pgoctl.counting;

import jdk.graal.compiler.api.replacements.SnippetReflectionProvider;
import jdk.graal.compiler.nodes.ConstantNode;
import jdk.graal.compiler.nodes.LogicNode;
import jdk.graal.compiler.nodes.NodeView;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.ValueNode;
import jdk.graal.compiler.nodes.calc.AddNode;
import jdk.graal.compiler.nodes.calc.ConditionalNode;
import jdk.graal.compiler.nodes.calc.IntegerBelowNode;
import jdk.graal.compiler.nodes.calc.LeftShiftNode;
import jdk.graal.compiler.nodes.calc.SubNode;
import jdk.graal.compiler.nodes.calc.ZeroExtendNode;
import jdk.vm.ci.meta.MetaAccessProvider;

/** Makes the values that say which counter it is. */
final class CounterValues {
    private static final int SHIFT = 3;

    private final StructuredGraph graph;

    CounterValues(StructuredGraph graph) {
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
        if (keys.length == 0) {
            return offset(first);
        }
        ValueNode others = number(keys.length);
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

    private ValueNode add(ValueNode node) {
        return node.graph() == null ? graph.addOrUniqueWithInputs(node) : node;
    }
}
