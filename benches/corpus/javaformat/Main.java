package corpus;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** google-java-format, with the JDK's own parser in it: formats the Java sources below a folder. */
public final class Main {
    public static void main(String[] arguments) throws IOException, FormatterException {
        Input input = new Input(arguments);
        List<Path> files;
        try (Stream<Path> tree = Files.walk(Path.of(arguments[2]))) {
            files = tree.filter(file -> file.toString().endsWith(".java")).sorted().toList();
        }
        Formatter formatter = new Formatter();
        for (int round = 0; round < input.rounds; round++) {
            for (Path file : files) {
                input.take(formatter.formatSource(Files.readString(file)));
            }
        }
        input.done();
    }
}
