package pgoctl.counting;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import jdk.vm.ci.meta.MetaUtil;
import pgoctl.optimizer.profile.MethodKey;

/**
 * Tells the image what its counters mean, in bytes that {@link pgoctl.counting.image.CountedMethods} reads: their length and
 * the number of counters, then texts, then methods with their places. Types are named in the style of {@code Class.getName()}.
 */
final class Description {
    private final Map<String, Integer> texts = new LinkedHashMap<>();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(body);

    private Description() {
    }

    static byte[] of(List<MethodSites> methods, int counters) {
        try {
            Description description = new Description();
            description.out.writeInt(methods.size());
            for (MethodSites method : methods) {
                description.method(method);
            }
            return description.whole(counters);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private byte[] whole(int counters) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream head = new DataOutputStream(bytes);
        head.writeInt(texts.size());
        for (String text : texts.keySet()) {
            head.writeUTF(text);
        }
        head.write(body.toByteArray());
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        DataOutputStream sizes = new DataOutputStream(whole);
        sizes.writeInt(bytes.size());
        sizes.writeInt(counters);
        bytes.writeTo(whole);
        return whole.toByteArray();
    }

    private void method(MethodSites method) throws IOException {
        MethodKey key = method.method();
        text(key.name());
        List<String> signature = signature(key);
        out.writeInt(signature.size());
        for (String type : signature) {
            text(type);
        }
        out.writeInt(method.calls());
        out.writeInt(method.all().size());
        for (Site site : method.all()) {
            out.writeByte(site.kind().ordinal());
            out.writeInt(site.bci());
            out.writeInt(site.first());
            out.writeInt(site.targets().length);
            for (int target : site.targets()) {
                out.writeInt(target);
            }
        }
    }

    private void text(String text) throws IOException {
        Integer known = texts.putIfAbsent(text, texts.size());
        out.writeInt(known == null ? texts.size() - 1 : known);
    }

    /** The declaring class, what the method returns, its parameters. */
    private static List<String> signature(MethodKey key) {
        List<String> names = new ArrayList<>();
        names.add(name(key.owner()));
        String descriptor = key.descriptor();
        int end = descriptor.indexOf(')');
        names.add(name(descriptor.substring(end + 1)));
        for (int at = 1; at < end;) {
            int from = at;
            while (descriptor.charAt(at) == '[') {
                at++;
            }
            at = descriptor.charAt(at) == 'L' ? descriptor.indexOf(';', at) + 1 : at + 1;
            names.add(name(descriptor.substring(from, at)));
        }
        return names;
    }

    private static String name(String descriptor) {
        return descriptor.startsWith("[") ? descriptor.replace('/', '.') : MetaUtil.internalNameToJava(descriptor, true, false);
    }
}
