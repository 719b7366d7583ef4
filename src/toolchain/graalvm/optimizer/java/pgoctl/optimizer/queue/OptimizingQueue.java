package pgoctl.optimizer.queue;

import java.util.List;

import com.oracle.graal.pointsto.util.CompletionExecutor.DebugContextRunnable;
import com.oracle.svm.core.graal.meta.RuntimeConfiguration;
import com.oracle.svm.hosted.FeatureHandler;
import com.oracle.svm.hosted.NativeImageGenerator;
import com.oracle.svm.hosted.code.CompileQueue;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedUniverse;

import jdk.graal.compiler.debug.DebugContext;
import jdk.graal.compiler.debug.DebugContext.Description;
import jdk.graal.compiler.debug.DebugHandlersFactory;
import jdk.graal.compiler.nodes.StructuredGraph;
import jdk.graal.compiler.options.OptionValues;
import jdk.graal.compiler.phases.tiers.Suites;
import pgoctl.optimizer.Optimizer;
import pgoctl.optimizer.Ownership;
import pgoctl.optimizer.Switches.Part;
import pgoctl.optimizer.calls.Devirtualizer;
import pgoctl.optimizer.inline.HotInliner;

/** The builder's compile queue, with the optimizer's parts called where each belongs. */
public final class OptimizingQueue extends CompileQueue {
    private final Optimizer optimizer;
    private final Devirtualizer devirtualizer;
    private Suites coldSuites;

    public OptimizingQueue(DebugContext debug, FeatureHandler features, HostedUniverse universe, RuntimeConfiguration runtime, boolean deoptimizeAll, Optimizer optimizer) {
        super(debug, features, universe, runtime, deoptimizeAll, List.of());
        this.optimizer = optimizer;
        this.devirtualizer = optimizer.switches().on(Part.DEVIRTUALIZE) ? new Devirtualizer(optimizer.names(), universe, this::canBeUsedForInlining) : null;
    }

    /** Called for each method when its graph has been parsed and canonicalized, before anybody else can see it. */
    @Override
    protected void notifyBeforeEncode(HostedMethod method, StructuredGraph graph) {
        super.notifyBeforeEncode(method, graph);
        if (devirtualizer != null && Ownership.isOurs(method)) {
            long start = System.nanoTime();
            devirtualizer.apply(graph);
            optimizer.account().spent(Part.DEVIRTUALIZE.key(), System.nanoTime() - start);
        }
    }

    @Override
    protected void inlineTrivialMethods(DebugContext debug) throws InterruptedException {
        super.inlineTrivialMethods(debug);
        if (devirtualizer != null) {
            optimizer.account().put("calls", devirtualizer.asMap());
        }
        if (optimizer.switches().on(Part.INLINE)) {
            inlineHotCalls();
        }
    }

    private void inlineHotCalls() throws InterruptedException {
        HotInliner inliner = new HotInliner(optimizer.profile(), optimizer.names(), universe.hostVM(), this::canBeUsedForInlining);
        List<HostedMethod> callers = inliner.callers(universe);
        runOnExecutor(() -> callers.forEach(method -> executor.execute(new ExpandTask(method, inliner))));
        inliner.publish(universe);
        optimizer.account().put("inlining", inliner.asMap());
    }

    /** Called once, after all inlining and before the first method is compiled. */
    @Override
    protected void createSuites() {
        super.createSuites();
        if (optimizer.switches().on(Part.COLD)) {
            optimizer.findColdCode(universe);
            coldSuites = NativeImageGenerator.createFirstTierSuites(featureHandler, runtimeConfig, true);
        }
    }

    @Override
    protected Suites createSuitesForRegularCompile(StructuredGraph graph, Suites regular) {
        boolean cold = coldSuites != null && optimizer.coldCode().isCold((HostedMethod) graph.method(), graph);
        return cold ? coldSuites : super.createSuitesForRegularCompile(graph, regular);
    }

    private final class ExpandTask implements DebugContextRunnable {
        private final HostedMethod method;
        private final HotInliner inliner;

        ExpandTask(HostedMethod method, HotInliner inliner) {
            this.method = method;
            this.inliner = inliner;
        }

        @Override
        public void run(DebugContext debug) {
            long start = System.nanoTime();
            inliner.expand(method, debug, getCustomizedOptions(method, debug), runtimeConfig.lookupBackend(method).getProviders());
            optimizer.account().spent(Part.INLINE.key(), System.nanoTime() - start);
        }

        @Override
        public Description getDescription() {
            return new Description(method, method.getName());
        }

        @Override
        public DebugContext getDebug(OptionValues options, List<DebugHandlersFactory> factories) {
            return new DebugContext.Builder(options, factories).description(getDescription()).build();
        }
    }
}
