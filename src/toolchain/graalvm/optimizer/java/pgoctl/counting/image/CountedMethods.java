package pgoctl.counting.image;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What the counters mean, read from the bytes that the builder left in the image. */
final class CountedMethods {
    /**
     * @param signature the declaring class, what it returns, its parameters
     * @param calls the counter of its calls
     */
    record Method(String name, String[] signature, int calls, Place[] places) {
    }

    /**
     * @param kind one of the constants below
     * @param first its first counter
     * @param targets where the code goes on, for each counter; empty for receivers
     */
    record Place(int kind, int bci, int first, int[] targets) {
    }

    static final int BRANCH = 0;
    static final int SWITCH = 1;
    static final int RECEIVERS = 2;

    private CountedMethods() {
    }

    static Method[] read(byte[] description) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(description))) {
            String[] texts = new String[in.readInt()];
            for (int i = 0; i < texts.length; i++) {
                texts[i] = in.readUTF();
            }
            Method[] methods = new Method[in.readInt()];
            for (int i = 0; i < methods.length; i++) {
                methods[i] = method(in, texts);
            }
            return methods;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Method method(DataInputStream in, String[] texts) throws IOException {
        String name = texts[in.readInt()];
        String[] signature = new String[in.readInt()];
        for (int i = 0; i < signature.length; i++) {
            signature[i] = texts[in.readInt()];
        }
        int calls = in.readInt();
        Place[] places = new Place[in.readInt()];
        for (int i = 0; i < places.length; i++) {
            places[i] = place(in);
        }
        return new Method(name, signature, calls, places);
    }

    private static Place place(DataInputStream in) throws IOException {
        int kind = in.readByte();
        int bci = in.readInt();
        int first = in.readInt();
        int[] targets = new int[in.readInt()];
        for (int i = 0; i < targets.length; i++) {
            targets[i] = in.readInt();
        }
        return new Place(kind, bci, first, targets);
    }
}
