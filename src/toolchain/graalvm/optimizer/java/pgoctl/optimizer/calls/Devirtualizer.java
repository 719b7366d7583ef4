package pgoctl.optimizer.calls;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedUniverse;

import jdk.graal.compiler.nodes.FrameState;
import jdk.graal.compiler.nodes.Invoke;
import jdk.graal.compiler.nodes.InvokeWithExceptionNode;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.java.MethodCallTargetNode;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.account.Reasons;
import pgoctl.optimizer.profile.ContextTypes;
import pgoctl.optimizer.profile.Frame;
import pgoctl.optimizer.profile.MethodProfile;
import pgoctl.optimizer.profile.TypeCounts;

/** Calls the frequent receiver types' methods directly, in the graph of one method at a time; several threads may. */
public final class Devirtualizer {
    /** Calls that training saw less often than this are left alone: they cost nothing, and a test costs code. */
    private static final long FEWEST_CALLS = 100;

    private final MethodNames names;
    private final Receivers receivers;
    private final Predicate<Invoke> inlinable;
    private final AtomicLong seen = new AtomicLong();
    private final AtomicLong split = new AtomicLong();
    private final AtomicLong tests = new AtomicLong();
    private final Reasons kept = new Reasons();

    /** @param inlinable whether the builder allows to inline a call, asked for each new one */
    public Devirtualizer(MethodNames names, HostedUniverse universe, Predicate<Invoke> inlinable) {
        this.names = names;
        this.receivers = new Receivers(universe);
        this.inlinable = inlinable;
    }

    /** Splits the virtual calls of a graph that has just been parsed. */
    public void apply(StructuredGraph graph) {
        List<Invoke> virtual = new ArrayList<>();
        for (Invoke invoke : graph.getInvokes()) {
            if (invoke.getInvokeKind().isIndirect()) {
                virtual.add(invoke);
            }
        }
        for (Invoke invoke : virtual) {
            TypeCounts counts = counts(invoke.stateAfter(), invoke.bci());
            if (counts != null) {
                seen.incrementAndGet();
                splitOrSayWhyNot(invoke, counts);
            }
        }
    }

    private void splitOrSayWhyNot(Invoke invoke, TypeCounts counts) {
        if (counts.total() < FEWEST_CALLS) {
            kept.add("rare");
            return;
        }
        if (!(invoke instanceof InvokeWithExceptionNode call) || !CallSplitter.canSplit(call)) {
            kept.add("shape");
            return;
        }
        HostedMethod caller = (HostedMethod) call.stateAfter().getMethod();
        List<Receivers.Choice> choices = receivers.choose((MethodCallTargetNode) call.callTarget(), counts, caller);
        if (choices.isEmpty()) {
            kept.add("no_frequent_type");
            return;
        }
        List<InvokeWithExceptionNode> direct = CallSplitter.split(call, choices);
        if (direct.isEmpty()) {
            kept.add("decided");
            return;
        }
        split.incrementAndGet();
        tests.addAndGet(direct.size());
        for (InvokeWithExceptionNode each : direct) {
            each.setUseForInlining(inlinable.test(each));
        }
    }

    /** What training saw at the call, in the context that the graph's states name; null if nothing. */
    private TypeCounts counts(FrameState state, int bci) {
        if (state == null) {
            return null;
        }
        MethodProfile profile = names.profile(state.getMethod());
        ContextTypes types = profile == null ? null : profile.receivers(bci);
        return types == null ? null : types.under(callers(state.outerFrameState()));
    }

    private List<Frame> callers(FrameState outer) {
        List<Frame> callers = new ArrayList<>();
        for (FrameState state = outer; state != null && state.getMethod() instanceof HostedMethod method; state = state.outerFrameState()) {
            callers.add(new Frame(names.key(method), state.bci));
        }
        return callers;
    }

    /** The account's section. */
    public Map<String, Object> asMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("seen", seen.get());
        map.put("devirtualized", split.get());
        map.put("tests", tests.get());
        map.put("kept", kept.asMap());
        return map;
    }
}
