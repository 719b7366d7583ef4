package pgoctl.optimizer.order;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.oracle.svm.hosted.meta.HostedMethod;

import jdk.graal.compiler.code.CompilationResult;
import jdk.vm.ci.code.site.Call;
import jdk.vm.ci.code.site.Infopoint;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.Ownership;
import pgoctl.optimizer.profile.MethodProfile;

/**
 * The order of the methods in the image's code: the runtime, then what ran, each method followed by those that it calls,
 * then everything else. So the pages that a start needs lie side by side, and those with dead code are never read.
 */
public final class CodeOrder {
    private final MethodNames names;
    private final Map<String, Object> account = new LinkedHashMap<>();

    public CodeOrder(MethodNames names) {
        this.names = names;
    }

    /** The same compilations, in the order that they shall have in the file. */
    public Map<HostedMethod, CompilationResult> arrange(Map<HostedMethod, CompilationResult> compilations) {
        List<HostedMethod> byName = new ArrayList<>(compilations.keySet());
        byName.sort(Comparator.comparing(method -> method.format("%H.%n(%P):%R")));
        Set<HostedMethod> order = new LinkedHashSet<>();
        byName.stream().filter(method -> !method.isDeoptTarget() && Ownership.isRuntime(method)).forEach(order::add);
        int runtime = order.size();
        for (HostedMethod method : byName) {
            if (isMain(method) && ran(method)) {
                follow(method, compilations, order);
            }
        }
        byName.stream().filter(this::ran).sorted(Comparator.comparingLong(this::calls)).forEach(method -> follow(method, compilations, order));
        account.put("runtime_methods", runtime);
        account.put("ran_methods", order.size() - runtime);
        order.addAll(byName);
        Map<HostedMethod, CompilationResult> arranged = new LinkedHashMap<>();
        order.forEach(method -> arranged.put(method, compilations.get(method)));
        return arranged;
    }

    /** Adds a method and all that it reaches by direct calls and that ran, in the order of the calls in its code. */
    private void follow(HostedMethod root, Map<HostedMethod, CompilationResult> compilations, Set<HostedMethod> order) {
        Deque<HostedMethod> open = new ArrayDeque<>();
        open.push(root);
        while (!open.isEmpty()) {
            HostedMethod method = open.pop();
            if (!compilations.containsKey(method) || !order.add(method)) {
                continue;
            }
            List<HostedMethod> callees = callees(compilations.get(method));
            for (int i = callees.size() - 1; i >= 0; i--) {
                open.push(callees.get(i));
            }
        }
    }

    private List<HostedMethod> callees(CompilationResult code) {
        List<HostedMethod> callees = new ArrayList<>();
        for (Infopoint point : code.getInfopoints()) {
            if (point instanceof Call call && call.direct && call.target instanceof HostedMethod target && ran(target)) {
                callees.add(target);
            }
        }
        return callees;
    }

    private static boolean isMain(HostedMethod method) {
        return method.isStatic() && method.getWrapped().getName().equals("main") && method.getSignature().toMethodDescriptor().equals("([Ljava/lang/String;)V");
    }

    private boolean ran(HostedMethod method) {
        MethodProfile profile = names.profile(method);
        return profile != null && profile.ran();
    }

    private long calls(HostedMethod method) {
        return names.profile(method).calls();
    }

    /** The account's section, complete once the code is laid out. */
    public Map<String, Object> asMap() {
        return account;
    }
}
