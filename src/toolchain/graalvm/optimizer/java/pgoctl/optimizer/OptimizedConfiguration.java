package pgoctl.optimizer;

import com.oracle.svm.core.MissingRegistrationSupport;
import com.oracle.svm.core.graal.meta.RuntimeConfiguration;
import com.oracle.svm.hosted.FeatureHandler;
import com.oracle.svm.hosted.HostedConfiguration;
import com.oracle.svm.hosted.ImageClassLoader;
import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.classinitialization.ClassInitializationSupport;
import com.oracle.svm.hosted.code.CompileQueue;
import com.oracle.svm.hosted.meta.HostedUniverse;
import com.oracle.svm.hosted.substitute.AnnotationSubstitutionProcessor;

import jdk.graal.compiler.debug.DebugContext;
import jdk.graal.compiler.options.OptionValues;
import pgoctl.optimizer.Switches.Part;
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
}
