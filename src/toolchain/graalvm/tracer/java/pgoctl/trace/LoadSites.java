package pgoctl.trace;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.instruction.InvokeInstruction;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where programs call {@code loadClass(String)}: a virtual machine calls it too, for every class that it resolves, and looks the
 * same on the stack.
 */
final class LoadSites {
    private static final String NAME = "loadClass";
    private static final String DESCRIPTOR = "(Ljava/lang/String;)Ljava/lang/Class;";
    private static final byte[] SIGN = NAME.getBytes(StandardCharsets.US_ASCII);

    /** The class that has the method which is called there, by site: it is resolved there itself. */
    private final Map<String, String> owners = new ConcurrentHashMap<>();

    /** Notes the calls in a class that is being loaded. */
    void look(byte[] bytes) {
        if (!contains(bytes)) {
            return;
        }
        ClassModel type = ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG).parse(bytes);
        for (MethodModel method : type.methods()) {
            method.code().ifPresent(code -> look(type, method, code));
        }
    }

    private void look(ClassModel type, MethodModel method, CodeModel code) {
        int at = 0;
        for (CodeElement element : code) {
            if (element instanceof InvokeInstruction call
                    && call.name().equalsString(NAME)
                    && call.type().equalsString(DESCRIPTOR)) {
                owners.put(site(type.thisClass().asInternalName().replace('/', '.'), method.methodName().stringValue(),
                        method.methodType().stringValue(), at), call.owner().asInternalName().replace('/', '.'));
            }
            if (element instanceof java.lang.classfile.Instruction instruction) {
                at += instruction.sizeInBytes();
            }
        }
    }

    /** Whether the frame is at such a call, and asks for {@code wanted}. */
    boolean asks(StackWalker.StackFrame frame, Object wanted) {
        if (frame == null) {
            return false;
        }
        String owner = owners.get(site(frame.getClassName(), frame.getMethodName(), frame.getDescriptor(),
                frame.getByteCodeIndex()));
        return owner != null && !owner.equals(wanted);
    }

    private static String site(String type, String method, String descriptor, int at) {
        return type + "." + method + descriptor + "@" + at;
    }

    private static boolean contains(byte[] bytes) {
        int last = bytes.length - SIGN.length;
        for (int from = 0; from <= last; from++) {
            int same = 0;
            while (same < SIGN.length && bytes[from + same] == SIGN[same]) {
                same++;
            }
            if (same == SIGN.length) {
                return true;
            }
        }
        return false;
    }
}
