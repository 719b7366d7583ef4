package pgoctl.optimizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.graalvm.nativeimage.ImageSingletons;

import com.oracle.svm.core.feature.InternalFeature;
import com.oracle.svm.core.util.UserError;
import com.oracle.svm.hosted.HostedConfiguration;

import pgoctl.optimizer.profile.IprofReader;
import pgoctl.optimizer.profile.Profile;
import pgoctl.optimizer.profile.ProfileException;

/**
 * The way into the image builder ({@code --features=pgoctl.optimizer.OptimizerFeature}): reads the profile before
 * anything slow starts, puts the optimizer's own host, compile queue and code cache in place of the builder's, and writes
 * the account when the image is written.
 */
public final class OptimizerFeature implements InternalFeature {
    private Switches switches;
    private Optimizer optimizer;

    @Override
    public String getDescription() {
        return "Optimizes by a profile (pgoctl)";
    }

    @Override
    public void afterRegistration(AfterRegistrationAccess access) {
        if (ImageSingletons.contains(HostedConfiguration.class)) {
            throw UserError.abort("pgoctl's optimizer cannot work here: this builder has a host configuration of its own, as Oracle GraalVM has (its PGO is `--pgo`)");
        }
        long start = System.nanoTime();
        try {
            switches = Switches.fromSystemProperties();
            Path folder = switches.account().toAbsolutePath().getParent();
            if (!Files.isDirectory(folder)) {
                throw UserError.abort("pgoctl's optimizer cannot write its account: `%s` is not a folder", folder);
            }
            Profile profile = IprofReader.read(switches.profile());
            optimizer = new Optimizer(switches, profile);
        } catch (ProfileException | IllegalArgumentException e) {
            throw UserError.abort("pgoctl's optimizer: %s", e.getMessage());
        }
        optimizer.account().spent("read_profile", System.nanoTime() - start);
        HostedConfiguration.setInstanceIfEmpty(new OptimizedConfiguration(optimizer));
    }

    @Override
    public void afterImageWrite(AfterImageWriteAccess access) {
        try {
            optimizer.finish();
            optimizer.account().write(switches.account());
        } catch (IOException e) {
            throw UserError.abort("pgoctl's optimizer cannot write its account `%s`: %s", switches.account(), e);
        }
    }
}
