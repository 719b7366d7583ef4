package pgoctl.counting;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import org.graalvm.nativeimage.ImageSingletons;
import org.graalvm.nativeimage.hosted.RuntimeClassInitialization;

import com.oracle.graal.pointsto.meta.AnalysisMethod;
import com.oracle.svm.core.feature.InternalFeature;
import com.oracle.svm.core.graal.meta.SubstrateForeignCallsProvider;
import com.oracle.svm.core.jdk.RuntimeSupport;
import com.oracle.svm.core.snippets.SnippetRuntime.SubstrateForeignCallDescriptor;
import com.oracle.svm.core.util.UserError;
import com.oracle.svm.hosted.FeatureImpl.BeforeAnalysisAccessImpl;
import com.oracle.svm.hosted.HostedConfiguration;

import pgoctl.counting.image.Counters;
import pgoctl.counting.image.DumpFile;
import pgoctl.counting.image.ProfileDump;
import pgoctl.optimizer.account.Account;

/**
 * The way into the image builder ({@code --features=pgoctl.counting.CountingFeature}): lets the parser put counters into
 * the program, puts what writes them into the image, and says at the end what is counted.
 */
public final class CountingFeature implements InternalFeature {
    private static final String ACCOUNT = "pgoctl.counting.account";

    private Path account;
    private Sites sites;

    @Override
    public String getDescription() {
        return "Counts what the program does (pgoctl)";
    }

    @Override
    public void afterRegistration(AfterRegistrationAccess access) {
        if (ImageSingletons.contains(HostedConfiguration.class)) {
            throw UserError.abort("pgoctl's counters cannot work here: this builder has a host configuration of its own, as Oracle GraalVM has (it counts with `--pgo-instrument`)");
        }
        account = accountFile();
        sites = Sites.ofThisBuild();
        DumpFile.describe();
        RuntimeClassInitialization.initializeAtBuildTime(Counters.class.getPackageName());
        HostedConfiguration.setInstanceIfEmpty(new CountingConfiguration(sites));
    }

    private static Path accountFile() {
        String name = System.getProperty(ACCOUNT);
        if (name == null || name.isEmpty()) {
            throw UserError.abort("pgoctl's counters: `-J-D%s=FILE` is missing", ACCOUNT);
        }
        Path file = Path.of(name).toAbsolutePath();
        if (!Files.isDirectory(file.getParent())) {
            throw UserError.abort("pgoctl's counters: `%s` is not a folder", file.getParent());
        }
        return file;
    }

    @Override
    public void registerForeignCalls(SubstrateForeignCallsProvider foreignCalls) {
        foreignCalls.register(Counters.RECEIVER, Counters.CASE);
    }

    @Override
    public void beforeAnalysis(BeforeAnalysisAccess access) {
        RuntimeSupport.getRuntimeSupport().addShutdownHook(new ProfileDump());
        for (SubstrateForeignCallDescriptor callee : List.of(Counters.RECEIVER, Counters.CASE)) {
            BeforeAnalysisAccessImpl builder = (BeforeAnalysisAccessImpl) access;
            builder.registerAsRoot((AnalysisMethod) callee.findMethod(builder.getMetaAccess()), true, "Counts in the program");
        }
    }

    @Override
    public void afterImageWrite(AfterImageWriteAccess access) {
        Account written = new Account();
        written.put("counting", sites.asMap());
        try {
            written.write(account);
        } catch (IOException e) {
            throw UserError.abort("pgoctl's counters: cannot write the account `%s`: %s", account, e);
        }
    }
}
