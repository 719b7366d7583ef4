package corpus;

import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** commonmark-java: parses Markdown and renders it as HTML. */
public final class Main {
    public static void main(String[] arguments) {
        Input input = new Input(arguments);
        Parser parser = Parser.builder().build();
        HtmlRenderer renderer = HtmlRenderer.builder().build();
        for (int round = 0; round < input.rounds; round++) {
            input.take(renderer.render(parser.parse(page(input))));
        }
        input.done();
    }

    private static String page(Input input) {
        StringBuilder text = new StringBuilder();
        for (int section = 0; section < 40; section++) {
            text.append("#".repeat(1 + section % 4)).append(' ').append(input.words(4)).append("\n\n");
            text.append(input.words(15)).append(" *").append(input.words(2)).append("* and **").append(input.words(3)).append("** with `").append(input.word())
                    .append("` and [").append(input.words(2)).append("](http://localhost/").append(input.word()).append(" \"").append(input.word()).append("\").\n")
                    .append(input.words(25)).append("\\\n").append(input.words(10)).append("\n\n");
            for (int item = 0; item < 5; item++) {
                text.append(item % 2 == 0 ? "- " : "  1. ").append(input.words(8)).append('\n');
            }
            text.append("\n> ").append(input.words(12)).append("\n> > ").append(input.words(7)).append("\n\n```java\nint ").append(input.word()).append(" = 1;\n```\n\n---\n\n");
        }
        return text.toString();
    }
}
