package pgoctl.optimizer.parse;

import com.oracle.graal.pointsto.BigBang;
import com.oracle.graal.pointsto.api.HostVM;
import com.oracle.graal.pointsto.infrastructure.GraphProvider;
import com.oracle.graal.pointsto.meta.AnalysisMethod;
import com.oracle.graal.pointsto.meta.HostedProviders;
import com.oracle.svm.core.MissingRegistrationSupport;
import com.oracle.svm.hosted.ImageClassLoader;
import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.classinitialization.ClassInitializationSupport;
import com.oracle.svm.hosted.substitute.AnnotationSubstitutionProcessor;

import jdk.graal.compiler.core.common.PermanentBailoutException;
import jdk.graal.compiler.debug.DebugContext;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.nodes.graphbuilderconf.GraphBuilderConfiguration;
import jdk.graal.compiler.nodes.graphbuilderconf.GraphBuilderConfiguration.BytecodeExceptionMode;
import jdk.graal.compiler.nodes.graphbuilderconf.InvocationPlugin;
import jdk.graal.compiler.options.OptionValues;
import jdk.graal.compiler.phases.OptimisticOptimizations;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.profile.MethodProfile;

/**
 * Parses the methods that have counted branches itself, with probabilities, and leaves all others to the builder. The
 * settings of the parser are the builder's own ones for the analysis.
 */
public final class ProfiledHost extends SVMHost {
    private final MethodNames names;
    private final ProbabilitySource probabilities;

    public ProfiledHost(OptionValues options, ImageClassLoader loader, ClassInitializationSupport initialization, AnnotationSubstitutionProcessor substitutions,
                    MissingRegistrationSupport missing, MethodNames names, ProbabilitySource probabilities) {
        super(options, loader, initialization, substitutions, missing);
        this.names = names;
        this.probabilities = probabilities;
    }

    @Override
    public Object parseGraph(BigBang bb, DebugContext debug, AnalysisMethod method) {
        Object graph = super.parseGraph(bb, debug, method);
        if (graph != HostVM.PARSING_UNHANDLED || !isOurs(bb, method)) {
            return graph;
        }
        return parse(bb, debug, method);
    }

    private boolean isOurs(BigBang bb, AnalysisMethod method) {
        if (!method.isOriginalMethod() || method.getCode() == null || method.getWrapped() instanceof GraphProvider) {
            return false;
        }
        MethodProfile profile = names.profile(method);
        return profile != null && profile.hasBranches() && !hasPlugin(bb, method);
    }

    /** Whether the builder makes the method's graph by an invocation plug-in instead of its byte code. */
    private static boolean hasPlugin(BigBang bb, AnalysisMethod method) {
        InvocationPlugin plugin = bb.getProviders(method).getGraphBuilderPlugins().getInvocationPlugins().lookupInvocation(method, bb.getOptions());
        return plugin != null && !plugin.inlineOnly();
    }

    @SuppressWarnings("try")
    private Object parse(BigBang bb, DebugContext debug, AnalysisMethod method) {
        StructuredGraph graph = new StructuredGraph.Builder(bb.getOptions(), debug).method(method).recordInlinedMethods(recordInlinedMethods(method))
                        .profileProvider(probabilities).build();
        try (DebugContext.Scope scope = debug.scope("ProfiledParsing", graph, method)) {
            HostedProviders providers = bb.getProviders(method);
            createGraphBuilderPhase(providers, configuration(providers, method), OptimisticOptimizations.NONE, null).apply(graph);
            return graph;
        } catch (PermanentBailoutException e) {
            bb.getUnsupportedFeatures().addMessage(method.format("%H.%n(%p)"), method, e.getLocalizedMessage(), null, e);
            return HostVM.PARSING_FAILED;
        } catch (Throwable e) {
            throw debug.handle(e);
        }
    }

    private GraphBuilderConfiguration configuration(HostedProviders providers, AnalysisMethod method) {
        GraphBuilderConfiguration configuration = GraphBuilderConfiguration.getDefault(providers.getGraphBuilderPlugins()).withEagerResolving(true)
                        .withUnresolvedIsError(false).withNodeSourcePosition(true).withBytecodeExceptionMode(BytecodeExceptionMode.CheckAll)
                        .withRetainLocalVariables(true);
        return updateGraphBuilderConfiguration(configuration, method);
    }
}
