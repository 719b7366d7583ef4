package corpus;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import jflex.generator.LexGenerator;
import jflex.core.OptionUtils;
import jflex.option.Options;

/** JFlex: makes the scanner of a small language: automata are built and minimized. */
public final class Main {
    public static void main(String[] arguments) throws IOException {
        Input input = new Input(arguments);
        OptionUtils.setDefaultOptions();
        Options.no_backup = true;
        Options.verbose = false;
        Options.progress = false;
        Path folder = Files.createTempDirectory("corpus-jflex");
        for (int round = 0; round < input.rounds; round++) {
            Path rules = folder.resolve("Scanner" + round + ".flex");
            Files.writeString(rules, rules(input, "Scanner" + round));
            Path scanner = new File(new LexGenerator(rules.toFile()).generate()).toPath();
            String text = Files.readString(scanner);
            input.take(text.substring(text.indexOf("public ")));
            Files.delete(rules);
            Files.delete(scanner);
        }
        Files.delete(folder);
        input.done();
    }

    private static String rules(Input input, String name) {
        String keywords = IntStream.range(0, 60).mapToObj(i -> "  \"" + input.word() + i + "\" { return " + i + "; }\n").collect(Collectors.joining());
        return """
                %%
                %public
                %class NAME
                %type int
                %unicode
                %state STRING
                Letter = [:letter:] | "_" | "$"
                Digit = [:digit:]
                Blank = [ \\t\\r\\n\\f]
                Number = {Digit}+ ("." {Digit}*)? ([eE] [+-]? {Digit}+)? | 0[xX] [0-9a-fA-F]+
                Comment = "/*" ~"*/" | "//" [^\\r\\n]*
                %%
                <YYINITIAL> {
                KEYWORDS
                  {Letter} ({Letter} | {Digit})* { return 100; }
                  {Number} { return 101; }
                  {Comment} { }
                  {Blank}+ { }
                  \\" { yybegin(STRING); }
                  "+" | "-" | "*" | "/" | "==" | "!=" | "<=" | ">=" | "<<" | ">>" | ">>>" | "&&" | "||" { return 102; }
                }
                <STRING> {
                  \\" { yybegin(YYINITIAL); return 103; }
                  [^\\n\\r\\"\\\\]+ { }
                  "\\\\" [btnfr\\"'\\\\] | "\\\\u" [0-9a-fA-F]{4} { }
                }
                [^] { return 104; }
                """.replace("NAME", name).replace("KEYWORDS", keywords);
    }
}
