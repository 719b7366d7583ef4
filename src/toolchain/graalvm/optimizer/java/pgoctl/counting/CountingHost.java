package pgoctl.counting;

import com.oracle.graal.pointsto.BigBang;
import com.oracle.graal.pointsto.meta.AnalysisMetaAccess;
import com.oracle.graal.pointsto.meta.AnalysisMethod;
import com.oracle.graal.pointsto.meta.HostedProviders;
import com.oracle.graal.pointsto.phases.InlineBeforeAnalysisGraphDecoder;
import com.oracle.graal.pointsto.phases.InlineBeforeAnalysisPolicy;
import com.oracle.svm.core.MissingRegistrationSupport;
import com.oracle.svm.hosted.ImageClassLoader;
import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.classinitialization.ClassInitializationSupport;
import com.oracle.svm.hosted.classinitialization.SimulateClassInitializerSupport;
import com.oracle.svm.hosted.phases.AnalysisGraphBuilderPhase;
import com.oracle.svm.hosted.phases.InlineBeforeAnalysisPolicyImpl;
import com.oracle.svm.hosted.substitute.AnnotationSubstitutionProcessor;

import jdk.graal.compiler.java.BytecodeParser;
import jdk.graal.compiler.java.GraphBuilderPhase;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.graphbuilderconf.GraphBuilderConfiguration;
import jdk.graal.compiler.nodes.graphbuilderconf.IntrinsicContext;
import jdk.graal.compiler.options.OptionValues;
import jdk.graal.compiler.phases.OptimisticOptimizations;
import jdk.vm.ci.meta.ResolvedJavaMethod;

/**
 * The builder's host, with a {@link CountingParser} for the methods that are {@link Countable}. What the builder inlines
 * before its analysis, and which classes it initializes itself, is the same as without counters.
 */
final class CountingHost extends SVMHost {
    private final Sites sites;
    private final InlineBeforeAnalysisPolicy inlining;

    CountingHost(OptionValues options, ImageClassLoader loader, ClassInitializationSupport initialization, AnnotationSubstitutionProcessor substitutions,
                    MissingRegistrationSupport missing, Sites sites) {
        super(options, loader, initialization, substitutions, missing);
        this.sites = sites;
        this.inlining = new InlineBeforeAnalysisPolicyImpl(this, getInlineBeforeAnalysisPolicyUtils());
    }

    @Override
    public GraphBuilderPhase.Instance createGraphBuilderPhase(HostedProviders providers, GraphBuilderConfiguration configuration, OptimisticOptimizations optimistic,
                    IntrinsicContext intrinsic) {
        if (intrinsic != null) {
            return super.createGraphBuilderPhase(providers, configuration, optimistic, intrinsic);
        }
        return new AnalysisGraphBuilderPhase(providers, configuration, optimistic, null, this) {
            @Override
            protected BytecodeParser createBytecodeParser(StructuredGraph graph, BytecodeParser parent, ResolvedJavaMethod method, int entryBCI, IntrinsicContext context) {
                if (context != null || !Countable.isCountable(method)) {
                    return super.createBytecodeParser(graph, parent, method, entryBCI, context);
                }
                return new CountingParser(this, graph, parent, method, entryBCI, CountingHost.this, sites);
            }
        };
    }

    @Override
    public InlineBeforeAnalysisGraphDecoder createInlineBeforeAnalysisGraphDecoder(BigBang bb, AnalysisMethod method, StructuredGraph result) {
        return new FreeCounters(bb, inlining, result, bb.getProviders(method));
    }

    @Override
    public SimulateClassInitializerSupport createSimulateClassInitializerSupport(AnalysisMetaAccess metaAccess) {
        return new UncountedInitializers(metaAccess, this);
    }
}
