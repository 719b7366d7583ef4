package pgoctl.optimizer.calls;

import java.util.ArrayList;
import java.util.List;

import com.oracle.svm.core.nodes.SubstrateMethodCallTargetNode;

import jdk.graal.compiler.core.common.type.StampFactory;
import jdk.graal.compiler.core.common.type.TypeReference;
import jdk.graal.compiler.graph.Node;
import jdk.graal.compiler.nodeinfo.InputType;
import jdk.graal.compiler.nodes.AbstractBeginNode;
import jdk.graal.compiler.nodes.BeginNode;
import jdk.graal.compiler.nodes.CallTargetNode.InvokeKind;
import jdk.graal.compiler.nodes.EndNode;
import jdk.graal.compiler.nodes.FixedNode;
import jdk.graal.compiler.nodes.FixedWithNextNode;
import jdk.graal.compiler.nodes.FrameState;
import jdk.graal.compiler.nodes.IfNode;
import jdk.graal.compiler.nodes.InvokeWithExceptionNode;
import jdk.graal.compiler.nodes.LogicConstantNode;
import jdk.graal.compiler.nodes.LogicNode;
import jdk.graal.compiler.nodes.MergeNode;
import jdk.graal.compiler.nodes.NodeView;
import jdk.graal.compiler.nodes.PiNode;
import jdk.graal.compiler.nodes.ProfileData.BranchProbabilityData;
import jdk.graal.compiler.nodes.ProfileData.ProfileSource;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.ValueNode;
import jdk.graal.compiler.nodes.ValuePhiNode;
import jdk.graal.compiler.nodes.java.ExceptionObjectNode;
import jdk.graal.compiler.nodes.java.InstanceOfNode;
import jdk.graal.compiler.nodes.java.MethodCallTargetNode;
import jdk.vm.ci.meta.JavaKind;

/**
 * Splits one virtual call into direct calls behind exact type tests, with the virtual call as the last branch:
 *
 * <pre>
 *     r = x.f()      becomes      r = x is exactly A ? A.f(x) : x is exactly B ? B.f(x) : x.f()
 * </pre>
 *
 * Each call has an exception edge and frame states of its own; results and exceptions meet in phis.
 */
final class CallSplitter {
    private final StructuredGraph graph;
    private final InvokeWithExceptionNode call;
    private final MethodCallTargetNode target;
    private final AbstractBeginNode next;
    private final ExceptionObjectNode edge;

    /** Where all calls meet again, after they returned or after they threw. */
    private MergeNode returned;
    private MergeNode thrown;
    private ValuePhiNode result;
    private ValuePhiNode exception;

    private CallSplitter(InvokeWithExceptionNode call) {
        this.graph = call.graph();
        this.call = call;
        this.target = (MethodCallTargetNode) call.callTarget();
        this.next = call.next();
        this.edge = (ExceptionObjectNode) call.exceptionEdge();
    }

    /** Whether the call has the shape that can be split: what follows it on both ways is plain control flow. */
    static boolean canSplit(InvokeWithExceptionNode call) {
        return call.next() instanceof BeginNode && call.next().next() != null && onlyAnchors(call.next())
                        && call.exceptionEdge() instanceof ExceptionObjectNode edge && edge.next() != null
                        && edge.stateAfter() != null && call.stateAfter() != null && call.stateDuring() == null
                        && call.predecessor() instanceof FixedWithNextNode;
    }

