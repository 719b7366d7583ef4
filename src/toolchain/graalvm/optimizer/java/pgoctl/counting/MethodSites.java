package pgoctl.counting;

import java.util.Collection;
import java.util.TreeMap;

import pgoctl.optimizer.profile.MethodKey;

/** What is counted in one method. */
final class MethodSites {
    private final MethodKey method;
    private final Sites owner;
    private final int calls;
    private final TreeMap<Integer, Site> sites = new TreeMap<>();

    MethodSites(MethodKey method, Sites owner) {
        this.method = method;
        this.owner = owner;
        this.calls = owner.allocate(1);
    }

    MethodKey method() {
        return method;
    }

    /** The counter of the method's calls. */
    int calls() {
        return calls;
    }

    /**
     * The place's counters, new ones if it has none yet.
     *
     * @param targets where the code goes on for each counter; empty for receivers
     */
    synchronized Site at(int bci, Site.Kind kind, int[] targets) {
        Site known = sites.get(bci);
        if (known == null) {
            known = new Site(kind, bci, owner.allocate(kind.counters(targets)), targets);
            sites.put(bci, known);
        }
        return known;
    }

    /** All places, by their byte code indices. */
    synchronized Collection<Site> all() {
        return sites.values();
    }
}
