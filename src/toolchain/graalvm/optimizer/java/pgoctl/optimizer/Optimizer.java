package pgoctl.optimizer;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

import com.oracle.svm.core.VM;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedUniverse;

import jdk.graal.compiler.code.CompilationResult;
import pgoctl.optimizer.account.Account;
import pgoctl.optimizer.account.MethodTally;
import pgoctl.optimizer.cold.ColdCode;
import pgoctl.optimizer.order.CodeOrder;
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
    private MethodTally application;
    private ColdCode coldCode;

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
        application = MethodTally.of(profile.all(), inImage, true);
        account.put("application_methods", application.asMap());
    }

    /** Prepares the answers of {@link #coldCode()}; once, when everything is inlined. */
    public void findColdCode(HostedUniverse universe) {
        coldCode = new ColdCode(names, universe, application);
    }

    public ColdCode coldCode() {
        return coldCode;
    }

    /** Takes note of the machine code that was made. */
    void compiled(Map<HostedMethod, CompilationResult> code) {
        account.put("compiled_methods", code.size());
        account.put("code_bytes", bytes(code.values()));
        if (coldCode != null) {
            account.put("cold", coldCode.asMap(bytes(code.entrySet().stream().filter(each -> coldCode.methods().contains(each.getKey())).map(Map.Entry::getValue).toList())));
        }
    }

    private static long bytes(Collection<CompilationResult> code) {
        return code.stream().mapToLong(CompilationResult::getTargetCodeSize).sum();
    }

    Map<HostedMethod, CompilationResult> arrange(Map<HostedMethod, CompilationResult> code) {
        long start = System.nanoTime();
        CodeOrder order = new CodeOrder(names);
        Map<HostedMethod, CompilationResult> arranged = order.arrange(code);
        account.put("order", order.asMap());
        account.spent(Switches.Part.ORDER.key(), System.nanoTime() - start);
        return arranged;
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
