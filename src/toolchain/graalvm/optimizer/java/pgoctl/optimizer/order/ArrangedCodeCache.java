package pgoctl.optimizer.order;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import org.graalvm.collections.Pair;

import com.oracle.svm.hosted.image.LIRNativeImageCodeCache;
import com.oracle.svm.hosted.image.NativeImageHeap;
import com.oracle.svm.hosted.meta.HostedMethod;

import jdk.graal.compiler.code.CompilationResult;

/** The builder's code cache, with the methods in the order of the map that it is given. */
public final class ArrangedCodeCache extends LIRNativeImageCodeCache {
    public ArrangedCodeCache(Map<HostedMethod, CompilationResult> arranged, NativeImageHeap heap) {
        super(arranged, heap);
    }

    /** Asked by the constructor of the super class, so it must not rely on any field of this one. */
    @Override
    protected List<Pair<HostedMethod, CompilationResult>> computeCompilationOrder(Map<HostedMethod, CompilationResult> arranged) {
        List<Pair<HostedMethod, CompilationResult>> order = new ArrayList<>();
        arranged.forEach((method, code) -> order.add(Pair.create(method, code)));
        return order;
    }
}
