package pgoctl.counting;

import pgoctl.counting.image.Counters;

/**
 * A place in a method's byte code that is counted.
 *
 * @param bci the place's byte code index
 * @param first its first counter
 * @param targets the byte code index where the code goes on, for each counter; empty for receivers
 */
record Site(Kind kind, int bci, int first, int[] targets) {
    enum Kind {
        BRANCH("branches"),
        SWITCH("switches"),
        RECEIVERS("calls");

        private final String key;

        Kind(String key) {
            this.key = key;
        }

        String key() {
            return key;
        }

        int counters(int[] targets) {
            return this == RECEIVERS ? Counters.COUNTERS_OF_RECEIVERS : targets.length;
        }
    }
}
