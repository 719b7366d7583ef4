package pgoctl.counting;

import com.oracle.svm.core.MissingRegistrationSupport;
import com.oracle.svm.hosted.HostedConfiguration;
import com.oracle.svm.hosted.ImageClassLoader;
import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.classinitialization.ClassInitializationSupport;
import com.oracle.svm.hosted.substitute.AnnotationSubstitutionProcessor;

import jdk.graal.compiler.options.OptionValues;

/** Gives the builder a host whose parser counts. */
final class CountingConfiguration extends HostedConfiguration {
    private final Sites sites;

    CountingConfiguration(Sites sites) {
        this.sites = sites;
    }

    @Override
    public SVMHost createHostVM(OptionValues options, ImageClassLoader loader, ClassInitializationSupport initialization, AnnotationSubstitutionProcessor substitutions,
                    MissingRegistrationSupport missing) {
        return new CountingHost(options, loader, initialization, substitutions, missing, sites);
    }
}
