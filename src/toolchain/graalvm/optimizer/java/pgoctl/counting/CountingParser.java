package pgoctl.counting;

import java.util.ArrayList;
import java.util.Arrays;

import com.oracle.graal.pointsto.meta.AnalysisMethod;
import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.phases.AnalysisGraphBuilderPhase;

import jdk.graal.compiler.debug.DebugCloseable;
import jdk.graal.compiler.java.BciBlockMapping.BciBlock;
import jdk.graal.compiler.java.BytecodeParser;
import jdk.graal.compiler.java.FrameStateBuilder;
import jdk.graal.compiler.java.GraphBuilderPhase;
import jdk.graal.compiler.nodes.CallTargetNode.InvokeKind;
import jdk.graal.compiler.nodes.FixedWithNextNode;
import jdk.graal.compiler.nodes.Invokable;
import jdk.graal.compiler.nodes.LogicNode;
import jdk.graal.compiler.nodes.ProfileData.BranchProbabilityData;
import jdk.graal.compiler.nodes.ProfileData.ProfileSource;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.ValueNode;
import jdk.vm.ci.meta.JavaKind;
import jdk.vm.ci.meta.JavaMethod;
import jdk.vm.ci.meta.JavaType;
import jdk.vm.ci.meta.ResolvedJavaMethod;
import jdk.vm.ci.meta.ResolvedJavaType;
import pgoctl.counting.image.Counters;
import pgoctl.optimizer.parse.Branches;

/**
 * The builder's own parser of byte code, which counts besides: before a branch or a switch is parsed, the counter of the
 * way that will be taken goes up; before a virtual call, the counter of the receiver's class; at the entry, the calls.
 * Nothing else about the graph changes: counting adds straight code, and no control flow.
 */
final class CountingParser extends AnalysisGraphBuilderPhase.AnalysisBytecodeParser {
    private static final int[] NOWHERE = {};

    private final MethodSites sites;
    private final CounterValues values;
    private final byte[] code;
    /** The next call that is appended is that of the byte code instruction, and not one that stands for something else. */
    private boolean atCall;

    CountingParser(GraphBuilderPhase.Instance phase, StructuredGraph graph, BytecodeParser parent, ResolvedJavaMethod method, int entryBCI, SVMHost host, Sites sites) {
        super(phase, graph, parent, method, entryBCI, null, host, true);
        this.sites = sites.of((AnalysisMethod) method);
        this.values = new CounterValues(graph);
        this.code = method.getCode();
    }

    @Override
    @SuppressWarnings("try")
    protected void build(FixedWithNextNode start, FrameStateBuilder state) {
        AdditionNode call;
        try (DebugCloseable position = graph.trackNodeSourcePosition() ? graph.withNodeSourcePosition(state.createBytecodePosition(0)) : null) {
            call = graph.add(new AdditionNode(values.offset(sites.calls())));
        }
        start.setNext(call);
        super.build(call, state);
    }

    @Override
    protected void genIf(LogicNode condition, BciBlock whenTrue, BciBlock whenFalse, BranchProbabilityData probability) {
        int bci = bci();
        if (Branches.isBranch(code, bci)) {
            Site site = sites.at(bci, Site.Kind.BRANCH, Branches.ways(code, bci));
            boolean jumpsWhenTrue = whenTrue == currentBlock.getSuccessor(0);
            boolean jumpIsFirst = site.targets()[0] == Branches.target(code, bci);
            int ifTrue = jumpsWhenTrue == jumpIsFirst ? 0 : 1;
            append(new AdditionNode(values.either(condition, site.first() + ifTrue, site.first() + 1 - ifTrue)));
        }
        super.genIf(condition, whenTrue, whenFalse, probability);
    }

    @Override
    protected void genIntegerSwitch(ValueNode value, ArrayList<BciBlock> successors, int[] keys, double[] keyProbabilities, int[] keySuccessors, ProfileSource source) {
        int bci = bci();
        if (Branches.isSwitch(code, bci)) {
            Site site = sites.at(bci, Site.Kind.SWITCH, Branches.targets(code, bci));
            if (value.isConstant()) {
                int found = Arrays.binarySearch(keys, value.asJavaConstant().asInt());
                append(new AdditionNode(values.offset(site.first() + (found < 0 ? keys.length : found))));
            } else if (areContiguous(keys)) {
                append(new AdditionNode(values.oneOf(value, keys, site.first())));
            } else {
                append(new CountingCallNode(Counters.CASE, value, values.object(keys, getSnippetReflection(), getMetaAccess()), values.number(site.first())));
            }
        }
        super.genIntegerSwitch(value, successors, keys, keyProbabilities, keySuccessors, source);
    }

    private static boolean areContiguous(int[] keys) {
        for (int i = 1; i < keys.length; i++) {
            if (keys[i] != keys[i - 1] + 1) {
                return false;
            }
        }
        return true;
    }

    @Override
    protected void genInvokeVirtual(ResolvedJavaMethod target) {
        atCall = true;
        try {
            super.genInvokeVirtual(target);
        } finally {
            atCall = false;
        }
    }

    @Override
    protected void genInvokeInterface(JavaType referenced, JavaMethod target) {
        atCall = true;
        try {
            super.genInvokeInterface(referenced, target);
        } finally {
            atCall = false;
        }
    }

    @Override
    protected Invokable appendInvoke(InvokeKind kind, ResolvedJavaMethod target, ValueNode[] arguments, ResolvedJavaType referenced) {
        if (atCall) {
            atCall = false;
            if (kind.isIndirect() && !target.canBeStaticallyBound() && arguments[0].getStackKind() == JavaKind.Object) {
                Site site = sites.at(bci(), Site.Kind.RECEIVERS, NOWHERE);
                append(new CountingCallNode(Counters.RECEIVER, arguments[0], values.number(site.first())));
            }
        }
        return super.appendInvoke(kind, target, arguments, referenced);
    }
}
