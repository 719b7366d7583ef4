package corpus;

import freemarker.template.Configuration;
import freemarker.template.SimpleHash;
import freemarker.template.SimpleObjectWrapper;
import freemarker.template.Template;
import freemarker.template.TemplateException;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** FreeMarker: a page from a template and maps. */
public final class Main {
    private static final String TEMPLATE = """
            <#macro row item index><tr class="${(index % 2 == 0)?string('even', 'odd')}"><td>${item.name?cap_first}</td><td>${item.price?string('0.00')}</td>
            <td><#if item.price gt 50>dear<#elseif item.price gt 20>fair<#else>cheap</#if></td></tr></#macro>
            <h1>${title?upper_case}</h1>
            <#list groups as group><h2>${group.name?html} (${group.items?size})</h2><table><#assign sum = 0>
            <#list group.items?sort_by('price') as item><#assign sum = sum + item.price><@row item=item index=item?index/></#list></table>
            <p>${sum?string('0.00')} ${group.items?first.name?replace('a', 'b')?left_pad(20)}</p></#list>
            """;

    public static void main(String[] arguments) throws IOException, TemplateException {
        Input input = new Input(arguments);
        Configuration configuration = new Configuration(Configuration.VERSION_2_3_32);
        SimpleObjectWrapper wrapper = new SimpleObjectWrapper(Configuration.VERSION_2_3_32);
        configuration.setObjectWrapper(wrapper);
        configuration.setLocale(java.util.Locale.ROOT);
        Template template = new Template("page", new StringReader(TEMPLATE), configuration);
        for (int round = 0; round < input.rounds; round++) {
            List<Object> groups = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                List<Object> items = new ArrayList<>();
                for (int j = 0; j < 30; j++) {
                    items.add(Map.of("name", input.words(2), "price", input.random.nextInt(10_000) / 100.0));
                }
                groups.add(Map.of("name", input.words(3) + " <&>", "items", items));
            }
            StringWriter page = new StringWriter();
            template.process(new SimpleHash(Map.of("title", input.words(4), "groups", groups), wrapper), page);
            input.take(page.toString());
        }
        input.done();
    }
}
