package pgoctl.optimizer.profile;

/** Arithmetic of counters: sums stop at the largest value, they never wrap. */
public final class Counts {
    private Counts() {
    }

    public static long add(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
