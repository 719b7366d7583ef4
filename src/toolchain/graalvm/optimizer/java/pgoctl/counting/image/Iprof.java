package pgoctl.counting.image;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import com.oracle.svm.core.heap.Heap;
import com.oracle.svm.core.hub.DynamicHub;

import pgoctl.counting.image.CountedMethods.Method;
import pgoctl.counting.image.CountedMethods.Place;

/**
 * The profile as an {@code .iprof} of version 1.0.0. Methods and types are named that anything was counted of; contexts have
 * one frame; what was counted 0 times is left out, but for the other ways of a branch that was reached.
 */
final class Iprof {
    private final long[] counters;
    private final List<Method> methods = new ArrayList<>();
    private final Map<String, Integer> types = new LinkedHashMap<>();
    private final Map<Long, String> classes = new LinkedHashMap<>();

    Iprof(Method[] all, long[] counters) {
        this.counters = counters;
        Heap.getHeap().visitLoadedClasses(type -> {
            if (!type.isHidden()) {
                classes.put(DynamicHub.fromClass(type).getTypeID() + 1L, type.getName());
            }
        });
        for (Method method : all) {
            if (wasCounted(method)) {
                name(method);
            }
        }
    }

    private boolean wasCounted(Method method) {
        if (counters[method.calls()] > 0) {
            return true;
        }
        for (Place place : method.places()) {
            if (wasReached(place)) {
                return true;
            }
        }
        return false;
    }

    private boolean wasReached(Place place) {
        if (place.kind() == CountedMethods.RECEIVERS) {
            for (int i = 0; i < Counters.RECEIVERS; i++) {
                if (receiver(place, i) != null) {
                    return true;
                }
            }
            return false;
        }
        for (int i = 0; i < place.targets().length; i++) {
            if (counters[place.first() + i] > 0) {
                return true;
            }
        }
        return false;
    }

    /** The class of the receivers in a row; null if there is none, or one without a lasting name. */
    private String receiver(Place place, int row) {
        int at = place.first() + 2 * row;
        return counters[at + 1] > 0 ? classes.get(counters[at]) : null;
    }

    private void name(Method method) {
        methods.add(method);
        for (String type : method.signature()) {
            types.putIfAbsent(type, types.size());
        }
        for (Place place : method.places()) {
            for (int i = 0; place.kind() == CountedMethods.RECEIVERS && i < Counters.RECEIVERS; i++) {
                String type = receiver(place, i);
                if (type != null) {
                    types.putIfAbsent(type, types.size());
                }
            }
        }
    }

    void write(Writer out) throws IOException {
        out.write("{\"version\":\"1.0.0\",\"types\":[");
        Separator comma = new Separator(out);
        for (Map.Entry<String, Integer> type : types.entrySet()) {
            comma.put();
            out.write("{\"id\":" + type.getValue() + ",\"name\":" + quoted(type.getKey()) + "}");
        }
        out.write("],\"methods\":[");
        comma = new Separator(out);
        for (int id = 0; id < methods.size(); id++) {
            comma.put();
            writeMethod(out, id, methods.get(id));
        }
        out.write("],\"callCountProfiles\":[");
        comma = new Separator(out);
        for (int id = 0; id < methods.size(); id++) {
            long calls = counters[methods.get(id).calls()];
            if (calls > 0) {
                comma.put();
                out.write("{\"ctx\":\"" + id + ":0\",\"records\":[" + calls + "]}");
            }
        }
        out.write("],\"conditionalProfiles\":[");
        writePlaces(out, false);
        out.write("],\"virtualInvokeProfiles\":[");
        writePlaces(out, true);
        out.write("],\"monitorProfiles\":[],\"samplingProfiles\":[]}");
    }

    private void writeMethod(Writer out, int id, Method method) throws IOException {
        out.write("{\"id\":" + id + ",\"name\":" + quoted(method.name()) + ",\"signature\":[");
        Separator comma = new Separator(out);
        for (String type : method.signature()) {
            comma.put();
            out.write(String.valueOf(types.get(type)));
        }
        out.write("]}");
    }

    private void writePlaces(Writer out, boolean receivers) throws IOException {
        Separator comma = new Separator(out);
        for (int id = 0; id < methods.size(); id++) {
            for (Place place : methods.get(id).places()) {
                if (place.kind() == CountedMethods.RECEIVERS == receivers && wasReached(place)) {
                    comma.put();
                    out.write("{\"ctx\":\"" + id + ":" + place.bci() + "\",\"records\":[");
                    writeRecords(out, place);
                    out.write("]}");
                }
            }
        }
    }

    private void writeRecords(Writer out, Place place) throws IOException {
        Separator comma = new Separator(out);
        if (place.kind() == CountedMethods.RECEIVERS) {
            for (int i = 0; i < Counters.RECEIVERS; i++) {
                String type = receiver(place, i);
                if (type != null) {
                    comma.put();
                    out.write(types.get(type) + "," + counters[place.first() + 2 * i + 1]);
                }
            }
            return;
        }
        int index = 0;
        for (Map.Entry<Integer, Long> way : ways(place).entrySet()) {
            comma.put();
            out.write(way.getKey() + "," + index + "," + way.getValue());
            index++;
        }
    }

    /** The successors in the builder's order, each once: cases that go to one place add up. */
    private Map<Integer, Long> ways(Place place) {
        Map<Integer, Long> ways = new LinkedHashMap<>();
        for (int i = 0; i < place.targets().length; i++) {
            ways.merge(place.targets()[i], counters[place.first() + i], Long::sum);
        }
        return ways;
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 0xf, 16));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }

    /** Writes a comma before each element but the first. */
    private static final class Separator {
        private final Writer out;
        private boolean needed;

        Separator(Writer out) {
            this.out = out;
        }

        void put() throws IOException {
            if (needed) {
                out.write(",");
            }
            needed = true;
        }
    }
}
