package pgoctl.counting.image;

import java.io.BufferedWriter;
import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

import com.oracle.svm.core.jdk.RuntimeSupport;

import pgoctl.counting.image.CountedMethods.Method;

/**
 * Writes the profile when the program ends: after {@code main}, by {@code System.exit} or by a signal that ends it, when
 * the program's own shutdown hooks are done. The file is written aside and renamed, so that it is whole or not there.
 */
public final class ProfileDump implements RuntimeSupport.Hook {
    @Override
    public void execute(boolean isFirstIsolate) {
        if (!isFirstIsolate) {
            return;
        }
        // First: what comes next is counted as well, and not the program's.
        long[] counters = Counters.copy();
        Method[] methods = CountedMethods.read(Counters.description());
        File file = new File(DumpFile.path());
        try {
            write(new Iprof(methods, counters), file);
        } catch (IOException e) {
            System.err.println("pgoctl: the profile `" + file + "` could not be written: " + e.getMessage());
        }
    }

    private static void write(Iprof iprof, File file) throws IOException {
        File aside = new File(file.getPath() + ".part");
        try (Writer out = new BufferedWriter(new OutputStreamWriter(new FileOutputStream(aside), StandardCharsets.UTF_8), 1 << 16)) {
            iprof.write(out);
        }
        if (!aside.renameTo(file)) {
            throw new IOException("`" + aside + "` could not be renamed to it");
        }
    }
}
