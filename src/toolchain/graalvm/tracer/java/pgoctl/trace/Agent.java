package pgoctl.trace;

import java.lang.instrument.Instrumentation;
import java.util.ArrayList;
import java.util.List;

/**
 * The tracing agent: {@code -javaagent:trace.jar=FILE} writes to FILE what the program reaches by reflection, as the events that
 * {@code native-image-configure generate} reads.
 *
 * <p>Its JAR is on the boot class path (see its manifest), so that methods of the JDK can call {@link Hook}.
 */
public final class Agent {
    private Agent() {}

    public static void premain(String file, Instrumentation jvm) throws Exception {
        Trace trace = new Trace(file);
        LoadSites sites = new LoadSites();
        Hook.open(trace, sites);
        List<Class<?>> traced = traced();
        jvm.addTransformer(new Instrumenter(sites), true);
        jvm.retransformClasses(traced.toArray(new Class<?>[0]));
        trace.live();
    }

    /** The classes whose methods are traced. */
    private static List<Class<?>> traced() {
        List<Class<?>> traced = new ArrayList<>();
        for (String owner : Points.owners()) {
            try {
                traced.add(Class.forName(owner.replace('/', '.'), false, null));
            } catch (ClassNotFoundException absent) {
                Trace.say("this Java has no `" + owner + "`");
            }
        }
        return traced;
    }
}
