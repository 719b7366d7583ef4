package pgoctl.optimizer;

import java.nio.file.Path;
import java.util.Map;

import org.graalvm.nativeimage.Platform;

import com.oracle.svm.core.MissingRegistrationSupport;
import com.oracle.svm.core.graal.meta.RuntimeConfiguration;
import com.oracle.svm.hosted.FeatureHandler;
import com.oracle.svm.hosted.HostedConfiguration;
import com.oracle.svm.hosted.ImageClassLoader;
import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.classinitialization.ClassInitializationSupport;
import com.oracle.svm.hosted.code.CompileQueue;
import com.oracle.svm.hosted.image.LIRNativeImageCodeCache;
import com.oracle.svm.hosted.image.NativeImageCodeCache;
import com.oracle.svm.hosted.image.NativeImageCodeCacheFactory;
import com.oracle.svm.hosted.image.NativeImageHeap;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedUniverse;
import com.oracle.svm.hosted.substitute.AnnotationSubstitutionProcessor;

import jdk.graal.compiler.code.CompilationResult;
import jdk.graal.compiler.debug.DebugContext;
import jdk.graal.compiler.options.OptionValues;
import pgoctl.optimizer.Switches.Part;
import pgoctl.optimizer.order.ArrangedCodeCache;
import pgoctl.optimizer.parse.ProbabilitySource;
import pgoctl.optimizer.parse.ProfiledHost;
import pgoctl.optimizer.queue.OptimizingQueue;

/** Gives the builder the optimizer's parts where it asks for its own ones. */
final class OptimizedConfiguration extends HostedConfiguration {
    private final Optimizer optimizer;

    OptimizedConfiguration(Optimizer optimizer) {
        this.optimizer = optimizer;
    }

    @Override
    public SVMHost createHostVM(OptionValues options, ImageClassLoader loader, ClassInitializationSupport initialization, AnnotationSubstitutionProcessor substitutions,
                    MissingRegistrationSupport missing) {
        Switches switches = optimizer.switches();
        if (!switches.on(Part.BRANCHES) && !switches.on(Part.SWITCHES)) {
            return super.createHostVM(options, loader, initialization, substitutions, missing);
        }
        ProbabilitySource probabilities = new ProbabilitySource(optimizer.names(), optimizer.parsed(), switches.on(Part.BRANCHES), switches.on(Part.SWITCHES));
        return new ProfiledHost(options, loader, initialization, substitutions, missing, optimizer.names(), probabilities);
    }

    @Override
    public CompileQueue createCompileQueue(DebugContext debug, FeatureHandler features, HostedUniverse universe, RuntimeConfiguration runtime, boolean deoptimizeAll) {
        optimizer.universe(universe);
        return new OptimizingQueue(debug, features, universe, runtime, deoptimizeAll, optimizer);
    }

    @Override
    public NativeImageCodeCacheFactory newCodeCacheFactory() {
        return new NativeImageCodeCacheFactory() {
            @Override
            public NativeImageCodeCache newCodeCache(CompileQueue queue, NativeImageHeap heap, Platform platform, Path folder) {
                Map<HostedMethod, CompilationResult> code = queue.getCompilationResults();
                optimizer.compiled(code);
                return optimizer.switches().on(Part.ORDER) ? new ArrangedCodeCache(optimizer.arrange(code), heap) : new LIRNativeImageCodeCache(code, heap);
            }
        };
    }
}
