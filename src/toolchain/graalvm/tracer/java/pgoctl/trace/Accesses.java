package pgoctl.trace;

import java.lang.invoke.MethodType;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/** The events of all accesses. Arguments that would make the method fail have none. */
final class Accesses {
    private Accesses() {}

    /** A class by its name: {@code Class.forName}, {@code ClassLoader.loadClass}, {@code Lookup.findClass}. */
    static Event ofName(Point point, Object self, Object[] args) {
        String name = first(args, String.class);
        return name == null ? null : Event.reflect(point.name()).args(name);
    }

    /** Something of a type: its methods, an instance. */
    static Event ofType(Point point, Object self, Object[] args) {
        Class<?> type = (Class<?>) self;
        return Types.canBeNamed(type) ? Event.reflect(point.name()).type(type).args() : null;
    }

    /** One member of a type, by its name. */
    static Event ofMember(Point point, Object self, Object[] args) {
        Class<?> type = (Class<?>) self;
        String name = first(args, String.class);
        return Types.canBeNamed(type) ? Event.reflect(point.name()).type(type).args(name) : null;
    }

    /** A resource beside a class. */
    static Event ofRelativeResource(Point point, Object self, Object[] args) {
        Class<?> type = (Class<?>) self;
        String name = first(args, String.class);
        if (name == null) {
            return null;
        }
        while (type.isArray()) {
            type = type.getComponentType();
        }
        String folder = type.getPackageName().replace('.', '/');
        String path = name.startsWith("/") ? name.substring(1) : folder.isEmpty() ? name : folder + "/" + name;
        return resource(type.getModule(), path);
    }

    /** A resource by its whole path. */
    static Event ofResource(Point point, Object self, Object[] args) {
        String name = first(args, String.class);
        return name == null ? null : resource(null, name);
    }

    /** A resource of a module. */
    static Event ofModuleResource(Point point, Object self, Object[] args) {
        String name = first(args, String.class);
        return name == null ? null : resource((Module) self, name.startsWith("/") ? name.substring(1) : name);
    }

    private static Event resource(Module module, String path) {
        if (path.isEmpty()) {
            return null;
        }
        return module != null && module.isNamed()
                ? Event.reflect("findResource").args(module.getName(), path)
                : Event.reflect("getResource").args(path);
    }

    static Event ofBundle(Point point, Object self, Object[] args) {
        String name = first(args, String.class);
        return name == null ? null : Event.reflect("getBundleImpl").args(null, null, name, null, null);
    }

    static Event ofInvocation(Point point, Object self, Object[] args) {
        return method("invokeMethod", (Method) self);
    }

    private static Event method(String function, Method method) {
        Class<?> owner = method.getDeclaringClass();
        return Types.canBeNamed(owner)
                ? Event.reflect(function).type(owner).args(method.getName(), Types.names(method.getParameterTypes()))
                : null;
    }

    static Event ofConstruction(Point point, Object self, Object[] args) {
        return constructor("invokeConstructor", (Constructor<?>) self);
    }

    private static Event constructor(String function, Constructor<?> constructor) {
        Class<?> owner = constructor.getDeclaringClass();
        return Types.canBeNamed(owner)
                ? Event.reflect(function).type(owner).args(Types.names(constructor.getParameterTypes()))
                : null;
    }

    static Event ofFieldAccess(Point point, Object self, Object[] args) {
        return field("accessField", (Field) self);
    }

    private static Event field(String function, Field field) {
        Class<?> owner = field.getDeclaringClass();
        return Types.canBeNamed(owner) ? Event.reflect(function).type(owner).args(field.getName()) : null;
    }

    static Event ofArray(Point point, Object self, Object[] args) {
        Class<?> component = first(args, Class.class);
        if (component == null || component == void.class || component.isHidden()) {
            return null;
        }
        Class<?> array = component.arrayType();
        return Event.reflect("newInstance").type(java.lang.reflect.Array.class).args(array.getName());
    }

    static Event ofProxy(Point point, Object self, Object[] args) {
        Class<?>[] interfaces = first(args, Class[].class);
        if (interfaces == null) {
            return null;
        }
        for (Class<?> one : interfaces) {
            if (!Types.canBeNamed(one)) {
                return null;
            }
        }
        return Event.reflect("newProxyInstance").type(Proxy.class).args(null, Types.names(interfaces), null);
    }

    static Event ofMethodHandle(Point point, Object self, Object[] args) {
        return methodHandle((Class<?>) args[0], args);
    }

    /** A method of an object, which comes in place of the class. */
    static Event ofBoundMethod(Point point, Object self, Object[] args) {
        return methodHandle(args[0] == null ? null : args[0].getClass(), args);
    }

    private static Event methodHandle(Class<?> owner, Object[] args) {
        return Types.canBeNamed(owner) && args[2] instanceof MethodType type
                ? Event.reflect("findMethodHandle").type(owner).args(args[1], Types.parameters(type))
                : null;
    }

    /** An object of an interface around a method handle. */
    static Event ofMethodHandleProxy(Point point, Object self, Object[] args) {
        Class<?> type = first(args, Class.class);
        return Types.canBeNamed(type)
                ? Event.reflect("newMethodHandleProxyInstance").args(List.of(type.getName()))
                : null;
    }

    static Event ofConstructorHandle(Point point, Object self, Object[] args) {
        return Types.canBeNamed((Class<?>) args[0]) && args[1] instanceof MethodType type
                ? Event.reflect("findConstructorHandle").type((Class<?>) args[0]).args(Types.parameters(type))
                : null;
    }

    static Event ofFieldHandle(Point point, Object self, Object[] args) {
        return Types.canBeNamed((Class<?>) args[0])
                ? Event.reflect("findFieldHandle").type((Class<?>) args[0]).args(args[1])
                : null;
    }

    /** A handle of something that was reflected before. */
    static Event ofReflected(Point point, Object self, Object[] args) {
        return switch (args[0]) {
            case Method method -> method("findMethodHandle", method);
            case Constructor<?> constructor -> constructor("findConstructorHandle", constructor);
            case Field field -> field("unreflectField", field);
            case null, default -> null;
        };
    }

    static Event ofSerialization(Point point, Object self, Object[] args) {
        Class<?> type = first(args, Class.class);
        if (type == null || type.isPrimitive()) {
            return null;
        }
        return Proxy.isProxyClass(type)
                ? Event.serialization("ProxyClassSerialization").args(Types.names(type.getInterfaces()))
                : Event.serialization("ObjectStreamClass.<init>").args(type.getName());
    }

    static Event ofSerializedLambda(Point point, Object self, Object[] args) {
        String capturing = ((SerializedLambda) self).getCapturingClass().replace('/', '.');
        return Event.serialization("SerializedLambda.readResolve").args(capturing);
    }

    static Event ofAllocation(Point point, Object self, Object[] args) {
        Class<?> type = first(args, Class.class);
        return Types.canBeNamed(type) ? Event.reflect("allocateInstance").type(type).args() : null;
    }

    static Event ofFieldOffset(Point point, Object self, Object[] args) {
        Field field = first(args, Field.class);
        return field == null ? null : field("objectFieldOffset", field);
    }

    static Event ofFieldUpdater(Point point, Object self, Object[] args) {
        Class<?> type = first(args, Class.class);
        String name = first(args, String.class);
        return Types.canBeNamed(type) && name != null ? Event.reflect("objectFieldOffset").type(type).args(name) : null;
    }

    private static <T> T first(Object[] args, Class<T> type) {
        for (Object arg : args) {
            if (type.isInstance(arg)) {
                return type.cast(arg);
            }
        }
        return null;
    }
}
