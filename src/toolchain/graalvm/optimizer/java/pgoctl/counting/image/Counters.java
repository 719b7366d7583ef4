package pgoctl.counting.image;

import java.util.function.IntSupplier;
import java.util.function.Supplier;

import org.graalvm.word.LocationIdentity;
import org.graalvm.word.Pointer;

import com.oracle.svm.core.Uninterruptible;
import com.oracle.svm.core.c.CGlobalData;
import com.oracle.svm.core.c.CGlobalDataFactory;
import com.oracle.svm.core.snippets.KnownIntrinsics;
import com.oracle.svm.core.snippets.SnippetRuntime;
import com.oracle.svm.core.snippets.SnippetRuntime.SubstrateForeignCallDescriptor;
import com.oracle.svm.core.snippets.SubstrateForeignCallTarget;

import jdk.graal.compiler.core.common.spi.ForeignCallDescriptor.CallSideEffect;
import pgoctl.counting.Sites;

/**
 * The counters in the image's memory, outside of its heap, and what the program calls to count where a single addition
 * does not do. Like any counters of HotSpot, they may lose a count when two threads add to one at once.
 */
public final class Counters {
    /** How many classes of receivers are told apart at one call; further ones are not counted. */
    static final int RECEIVERS = 8;
    /** Class and count of each. */
    public static final int COUNTERS_OF_RECEIVERS = 2 * RECEIVERS;

    /** All counters, 8 bytes each. */
    public static final CGlobalData<Pointer> MEMORY = CGlobalDataFactory.createBytes((IntSupplier) () -> Sites.ofThisBuild().bytes());
    /** What they mean. */
    static final CGlobalData<Pointer> DESCRIPTION = CGlobalDataFactory.createBytes((Supplier<byte[]>) () -> Sites.ofThisBuild().description());

    /** {@link #countReceiver}. */
    public static final SubstrateForeignCallDescriptor RECEIVER = SnippetRuntime.findForeignCall(Counters.class, "countReceiver", CallSideEffect.NO_SIDE_EFFECT);
    /** {@link #countCase}. */
    public static final SubstrateForeignCallDescriptor CASE = SnippetRuntime.findForeignCall(Counters.class, "countCase", CallSideEffect.NO_SIDE_EFFECT);

    private static final String REASON = "Counts in all code of the program";

    private Counters() {
    }

    /** Counts the class of a virtual call's receiver; null is none. A class is kept as its type number and 1, as 0 is free. */
    @SubstrateForeignCallTarget(stubCallingConvention = false, fullyUninterruptible = true)
    @Uninterruptible(reason = REASON)
    static void countReceiver(Object receiver, int first) {
        if (receiver == null) {
            return;
        }
        long type = KnownIntrinsics.readHub(receiver).getTypeID() + 1L;
        Pointer row = MEMORY.get().add(first * Long.BYTES);
        for (int i = 0; i < RECEIVERS; i++) {
            long known = row.readLong(0);
            if (known == 0) {
                known = row.compareAndSwapLong(0, 0, type, LocationIdentity.ANY_LOCATION);
                known = known == 0 ? type : known;
            }
            if (known == type) {
                row.writeLong(Long.BYTES, row.readLong(Long.BYTES) + 1);
                return;
            }
            row = row.add(2 * Long.BYTES);
        }
    }

    /** Counts the case of a switch: a counter for each of the sorted keys, then one for all other values. */
    @SubstrateForeignCallTarget(stubCallingConvention = false, fullyUninterruptible = true)
    @Uninterruptible(reason = REASON)
    static void countCase(int value, int[] keys, int first) {
        int low = 0;
        int high = keys.length - 1;
        int found = keys.length;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (keys[middle] == value) {
                found = middle;
                break;
            } else if (keys[middle] < value) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        Pointer counter = MEMORY.get().add((first + found) * Long.BYTES);
        counter.writeLong(0, counter.readLong(0) + 1);
    }

    /** All counters as they are now; nothing that is counted runs meanwhile on this thread. */
    static long[] copy() {
        long[] copy = new long[size(1)];
        Pointer memory = MEMORY.get();
        for (int i = 0; i < copy.length; i++) {
            copy[i] = memory.readLong(i * Long.BYTES);
        }
        return copy;
    }

    static byte[] description() {
        byte[] bytes = new byte[size(0)];
        Pointer memory = DESCRIPTION.get();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = memory.readByte(2 * Integer.BYTES + i);
        }
        return bytes;
    }

    /** One of the two numbers that the description begins with. */
    private static int size(int index) {
        Pointer memory = DESCRIPTION.get();
        int size = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            size = size << 8 | memory.readByte(index * Integer.BYTES + i) & 0xff;
        }
        return size;
    }
}
