package pgoctl.optimizer;

import com.oracle.graal.pointsto.infrastructure.GraphProvider;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.substitute.SubstitutionMethod;

import jdk.vm.ci.meta.ResolvedJavaMethod;

/** Tells the methods of the program and the JDK from those of the image's own runtime, which the optimizer leaves alone. */
public final class Ownership {
    private static final String[] RUNTIME = {"Lcom/oracle/svm/", "Lcom/oracle/graal/", "Lorg/graalvm/", "Ljdk/graal/", "Ljdk/vm/ci/", "Ljdk/internal/vm/",
                    "Ljdk/internal/misc/ScopedMemoryAccess", "Lpgoctl/"};

    private Ownership() {
    }

    /**
     * Whether the method is a part of the runtime: its class is, its code replaces a JDK method's, or the builder makes
     * its graph without byte code.
     */
    public static boolean isRuntime(HostedMethod method) {
        if (isRuntimeClass(method.getWrapped().getDeclaringClass().getName())) {
            return true;
        }
        ResolvedJavaMethod original = method.getWrapped().getWrapped();
        return original instanceof SubstitutionMethod || original instanceof GraphProvider || method.getCode() == null;
    }

    /** Whether the class, given as a type descriptor, is one of the runtime's. */
    public static boolean isRuntimeClass(String descriptor) {
        for (String prefix : RUNTIME) {
            if (descriptor.startsWith(prefix)) {
                return true;
            }
        }
        return false;
    }

    /** Whether the method's graph may be changed at all: ordinary code, compiled in the ordinary way. */
    public static boolean isOurs(HostedMethod method) {
        return method.isOriginalMethod() && !method.isEntryPoint() && !method.isUninterruptible() && !method.isForeignCallTarget()
                        && !method.compilationInfo.canDeoptForTesting() && method.compilationInfo.getCustomCompileFunction() == null
                        && method.compilationInfo.getCustomParseFunction() == null && !isRuntime(method);
    }
}
