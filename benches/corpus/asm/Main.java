package corpus;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.tree.ClassNode;
import org.objectweb.asm.tree.MethodNode;
import org.objectweb.asm.tree.analysis.Analyzer;
import org.objectweb.asm.tree.analysis.AnalyzerException;
import org.objectweb.asm.tree.analysis.BasicInterpreter;
import org.objectweb.asm.tree.analysis.Frame;

/** ASM: reads the classes of a JAR, analyses the data flow of every method, writes them again. */
public final class Main {
    public static void main(String[] arguments) throws IOException, AnalyzerException {
        Input input = new Input(arguments);
        List<byte[]> classes = classes(arguments[2]);
        for (int round = 0; round < input.rounds; round++) {
            for (byte[] bytes : classes) {
                ClassNode node = new ClassNode();
                new ClassReader(bytes).accept(node, 0);
                long frames = 0;
                for (MethodNode method : node.methods) {
                    for (Frame<?> frame : new Analyzer<>(new BasicInterpreter()).analyze(node.name, method)) {
                        frames += frame == null ? 0 : frame.getStackSize();
                    }
                }
                input.take(frames);
                ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
                node.accept(writer);
                input.take(writer.toByteArray());
            }
        }
        input.done();
    }

    private static List<byte[]> classes(String jar) throws IOException {
        List<byte[]> classes = new ArrayList<>();
        try (ZipFile zip = new ZipFile(jar)) {
            for (Enumeration<? extends ZipEntry> entries = zip.entries(); entries.hasMoreElements();) {
                ZipEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".class") && !entry.getName().startsWith("META-INF/") && !entry.getName().equals("module-info.class")) {
                    classes.add(zip.getInputStream(entry).readAllBytes());
                }
            }
        }
        return classes;
    }
}
