package pgoctl.optimizer.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a build did with its profile: the proof that it was used. It is written as JSON at the end of a build that
 * succeeds, and only then; the README beside the sources describes its keys.
 */
public final class Account {
    public static final int SCHEMA_VERSION = 1;

    private final Map<String, Object> sections = new LinkedHashMap<>();
    private final Map<String, Double> seconds = new TreeMap<>();

    public Account() {
        sections.put("schema_version", SCHEMA_VERSION);
        sections.put("optimizer", "pgoctl");
    }

    /** Puts a value or a section; the order of the calls is the order in the file. */
    public synchronized void put(String key, Object value) {
        sections.put(key, value);
    }

    /** Adds to the seconds of a part, summed over the threads that worked on it. */
    public synchronized void spent(String part, long nanoseconds) {
        seconds.merge(part, nanoseconds / 1e9, Double::sum);
    }

    /** Written aside and renamed, so that nobody ever reads half of it. */
    public synchronized void write(Path file) throws IOException {
        Map<String, Double> rounded = new TreeMap<>();
        seconds.forEach((part, spent) -> rounded.put(part, Math.round(spent * 1000) / 1000.0));
        sections.put("thread_seconds", rounded);
        Path aside = file.resolveSibling(file.getFileName() + ".part");
        Files.writeString(aside, JsonText.of(sections));
        Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    }
}
