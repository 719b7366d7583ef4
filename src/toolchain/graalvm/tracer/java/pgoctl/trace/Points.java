package pgoctl.trace;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Every method of the JDK whose calls are traced. */
final class Points {
    private static final List<Point> ALL = new ArrayList<>();
    private static final Map<String, Map<String, Point>> BY_OWNER = new HashMap<>();

    static {
        String type = "java/lang/Class";
        add(type, Accesses::ofName, "forName");
        add(type, Accesses::ofType, "getFields", "getDeclaredFields", "getMethods", "getDeclaredMethods", "getConstructors",
                "getDeclaredConstructors", "getClasses", "getDeclaredClasses", "getRecordComponents",
                "getPermittedSubclasses", "getNestMembers", "getSigners");
        add(type, Accesses::ofMember, "getField", "getDeclaredField", "getMethod", "getDeclaredMethod", "getConstructor",
                "getDeclaredConstructor");
        add(type, Accesses::ofType, "newInstance");
        add(type, Accesses::ofRelativeResource, "getResource", "getResourceAsStream");

        String loader = "java/lang/ClassLoader";
        add(loader, Accesses::ofName, "loadClass");
        add(loader, Accesses::ofResource, "getResource", "getResources", "getResourceAsStream", "resources",
                "getSystemResource", "getSystemResources", "getSystemResourceAsStream");
        add("java/net/URLClassLoader", Accesses::ofResource, "getResourceAsStream", "findResource", "findResources");
        add("java/lang/Module", Accesses::ofModuleResource, "getResourceAsStream");
        add("java/util/ResourceBundle", Accesses::ofBundle, "getBundle");

        add("java/lang/reflect/Method", Accesses::ofInvocation, "invoke");
        add("java/lang/reflect/Constructor", Accesses::ofConstruction, "newInstance");
        add("java/lang/reflect/Field", Accesses::ofFieldAccess, "get", "getBoolean", "getByte", "getChar", "getShort",
                "getInt", "getLong", "getFloat", "getDouble", "set", "setBoolean", "setByte", "setChar", "setShort",
                "setInt", "setLong", "setFloat", "setDouble");
        add("java/lang/reflect/Array", Accesses::ofArray, "newInstance");
        add("java/lang/reflect/Proxy", Accesses::ofProxy, "newProxyInstance", "getProxyClass");

        String lookup = "java/lang/invoke/MethodHandles$Lookup";
        add(lookup, Accesses::ofName, "findClass");
        add(lookup, Accesses::ofMethodHandle, "findVirtual", "findStatic", "findSpecial");
        add(lookup, Accesses::ofBoundMethod, "bind");
        add(lookup, Accesses::ofConstructorHandle, "findConstructor");
        add(lookup, Accesses::ofFieldHandle, "findGetter", "findSetter", "findStaticGetter", "findStaticSetter",
                "findVarHandle", "findStaticVarHandle");
        add(lookup, Accesses::ofReflected, "unreflect", "unreflectSpecial", "unreflectConstructor", "unreflectGetter",
                "unreflectSetter", "unreflectVarHandle");

        add("java/io/ObjectStreamClass", Accesses::ofSerialization, "<init>");
        add("java/lang/invoke/SerializedLambda", Accesses::ofSerializedLambda, "readResolve");
        add("sun/reflect/ReflectionFactory", Accesses::ofSerialization, "newConstructorForSerialization");
        add("sun/misc/Unsafe", Accesses::ofAllocation, "allocateInstance");
        add("sun/misc/Unsafe", Accesses::ofFieldOffset, "objectFieldOffset", "staticFieldOffset");
        add("java/lang/invoke/MethodHandleProxies", Accesses::ofMethodHandleProxy, "asInterfaceInstance");
        for (String updater : new String[] {"Integer", "Long", "Reference"}) {
            add("java/util/concurrent/atomic/Atomic" + updater + "FieldUpdater", Accesses::ofFieldUpdater, "newUpdater");
        }
    }

    private Points() {}

    private static void add(String owner, Access access, String... names) {
        for (String name : names) {
            Point point = new Point(ALL.size(), owner, name, access);
            ALL.add(point);
            BY_OWNER.computeIfAbsent(owner, none -> new HashMap<>()).put(name, point);
        }
    }

    static Point at(int number) {
        return ALL.get(number);
    }

    /** The names of the classes that have some. */
    static Set<String> owners() {
        return BY_OWNER.keySet();
    }

    /** The points in the class of that internal name, by method; null where there are none. */
    static Map<String, Point> in(String owner) {
        return BY_OWNER.get(owner);
    }
}
