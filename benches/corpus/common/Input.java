package corpus;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.CRC32;

/** What every program of the corpus is given and gives back: a seed and a number of rounds in, one line with a checksum out. */
public final class Input {
    private static final String[] SYLLABLES = {"ba", "den", "ki", "lor", "mi", "na", "os", "pre", "qua", "ri", "sta", "tu", "ven", "wo", "xi", "zen"};

    public final Random random;
    public final int rounds;
    private final CRC32 sum = new CRC32();

    public Input(String[] arguments) {
        random = new Random(Long.parseLong(arguments[0]));
        rounds = Integer.parseInt(arguments[1]);
    }

    /** A word of one to four syllables; short ones are frequent, as in a language. */
    public String word() {
        StringBuilder word = new StringBuilder();
        int syllables = 1 + Math.min(random.nextInt(4), random.nextInt(4));
        for (int i = 0; i < syllables; i++) {
            word.append(SYLLABLES[random.nextInt(SYLLABLES.length)]);
        }
        return word.toString();
    }

    public String words(int count) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < count; i++) {
            text.append(i == 0 ? "" : i % 11 == 10 ? ", " : " ").append(word());
        }
        return text.toString();
    }

    /** Takes a part of the result into the checksum. */
    public void take(String result) {
        take(result.getBytes(StandardCharsets.UTF_8));
    }

    public void take(byte[] result) {
        sum.update(result);
        take(result.length);
    }

    public void take(long result) {
        for (int shift = 0; shift < 64; shift += 8) {
            sum.update((int) (result >>> shift));
        }
    }

    public void done() {
        System.out.printf("checksum %08x%n", sum.getValue());
    }
}
