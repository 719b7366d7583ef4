package pgoctl.optimizer.calls;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedType;
import com.oracle.svm.hosted.meta.HostedUniverse;

import jdk.graal.compiler.nodes.NodeView;
import jdk.graal.compiler.nodes.ValueNode;
import jdk.graal.compiler.nodes.java.MethodCallTargetNode;
import jdk.graal.compiler.core.common.type.ObjectStamp;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.profile.TypeCounts;

/** Decides which receiver types a call is split by, and which method each of them calls. */
final class Receivers {
    private static final int MOST_TYPES = 3;
    /** A type below this share of the calls is not worth a test of its own. */
    private static final double SMALLEST_SHARE = 0.05;
    /** Below this share, the first test fails too often to pay. */
    private static final double SMALLEST_FIRST_SHARE = 0.25;

    private final Map<String, HostedType> types = new HashMap<>();

    /**
     * A type to test for.
     *
     * @param target the method that a receiver of exactly this type runs
     * @param probability the share of calls with this type among those that failed the tests before, between 0 and 1
     */
    record Choice(HostedType type, HostedMethod target, double probability) {
    }

    Receivers(HostedUniverse universe) {
        Set<String> ambiguous = new HashSet<>();
        for (HostedType type : universe.getTypes()) {
            String name = MethodNames.descriptor(type);
            if (types.put(name, type) != null) {
                ambiguous.add(name);
            }
        }
        types.keySet().removeAll(ambiguous);
    }

    /**
     * The types to test for, the most frequent first; empty if none is worth it.
     *
     * @param counts the types that training saw at this call
     */
    List<Choice> choose(MethodCallTargetNode call, TypeCounts counts, HostedMethod caller) {
        long total = counts.total();
        long left = total;
        List<Choice> choices = new ArrayList<>();
        for (TypeCounts.Entry entry : counts.ranked()) {
            double share = (double) entry.count() / total;
            if (choices.size() == MOST_TYPES || share < (choices.isEmpty() ? SMALLEST_FIRST_SHARE : SMALLEST_SHARE)) {
                break;
            }
            HostedType type = types.get(entry.type());
            HostedMethod target = type == null ? null : target(call, type, caller);
            if (target != null) {
                choices.add(new Choice(type, target, (entry.count() + 0.5) / (left + 1.0)));
                left -= entry.count();
            }
        }
        return choices;
    }

    /** What a receiver of exactly this type runs; null if the analysis says that it cannot arrive or runs nothing known. */
    private static HostedMethod target(MethodCallTargetNode call, HostedType type, HostedMethod caller) {
        HostedMethod declared = (HostedMethod) call.targetMethod();
        if (!type.isInstantiated() || type.isInterface() || type.isArray() || !mayArrive(call.receiver(), type)) {
            return null;
        }
        if (!declared.getDeclaringClass().isAssignableFrom(type)) {
            return null;
        }
        HostedMethod target = (HostedMethod) type.resolveConcreteMethod(declared, caller.getDeclaringClass());
        boolean known = target != null && !target.isAbstract() && target.getWrapped().isSimplyImplementationInvoked()
                        && Arrays.asList(declared.getImplementations()).contains(target);
        return known ? target : null;
    }

    private static boolean mayArrive(ValueNode receiver, HostedType type) {
        ObjectStamp stamp = (ObjectStamp) receiver.stamp(NodeView.DEFAULT);
        return stamp.nonNull() && (stamp.type() == null || !stamp.isExactType() && stamp.type().isAssignableFrom(type));
    }
}
