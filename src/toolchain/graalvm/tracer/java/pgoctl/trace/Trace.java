package pgoctl.trace;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;

/**
 * The file of events: a JSON array without its end, since a process may end at any moment. Each event is written once, whole, and at
 * once.
 */
final class Trace {
    /** Not System.err, which the program may replace. */
    private static final PrintStream STDERR = new PrintStream(new FileOutputStream(FileDescriptor.err), true);
    private final OutputStream file;
    private final Set<String> written = new HashSet<>();
    private boolean complained;

    Trace(String path) throws IOException {
        file = new FileOutputStream(path);
        file.write("[\n{\"tracer\":\"meta\",\"event\":\"initialization\"}".getBytes(StandardCharsets.US_ASCII));
    }

    /** From here on it is the program that reaches things. */
    void live() {
        write("{\"tracer\":\"meta\",\"event\":\"phase_change\",\"phase\":\"live\"}");
    }

    synchronized void write(String event) {
        if (!written.add(event)) {
            return;
        }
        try {
            file.write((",\n" + event).getBytes(StandardCharsets.US_ASCII));
        } catch (IOException failure) {
            complain(failure);
        }
    }

    /** Says that something went wrong, once: what comes after it is mostly the same. */
    synchronized void complain(Throwable failure) {
        if (!complained) {
            complained = true;
            say("some accesses are not traced: " + failure);
        }
    }

    static void say(String words) {
        STDERR.println("pgoctl trace: " + words);
    }
}
