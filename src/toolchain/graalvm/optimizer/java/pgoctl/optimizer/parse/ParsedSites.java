package pgoctl.optimizer.parse;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import pgoctl.optimizer.profile.MethodKey;

/**
 * Which branches and switches the parser asked for and got an answer. A method may be parsed more than once and by
 * several threads; each place counts once.
 */
public final class ParsedSites {
    private record Place(MethodKey method, int bci) {
    }

    private final Set<Place> branches = ConcurrentHashMap.newKeySet();
    private final Set<Place> switches = ConcurrentHashMap.newKeySet();
    private final Set<Place> otherCode = ConcurrentHashMap.newKeySet();
    private final Set<MethodKey> methods = ConcurrentHashMap.newKeySet();

    void branch(MethodKey method, int bci) {
        branches.add(new Place(method, bci));
        methods.add(method);
    }

    void switchSeen(MethodKey method, int bci) {
        switches.add(new Place(method, bci));
        methods.add(method);
    }

    void branchOfOtherCode(MethodKey method, int bci) {
        otherCode.add(new Place(method, bci));
    }

    public int branches() {
        return branches.size();
    }

    public int switches() {
        return switches.size();
    }

    /** Places whose recorded successors are not those of the image's byte code: the profile is of another version of it. */
    public int otherCode() {
        return otherCode.size();
    }

    /** Methods with at least one answer. */
    public int methods() {
        return methods.size();
    }
}
