package pgoctl.optimizer.profile;

/**
 * One frame of a context: a place in a method.
 *
 * @param method the method
 * @param bci the byte code index in it; negative values are the special ones of the compiler interface
 */
public record Frame(MethodKey method, int bci) {
}
