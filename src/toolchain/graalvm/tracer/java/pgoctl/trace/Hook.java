package pgoctl.trace;

import java.lang.reflect.Member;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What traced methods of the JDK call first. */
public final class Hook {
    /** Members that the program is known to use: it may use them a million times, and once is enough. */
    private static final Set<Object> KNOWN = ConcurrentHashMap.newKeySet();
    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
    private static Trace trace;
    private static LoadSites sites;

    private Hook() {}

    static void open(Trace to, LoadSites known) {
        trace = to;
        sites = known;
    }

    /**
     * Tells one call. What the agent itself reaches meanwhile is not told, and nothing that goes wrong here reaches the program.
     *
     * @param point which method
     * @param self what it was called on, if anything
     * @param a the first argument that is an object, and so on
     */
    public static void enter(int point, Object self, Object a, Object b, Object c) {
        if (self instanceof Member && KNOWN.contains(self) || !Busy.begin()) {
            return;
        }
        try {
            tell(Points.at(point), self, new Object[] {a, b, c});
        } catch (Throwable failure) {
            trace.complain(failure);
        } finally {
            Busy.end();
        }
    }

    private static void tell(Point point, Object self, Object[] args) {
        StackWalker.StackFrame caller = Caller.find();
        // What a proxy looks up of its interfaces, an image has already.
        if (caller != null && Proxy.isProxyClass(caller.getDeclaringClass())) {
            return;
        }
        // A virtual machine that resolves a class asks its loader as if the program did.
        if (point.name().equals("loadClass") && !sites.asks(caller, args[0])) {
            return;
        }
        Event event = point.access().of(point, self, args);
        if (event != null) {
            trace.write(event.by(caller == null ? null : caller.getClassName()));
        }
        // A use by the JDK tells nothing of the next one.
        if (self instanceof Member && caller != null && isOfProgram(caller.getDeclaringClass().getClassLoader())) {
            KNOWN.add(self);
        }
    }

    private static boolean isOfProgram(ClassLoader loader) {
        return loader != null && loader != PLATFORM;
    }
}
