package pgoctl.trace;

import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;

/** Who called a traced method. */
final class Caller {
    private static final StackWalker WALKER = StackWalker.getInstance(Set.of(
            StackWalker.Option.SHOW_REFLECT_FRAMES, StackWalker.Option.RETAIN_CLASS_REFERENCE));
    private static final String OURS = "pgoctl.trace.";

    private Caller() {}

    /** The caller's frame; whoever called the method through reflection where that was the way; null at the bottom of a thread. */
    static StackWalker.StackFrame find() {
        return WALKER.walk(Caller::find);
    }

    private static StackWalker.StackFrame find(Stream<StackWalker.StackFrame> frames) {
        boolean passedTraced = false;
        for (Iterator<StackWalker.StackFrame> all = frames.iterator(); all.hasNext();) {
            StackWalker.StackFrame frame = all.next();
            String type = frame.getClassName();
            if (type.startsWith(OURS)) {
                continue;
            }
            if (!passedTraced) {
                passedTraced = true;
            } else if (!isReflection(type)) {
                return frame;
            }
        }
        return null;
    }

    private static boolean isReflection(String type) {
        return type.equals("java.lang.reflect.Method")
                || type.equals("java.lang.reflect.Constructor")
                || type.equals("java.lang.invoke.MethodHandle")
                || type.startsWith("jdk.internal.reflect.");
    }
}
