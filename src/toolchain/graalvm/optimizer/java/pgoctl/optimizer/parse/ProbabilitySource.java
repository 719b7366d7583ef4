package pgoctl.optimizer.parse;

import jdk.graal.compiler.nodes.spi.ProfileProvider;
import jdk.vm.ci.meta.DefaultProfilingInfo;
import jdk.vm.ci.meta.ProfilingInfo;
import jdk.vm.ci.meta.ResolvedJavaMethod;
import jdk.vm.ci.meta.TriState;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.profile.MethodProfile;

/** Gives the parser the profile of each method that it parses, those that it inlines while it parses included. */
public final class ProbabilitySource implements ProfileProvider {
    private final MethodNames names;
    private final ParsedSites sites;
    private final boolean branches;
    private final boolean switches;

    public ProbabilitySource(MethodNames names, ParsedSites sites, boolean branches, boolean switches) {
        this.names = names;
        this.sites = sites;
        this.branches = branches;
        this.switches = switches;
    }

    @Override
    public ProfilingInfo getProfilingInfo(ResolvedJavaMethod method) {
        MethodProfile profile = names.profile(method);
        byte[] code = profile == null || !profile.hasBranches() ? null : method.getCode();
        if (code == null) {
            return DefaultProfilingInfo.get(TriState.UNKNOWN);
        }
        return new Probabilities(code, profile, sites, branches, switches);
    }

    @Override
    public ProfilingInfo getProfilingInfo(ResolvedJavaMethod method, boolean includeNormal, boolean includeOSR) {
        return getProfilingInfo(method);
    }
}
