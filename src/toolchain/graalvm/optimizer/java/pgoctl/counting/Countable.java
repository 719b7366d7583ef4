package pgoctl.counting;

import com.oracle.graal.pointsto.infrastructure.GraphProvider;
import com.oracle.graal.pointsto.meta.AnalysisMethod;
import com.oracle.svm.core.Uninterruptible;
import com.oracle.svm.hosted.substitute.SubstitutionMethod;

import jdk.vm.ci.meta.ResolvedJavaMethod;
import pgoctl.optimizer.Ownership;

/** Which methods are counted: those of the program and the JDK whose byte code is their own. */
final class Countable {
    private Countable() {
    }

    /**
     * The machinery of method handles is left out, because the builder folds it away or interprets it; and hidden classes are,
     * because their names mean nothing elsewhere.
     */
    static boolean isCountable(ResolvedJavaMethod candidate) {
        return candidate instanceof AnalysisMethod method && method.isOriginalMethod() && method.getCode() != null
                        && !isLeftOut(method.getDeclaringClass().getName()) && !method.getDeclaringClass().getJavaClass().isHidden()
                        && !(method.getWrapped() instanceof SubstitutionMethod) && !(method.getWrapped() instanceof GraphProvider)
                        && !Uninterruptible.Utils.isUninterruptible(method);
    }

    private static boolean isLeftOut(String owner) {
        return Ownership.isRuntimeClass(owner) || owner.startsWith("Ljava/lang/invoke/") || owner.startsWith("Lsun/invoke/");
    }
}
