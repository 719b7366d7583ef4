package pgoctl.trace;

/** Whether this thread is at work for the agent: what it reaches then is none of the program's. */
final class Busy {
    private static final ThreadLocal<Boolean> BUSY = new ThreadLocal<>();

    private Busy() {}

    /** Begins, and says whether it was not under way already. */
    static boolean begin() {
        if (BUSY.get() != null) {
            return false;
        }
        BUSY.set(Boolean.TRUE);
        return true;
    }

    static void end() {
        BUSY.remove();
    }
}
