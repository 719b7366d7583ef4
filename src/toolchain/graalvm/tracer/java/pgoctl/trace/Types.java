package pgoctl.trace;

import java.lang.invoke.MethodType;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/** How types are called in events. */
final class Types {
    private Types() {}

    /** Whether metadata can name a type: hidden classes have names of one run, primitive types none that is looked up. */
    static boolean canBeNamed(Class<?> type) {
        return type != null && !type.isPrimitive() && !type.isHidden();
    }

    /** Its name, as {@link Class#forName(String)} takes it; of a proxy the names of its interfaces. */
    static Object described(Class<?> type) {
        return Proxy.isProxyClass(type) ? names(type.getInterfaces()) : type.getName();
    }

    static List<String> names(Class<?>[] types) {
        List<String> names = new ArrayList<>();
        for (Class<?> type : types) {
            names.add(type.getName());
        }
        return names;
    }

    static List<String> parameters(MethodType type) {
        return names(type.parameterArray());
    }
}
