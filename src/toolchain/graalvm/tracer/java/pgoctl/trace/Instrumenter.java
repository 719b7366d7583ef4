package pgoctl.trace;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.instrument.ClassFileTransformer;
import java.lang.reflect.AccessFlag;
import java.security.ProtectionDomain;
import java.util.Map;

/** Makes traced methods call {@link Hook#enter} first, and looks where other classes call {@code loadClass}. */
final class Instrumenter implements ClassFileTransformer {
    private static final ClassDesc HOOK = ClassDesc.of("pgoctl.trace.Hook");
    private static final MethodTypeDesc ENTER = MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_int,
            ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_Object, ConstantDescs.CD_Object);
    /** How many arguments the hook takes. */
    private static final int ARGUMENTS = 3;

    private final LoadSites sites;

    Instrumenter(LoadSites sites) {
        this.sites = sites;
    }

    @Override
    public byte[] transform(Module module, ClassLoader loader, String name, Class<?> before, ProtectionDomain domain,
            byte[] bytes) {
        if (!Busy.begin()) {
            return null;
        }
        try {
            Map<String, Point> points = loader == null && name != null ? Points.in(name) : null;
            if (points != null) {
                return instrument(bytes, points);
            }
            sites.look(bytes);
        } catch (Throwable failure) {
            // A virtual machine drops it in silence.
            Trace.say("`" + name + "` is not traced: " + failure);
        } finally {
            Busy.end();
        }
        return null;
    }

    private static byte[] instrument(byte[] bytes, Map<String, Point> points) {
        ClassFile files = ClassFile.of();
        ClassModel type = files.parse(bytes);
        return files.transformClass(type, (builder, element) -> {
            Point point = element instanceof MethodModel method ? traced(method, points) : null;
            if (point == null) {
                builder.with(element);
            } else {
                MethodModel method = (MethodModel) element;
                builder.transformMethod(method, MethodTransform.transformingCode(new Entry(point, method)));
            }
        });
    }

    /** The point that a method is. What the JDK calls public is what programs call; the two others are its own. */
    private static Point traced(MethodModel method, Map<String, Point> points) {
        Point point = points.get(method.methodName().stringValue());
        if (point == null || method.code().isEmpty()) {
            return null;
        }
        boolean own = point.name().equals("readResolve")
                || point.name().equals("<init>") && method.methodTypeSymbol().parameterCount() == 1;
        return own || !point.name().equals("<init>") && method.flags().has(AccessFlag.PUBLIC) ? point : null;
    }

    /** Puts the call in front of a method's code. */
    private record Entry(Point point, MethodModel method) implements CodeTransform {
        @Override
        public void atStart(CodeBuilder code) {
            code.loadConstant(point.number());
            boolean isStatic = method.flags().has(AccessFlag.STATIC);
            // In front of a constructor's code there is no object yet.
            if (isStatic || point.name().equals("<init>")) {
                code.aconst_null();
            } else {
                code.aload(0);
            }
            int pushed = 0;
            int slot = isStatic ? 0 : 1;
            for (ClassDesc parameter : method.methodTypeSymbol().parameterList()) {
                if (!parameter.isPrimitive() && pushed < ARGUMENTS) {
                    code.aload(slot);
                    pushed++;
                }
                slot += TypeKind.from(parameter).slotSize();
            }
            for (; pushed < ARGUMENTS; pushed++) {
                code.aconst_null();
            }
            code.invokestatic(HOOK, "enter", ENTER);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            code.with(element);
        }
    }
}