    private static boolean onlyAnchors(AbstractBeginNode begin) {
        for (Node usage : begin.usages()) {
            for (var position : usage.inputPositions()) {
                if (position.get(usage) == begin && position.getInputType() != InputType.Anchor && position.getInputType() != InputType.Guard) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * Splits the call.
     *
     * @param choices the types to test for, in this order; at least one
     * @return the direct calls, in the order of the choices whose test the graph does not already decide
     */
    static List<InvokeWithExceptionNode> split(InvokeWithExceptionNode call, List<Receivers.Choice> choices) {
        return new CallSplitter(call).run(choices);
    }

    private List<InvokeWithExceptionNode> run(List<Receivers.Choice> choices) {
        List<Receivers.Choice> open = new ArrayList<>();
        List<LogicNode> tests = new ArrayList<>();
        for (Receivers.Choice choice : choices) {
            LogicNode test = InstanceOfNode.create(TypeReference.createExactTrusted(choice.type()), target.receiver());
            if (!(test instanceof LogicConstantNode)) {
                open.add(choice);
                tests.add(graph.addOrUniqueWithInputs(test));
            }
        }
        if (open.isEmpty()) {
            return List.of();
        }
        mergeReturns();
        mergeExceptions();
        return chain(open, tests);
    }

    /** Cuts what follows the call off, and puts it behind a merge that all calls will reach. */
    private void mergeReturns() {
        FixedNode continuation = next.next();
        next.setNext(null);
        returned = graph.add(new MergeNode());
        returned.setNext(continuation);
        next.replaceAtUsages(returned, InputType.Anchor, InputType.Guard);
        FrameState after = call.stateAfter();
        if (call.getStackKind() != JavaKind.Void) {
            result = graph.addWithoutUnique(new ValuePhiNode(call.stamp(NodeView.DEFAULT), returned));
            call.setStateAfter(meetInPhi(call, result, after));
        }
        returned.setStateAfter(after);
        end(next, returned);
        addResult(call);
    }

    private void mergeExceptions() {
        FixedNode handler = edge.next();
        edge.setNext(null);
        thrown = graph.add(new MergeNode());
        thrown.setNext(handler);
        edge.replaceAtUsages(thrown, InputType.Anchor, InputType.Guard);
        FrameState after = edge.stateAfter();
        exception = graph.addWithoutUnique(new ValuePhiNode(edge.stamp(NodeView.DEFAULT), thrown));
        edge.setStateAfter(meetInPhi(edge, exception, after));
        thrown.setStateAfter(after);
        end(edge, thrown);
        exception.addInput(edge);
    }

    /**
     * Lets all users of a value use the phi instead, the given state of it included.
     *
     * @return a copy of the state that still has the value itself: the one of the value's own node
     */
    private static FrameState meetInPhi(ValueNode value, ValuePhiNode phi, FrameState state) {
        FrameState own = state.duplicateWithVirtualState();
        value.replaceAtUsages(phi, usage -> usage != own);
        return own;
    }

    private List<InvokeWithExceptionNode> chain(List<Receivers.Choice> choices, List<LogicNode> tests) {
        FixedWithNextNode before = (FixedWithNextNode) call.predecessor();
        before.setNext(null);
        AbstractBeginNode otherwise = graph.add(new BeginNode());
        otherwise.setNext(call);
        List<InvokeWithExceptionNode> direct = new ArrayList<>();
        for (int i = choices.size() - 1; i >= 0; i--) {
            AbstractBeginNode hit = graph.add(new BeginNode());
            InvokeWithExceptionNode directCall = directCall(choices.get(i), hit);
            hit.setNext(directCall);
            direct.add(0, directCall);
            BranchProbabilityData probability = BranchProbabilityData.create(choices.get(i).probability(), ProfileSource.PROFILED);
            IfNode test = graph.add(new IfNode(tests.get(i), hit, otherwise, probability));
            if (i == 0) {
                before.setNext(test);
            } else {
                otherwise = graph.add(new BeginNode());
                otherwise.setNext(test);
            }
        }
        return direct;
    }

    private InvokeWithExceptionNode directCall(Receivers.Choice choice, AbstractBeginNode hit) {
        TypeReference exact = TypeReference.createExactTrusted(choice.type());
        ValueNode[] arguments = target.arguments().toArray(ValueNode.EMPTY_ARRAY);
        arguments[0] = graph.addOrUnique(PiNode.create(arguments[0], StampFactory.objectNonNull(exact), hit));
        MethodCallTargetNode directTarget = graph.add(new SubstrateMethodCallTargetNode(InvokeKind.Special, choice.target(), arguments, target.returnStamp()));
        ExceptionObjectNode directEdge = (ExceptionObjectNode) edge.copyWithInputs();
        directEdge.setStateAfter(withOther(edge.stateAfter(), edge, directEdge));
        InvokeWithExceptionNode directCall = graph.add(new InvokeWithExceptionNode(directTarget, directEdge, call.bci()));
        directCall.setStateAfter(withOther(call.stateAfter(), call, directCall));
        AbstractBeginNode directNext = graph.add(new BeginNode());
        directCall.setNext(directNext);
        directTarget.setNodeSourcePosition(target.getNodeSourcePosition());
        directCall.setNodeSourcePosition(call.getNodeSourcePosition());
        end(directNext, returned);
        addResult(directCall);
        end(directEdge, thrown);
        exception.addInput(directEdge);
        return directCall;
    }

    /** A copy of the state in which one value stands in the place of another. */
    private static FrameState withOther(FrameState state, ValueNode value, ValueNode other) {
        FrameState copy = state.duplicateWithVirtualState();
        for (int i = 0; i < copy.values().size(); i++) {
            if (copy.values().get(i) == value) {
                copy.values().set(i, other);
            }
        }
        return copy;
    }

    private void end(FixedWithNextNode last, MergeNode merge) {
        EndNode end = graph.add(new EndNode());
        last.setNext(end);
        merge.addForwardEnd(end);
    }

    private void addResult(ValueNode value) {
        if (result != null) {
            result.addInput(value);
        }
    }
}
