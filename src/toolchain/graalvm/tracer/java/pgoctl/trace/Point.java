package pgoctl.trace;

/**
 * A method of the JDK whose calls are traced, all its public overloads.
 *
 * @param number its place in {@link Points}
 * @param owner the class that has it, {@code java/lang/Class}
 * @param name its name
 * @param access what a call of it means
 */
record Point(int number, String owner, String name, Access access) {}
