package pgoctl.optimizer.inline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;

import com.oracle.svm.hosted.SVMHost;
import com.oracle.svm.hosted.code.CompilationGraph;
import com.oracle.svm.hosted.code.CompilationInfo;
import com.oracle.svm.hosted.meta.HostedMethod;
import com.oracle.svm.hosted.meta.HostedUniverse;

import jdk.graal.compiler.debug.DebugContext;
import jdk.graal.compiler.nodes.Invoke;
import jdk.graal.compiler.options.OptionValues;
import jdk.graal.compiler.phases.util.Providers;
import pgoctl.optimizer.MethodNames;
import pgoctl.optimizer.Ownership;
import pgoctl.optimizer.account.Reasons;
import pgoctl.optimizer.profile.MethodProfile;
import pgoctl.optimizer.profile.Profile;

/**
 * Inlines frequent calls across the image. Each method is expanded on its own, from the graphs as they all were before;
 * then the expansions are taken in the order of what they save for their size, until the image's budget is used up, and
 * only then published. So neither the number of threads nor their timing can show in the image.
 */
public final class HotInliner {
    /** The share of the image's graph nodes that inlining may add. */
    private static final double IMAGE_GROWTH = 0.05;
    private static final int SMALLEST_BUDGET = 20_000;

    private final MethodNames names;
    private final Rules rules;
    private final ConcurrentLinkedQueue<Expanded> expanded = new ConcurrentLinkedQueue<>();
    private final Reasons kept = new Reasons();
    private final Map<String, Object> account = new LinkedHashMap<>();

    private record Expanded(HostedMethod method, CompilationGraph graph, int growth, int inlined, double calls) {
        double worth() {
            return growth <= 0 ? Double.MAX_VALUE : calls / growth;
        }
    }

    /** @param inlinable whether the builder allows to inline a call */
    public HotInliner(Profile profile, MethodNames names, SVMHost host, Predicate<Invoke> inlinable) {
        this.names = names;
        this.rules = new Rules(names, new Heat(profile), host, inlinable);
    }

    /** The methods that are worth expanding: those that ran and that the optimizer may change. */
    public List<HostedMethod> callers(HostedUniverse universe) {
        List<HostedMethod> callers = new ArrayList<>();
        for (HostedMethod method : universe.getMethods()) {
            MethodProfile profile = method.compilationInfo.getCompilationGraph() == null ? null : names.profile(method);
            if (profile != null && profile.ran() && Ownership.isOurs(method)) {
                callers.add(method);
            }
        }
        return callers;
    }

    /** Expands one method and keeps the result back; many threads may. */
    @SuppressWarnings("try")
    public void expand(HostedMethod method, DebugContext debug, OptionValues options, Providers providers) {
        Expansion expansion = new Expansion(method, rules, debug, options, providers);
        try (DebugContext.Scope scope = debug.scope("HotInlining", expansion.graph(), method)) {
            expansion.run(Math.max(1, names.profile(method).calls()));
            expansion.reasons().forEach(kept::add);
            if (expansion.inlined() > 0) {
                CompilationInfo aside = new CompilationInfo(method);
                aside.encodeGraph(expansion.graph());
                int growth = aside.getCompilationGraph().getNodeCount() - Rules.size(method);
                expanded.add(new Expanded(method, aside.getCompilationGraph(), growth, expansion.inlined(), expansion.calls()));
            }
        } catch (Throwable e) {
            throw debug.handle(e);
        }
    }

    /** Publishes what fits into the image's budget; no thread may be expanding any more. */
    public void publish(HostedUniverse universe) {
        long budget = Math.max(SMALLEST_BUDGET, Math.round(nodes(universe) * IMAGE_GROWTH));
        List<Expanded> ranked = new ArrayList<>(expanded);
        ranked.sort(Comparator.<Expanded> comparingDouble(each -> -each.worth()).thenComparing(Expanded::method, HostedUniverse.METHOD_COMPARATOR));
        long added = 0;
        long inlined = 0;
        long callers = 0;
        long refused = 0;
        for (Expanded each : ranked) {
            if (each.growth > 0 && added + each.growth > budget) {
                refused += each.inlined;
                continue;
            }
            each.method.compilationInfo.setCompilationGraph(each.graph);
            added += each.growth;
            inlined += each.inlined;
            callers++;
        }
        Map<String, Long> reasons = kept.asMap();
        if (refused > 0) {
            reasons.put("image_full", refused);
        }
        account.put("inlined", inlined);
        account.put("callers", callers);
        account.put("nodes_added", added);
        account.put("nodes_budget", budget);
        account.put("kept", reasons);
    }

    private static long nodes(HostedUniverse universe) {
        long nodes = 0;
        for (HostedMethod method : universe.getMethods()) {
            CompilationGraph graph = method.compilationInfo.getCompilationGraph();
            nodes += graph == null ? 0 : graph.getNodeCount();
        }
        return nodes;
    }

    /** The account's section, complete once everything is published. */
    public Map<String, Object> asMap() {
        return account;
    }
}
