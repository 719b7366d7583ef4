package pgoctl.optimizer;

import java.util.concurrent.ConcurrentHashMap;

import com.oracle.graal.pointsto.meta.AnalysisMethod;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedType;

import jdk.vm.ci.meta.ResolvedJavaMethod;
import pgoctl.optimizer.profile.MethodKey;
import pgoctl.optimizer.profile.MethodProfile;
import pgoctl.optimizer.profile.Profile;

/** Finds the builder's methods in the profile. Keys are made once for each method: it is asked for millions of times. */
public final class MethodNames {
    private final Profile profile;
    private final ConcurrentHashMap<AnalysisMethod, MethodKey> keys = new ConcurrentHashMap<>();

    public MethodNames(Profile profile) {
        this.profile = profile;
    }

    public MethodKey key(AnalysisMethod method) {
        return keys.computeIfAbsent(method, MethodNames::name);
    }

    public MethodKey key(HostedMethod method) {
        return key(method.getWrapped());
    }

    private static MethodKey name(AnalysisMethod method) {
        return new MethodKey(method.getDeclaringClass().getName(), method.getName(), method.getSignature().toMethodDescriptor());
    }

    /** What was counted in the method, or null. */
    public MethodProfile profile(AnalysisMethod method) {
        return profile.of(key(method));
    }

    /** What was counted in the method, or null. */
    public MethodProfile profile(HostedMethod method) {
        return profile.of(key(method));
    }

    /** What was counted in the method of whatever universe, or null. */
    public MethodProfile profile(ResolvedJavaMethod method) {
        if (method instanceof AnalysisMethod analysis) {
            return profile(analysis);
        }
        return method instanceof HostedMethod hosted ? profile(hosted) : null;
    }

    /** The type's descriptor, as profiles name it. */
    public static String descriptor(HostedType type) {
        return type.getWrapped().getName();
    }
}
