package corpus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The JDK's streams, lambdas and collections on words: letters counted, scored, grouped, ranked. */
public final class Main {
    private record Scored(String word, int score) {}

    public static void main(String[] arguments) {
        Input input = new Input(arguments);
        for (int round = 0; round < input.rounds; round++) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < 3000; i++) {
                words.add(input.word() + input.word());
            }
            Map<Character, Long> letters = words.stream().flatMap(word -> word.chars().mapToObj(c -> (char) c))
                    .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
            Map<Integer, List<Scored>> best = words.stream().distinct().map(word -> new Scored(word, score(word, letters)))
                    .filter(scored -> scored.score() > 0)
                    .sorted(Comparator.comparingInt(Scored::score).reversed().thenComparing(Scored::word))
                    .limit(500)
                    .collect(Collectors.groupingBy(scored -> scored.word().length(), TreeMap::new, Collectors.toList()));
            input.take(best.entrySet().stream().map(entry -> entry.getKey() + "=" + entry.getValue().size() + entry.getValue().get(0).word()).collect(Collectors.joining(",")));
            input.take(IntStream.range(0, 20_000).filter(Main::prime).mapToLong(i -> i).sum());
        }
        input.done();
    }

    private static int score(String word, Map<Character, Long> letters) {
        return word.chars().distinct().mapToObj(c -> (char) c).map(letters::get).filter(count -> count != null && count > 100)
                .mapToInt(count -> (int) (100_000 / count)).sum();
    }

    private static boolean prime(int number) {
        return number > 1 && IntStream.rangeClosed(2, (int) Math.sqrt(number)).noneMatch(divisor -> number % divisor == 0);
    }
}
