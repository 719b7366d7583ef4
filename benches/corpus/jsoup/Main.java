package corpus;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

/** jsoup: parses pages as the web has them, selects, rewrites, prints. */
public final class Main {
    public static void main(String[] arguments) {
        Input input = new Input(arguments);
        for (int round = 0; round < input.rounds; round++) {
            Document page = Jsoup.parse(page(input), "http://localhost/");
            input.take(page.select("div.entry > p a[href]").size());
            for (Element link : page.select("a[href^=/w]")) {
                link.attr("rel", "nofollow").addClass("inner");
            }
            page.select("li:nth-child(odd), td:contains(ba)").remove();
            input.take(page.text());
            input.take(page.outerHtml());
        }
        input.done();
    }

    private static String page(Input input) {
        StringBuilder html = new StringBuilder("<!doctype html><title>" + input.words(4) + "</title><body>");
        for (int entry = 0; entry < 60; entry++) {
            html.append("<div class='entry ").append(input.word()).append("' id=e").append(entry).append("><h2>").append(input.words(5)).append("</h2>");
            for (int paragraph = 0; paragraph < 3; paragraph++) {
                html.append("<p>").append(input.words(20)).append(" <a href=\"/").append(input.word()).append("?a=1&amp;b=2\">").append(input.words(3))
                        .append("</a> &lt;").append(input.words(6)).append("&gt; <b><i>").append(input.words(4)).append("</b></i>");
            }
            html.append("<ul><li>").append(input.words(3)).append("<li>").append(input.words(3)).append("<li>").append(input.words(3)).append("</ul><table><tr><td>")
                    .append(input.words(2)).append("<td>").append(input.words(2)).append("<tr><td>&eacute;&nbsp;").append(input.words(2)).append("</table></div>\n");
        }
        return html.toString();
    }
}
