package pgoctl.optimizer.profile;

/**
 * A method as class files name it.
 *
 * @param owner the declaring class as a type descriptor, {@code Ljava/lang/String;}
 * @param name the name, {@code <init>} for constructors
 * @param descriptor parameters and result, {@code (ILjava/lang/String;)V}
 */
public record MethodKey(String owner, String name, String descriptor) implements Comparable<MethodKey> {
    @Override
    public int compareTo(MethodKey other) {
        int order = owner.compareTo(other.owner);
        if (order == 0) {
            order = name.compareTo(other.name);
        }
        return order != 0 ? order : descriptor.compareTo(other.descriptor);
    }

    /** Whether the method belongs to the JDK or to GraalVM, by its class's package. */
    public boolean isPlatform() {
        return owner.startsWith("Ljava/") || owner.startsWith("Ljavax/") || owner.startsWith("Ljdk/") || owner.startsWith("Lsun/")
                        || owner.startsWith("Lcom/sun/") || owner.startsWith("Lcom/oracle/svm/") || owner.startsWith("Lcom/oracle/graal/")
                        || owner.startsWith("Lorg/graalvm/");
    }

    @Override
    public String toString() {
        return owner.substring(1, owner.length() - 1).replace('/', '.') + "." + name + descriptor;
    }
}
