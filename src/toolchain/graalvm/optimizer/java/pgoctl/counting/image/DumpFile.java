package pgoctl.counting.image;

import com.oracle.svm.core.option.RuntimeOptionKey;

import jdk.graal.compiler.options.OptionDescriptor;
import jdk.graal.compiler.options.OptionType;

/** The image's option {@code -XX:ProfilesDumpFile=FILE}: where its profile goes, as Oracle GraalVM's images call it. */
public final class DumpFile {
    static final String DEFAULT = "default.iprof";

    static final RuntimeOptionKey<String> OPTION = new RuntimeOptionKey<>(DEFAULT);

    private DumpFile() {
    }

    /** Gives the option its name; before the image is made. */
    public static void describe() {
        OptionDescriptor.create("ProfilesDumpFile", OptionType.User, String.class, "The file that the profile is written to at the end (default: " + DEFAULT + ").",
                        DumpFile.class, "OPTION", OPTION);
    }

    static String path() {
        String path = OPTION.getValue();
        return path == null || path.isEmpty() ? DEFAULT : path;
    }
}
