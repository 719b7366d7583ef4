package pgoctl.optimizer.profile;

/** Turns the names of an {@code .iprof} ({@code Class.getName()} style) into type descriptors. */
final class Names {
    private Names() {
    }

    /** {@code int} is {@code I}, {@code java.util.Map$Entry} is {@code Ljava/util/Map$Entry;}, {@code [J} stays. */
    static String descriptor(String name) {
        return switch (name) {
            case "void" -> "V";
            case "boolean" -> "Z";
            case "byte" -> "B";
            case "char" -> "C";
            case "short" -> "S";
            case "int" -> "I";
            case "long" -> "J";
            case "float" -> "F";
            case "double" -> "D";
            default -> name.startsWith("[") ? slashes(name) : "L" + slashes(name) + ";";
        };
    }

    /** A hidden class keeps its suffix apart: {@code a.B/0x1} is {@code a/B.0x1}, as the class file format wants. */
    private static String slashes(String name) {
        int suffix = name.indexOf('/');
        if (suffix < 0) {
            return name.replace('.', '/');
        }
        return name.substring(0, suffix).replace('.', '/') + "." + name.substring(suffix + 1);
    }
}
