package pgoctl.trace;

import java.util.Arrays;
import java.util.Collection;

/** An event of the trace as JSON, all but its caller. */
final class Event {
    private final StringBuilder text = new StringBuilder("{\"tracer\":");

    private Event(String tracer, String function) {
        string(tracer);
        text.append(",\"function\":");
        string(function);
    }

    static Event reflect(String function) {
        return new Event("reflect", function);
    }

    static Event serialization(String function) {
        return new Event("serialization", function);
    }

    /** On which type; a proxy is the list of its interfaces. */
    Event type(Class<?> type) {
        text.append(",\"class\":");
        value(Types.described(type));
        return this;
    }

    /** With which arguments: strings, null, and lists of them. */
    Event args(Object... args) {
        text.append(",\"args\":");
        value(Arrays.asList(args));
        return this;
    }

    /** The whole event. */
    String by(String caller) {
        if (caller != null) {
            text.append(",\"caller_class\":");
            string(caller);
        }
        return text.append('}').toString();
    }

    private void value(Object value) {
        if (value instanceof Collection<?> list) {
            char before = '[';
            for (Object one : list) {
                text.append(before);
                value(one);
                before = ',';
            }
            text.append(before == '[' ? "[]" : "]");
        } else if (value == null) {
            text.append("null");
        } else {
            string(value.toString());
        }
    }

    private void string(String value) {
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                text.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                text.append("\\u");
                for (int shift = 12; shift >= 0; shift -= 4) {
                    text.append(Character.forDigit(c >> shift & 15, 16));
                }
            } else {
                text.append(c);
            }
        }
        text.append('"');
    }
}
