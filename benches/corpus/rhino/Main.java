package corpus;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.mozilla.javascript.Context;
import org.mozilla.javascript.Scriptable;
import org.mozilla.javascript.ScriptableObject;

/** Rhino: interprets a script (an image cannot compile one at run time). */
public final class Main {
    public static void main(String[] arguments) throws IOException {
        Input input = new Input(arguments);
        String source;
        try (InputStream script = Main.class.getResourceAsStream("/script.js")) {
            source = new String(script.readAllBytes(), StandardCharsets.UTF_8);
        }
        Context context = Context.enter();
        try {
            context.setOptimizationLevel(-1);
            context.setLanguageVersion(Context.VERSION_ES6);
            Scriptable scope = context.initStandardObjects();
            context.evaluateString(scope, source, "script.js", 1, null);
            for (int round = 0; round < input.rounds; round++) {
                ScriptableObject.putProperty(scope, "seed", input.random.nextInt(1_000_000));
                input.take(Context.toString(context.evaluateString(scope, "work(seed)", "call", 1, null)));
            }
        } finally {
            Context.exit();
        }
        input.done();
    }
}
