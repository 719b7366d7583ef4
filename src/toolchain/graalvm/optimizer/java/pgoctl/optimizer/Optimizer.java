package pgoctl.optimizer;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.oracle.svm.core.VM;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedUniverse;

import pgoctl.optimizer.account.Account;
import pgoctl.optimizer.account.MethodTally;
import pgoctl.optimizer.parse.ParsedSites;
import pgoctl.optimizer.profile.MethodKey;
import pgoctl.optimizer.profile.MethodProfile;
import pgoctl.optimizer.profile.Profile;

/** One build's optimizer: the profile, what was asked for, and the account; what the parts share. */
public final class Optimizer {
    private final Switches switches;
    private final Profile profile;
    private final MethodNames names;
    private final ParsedSites parsed = new ParsedSites();
    private final Account account = new Account();

    Optimizer(Switches switches, Profile profile) {
        this.switches = switches;
        this.profile = profile;
        this.names = new MethodNames(profile);
        Map<String, Object> read = new LinkedHashMap<>();
        read.put("sha256", profile.digest());
        read.put("version", profile.version());
        account.put("builder_version", VM.getVersion());
        account.put("builder_vendor_version", VM.getVendorVersion());
        account.put("profile", read);
        account.put("switches", switches.parts());
    }

    public Switches switches() {
        return switches;
    }

    public MethodNames names() {
        return names;
    }

    public ParsedSites parsed() {
        return parsed;
    }

    public Account account() {
        return account;
    }

    public Profile profile() {
        return profile;
    }

    /** Compares the profile's methods with those that the analysis found reachable. */
    void universe(HostedUniverse universe) {
        Set<MethodKey> inImage = new HashSet<>();
        for (HostedMethod method : universe.getMethods()) {
            inImage.add(names.key(method));
        }
        account.put("methods", MethodTally.of(profile.all(), inImage, false).asMap());
        account.put("application_methods", MethodTally.of(profile.all(), inImage, true).asMap());
    }

    /** What is known only at the end. */
    void finish() {
        Map<String, Object> branches = new LinkedHashMap<>();
        branches.put("profiled", profile.all().stream().mapToLong(MethodProfile::branchCount).sum());
        branches.put("branches_used", parsed.branches());
        branches.put("switches_used", parsed.switches());
        branches.put("methods", parsed.methods());
        branches.put("other_code", parsed.otherCode());
        account.put("branches", branches);
    }
}
