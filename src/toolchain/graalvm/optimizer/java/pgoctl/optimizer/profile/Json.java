package pgoctl.optimizer.profile;

import java.io.IOException;
import java.io.Reader;

/**
 * Reads a JSON text as a stream, so that a profile of some hundred megabytes needs no tree of it in memory. The caller
 * says what it expects next; anything else is a {@link ProfileException} that names the offset (in UTF-16 characters).
 */
final class Json {
    private final Reader source;
    private final char[] buffer = new char[1 << 16];
    private int at;
    private int end;
    private long before;

    Json(Reader source) {
        this.source = source;
    }

    /** What a loop over an object does with each key; it must consume exactly the key's value. */
    interface Member {
        void read(String key) throws IOException;
    }

    /** What a loop over an array does with each element; it must consume exactly that element. */
    interface Element {
        void read() throws IOException;
    }

    void object(Member member) throws IOException {
        expect('{');
        if (take('}')) {
            return;
        }
        do {
            String key = string();
            expect(':');
            member.read(key);
        } while (take(','));
        expect('}');
    }

    void array(Element element) throws IOException {
        expect('[');
        if (take(']')) {
            return;
        }
        do {
            element.read();
        } while (take(','));
        expect(']');
    }

    String string() throws IOException {
        expect('"');
        StringBuilder text = new StringBuilder();
        while (true) {
            int c = next();
            if (c == '"') {
                return text.toString();
            }
            if (c < 0) {
                throw wrong("the text ends inside a string");
            }
            text.append(c == '\\' ? escaped() : (char) c);
        }
    }

    /** A whole number; fractions, exponents and what does not fit into 64 bits are refused. */
    long whole() throws IOException {
        String digits = bare();
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException e) {
            throw wrong("`" + digits + "` is not a whole number of 64 bits");
        }
    }

    /** Skips a value of any kind, for keys that a later version of the format may add. */
    void skip() throws IOException {
        switch (peek()) {
            case '{' -> object(key -> skip());
            case '[' -> array(this::skip);
            case '"' -> string();
            default -> {
                String word = bare();
                if (!word.equals("true") && !word.equals("false") && !word.equals("null")) {
                    number(word);
                }
            }
        }
    }

    void end() throws IOException {
        if (peek() >= 0) {
            throw wrong("something follows after the end of the JSON text");
        }
    }

    ProfileException wrong(String what) {
        return new ProfileException("at character " + (before + at) + ": " + what);
    }

    private void number(String word) {
        try {
            Double.parseDouble(word);
        } catch (NumberFormatException e) {
            throw wrong("`" + word + "` is not a value");
        }
    }

    private char escaped() throws IOException {
        int c = next();
        return switch (c) {
            case '"', '\\', '/' -> (char) c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("unknown escape in a string");
        };
    }

    private char unicode() throws IOException {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next(), 16);
            if (digit < 0) {
                throw wrong("`\\u` needs four hexadecimal digits");
            }
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private String bare() throws IOException {
        StringBuilder text = new StringBuilder();
        for (int c = peek(); c >= 0 && (Character.isLetterOrDigit(c) || c == '-' || c == '+' || c == '.'); c = raw()) {
            text.append((char) c);
            at++;
        }
        if (text.isEmpty()) {
            throw wrong(peek() < 0 ? "the text ends where a value is expected" : "`" + (char) peek() + "` where a value is expected");
        }
        return text.toString();
    }

    private boolean take(char wanted) throws IOException {
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void expect(char wanted) throws IOException {
        int c = peek();
        if (c != wanted) {
            throw wrong(c < 0 ? "the text ends where `" + wanted + "` is expected" : "`" + (char) c + "` where `" + wanted + "` is expected");
        }
        at++;
    }

    /** The next character that is not white space, not consumed; -1 at the end. */
    private int peek() throws IOException {
        int c = raw();
        while (c == ' ' || c == '\n' || c == '\r' || c == '\t') {
            at++;
            c = raw();
        }
        return c;
    }

    private int next() throws IOException {
        int c = raw();
        at++;
        return c;
    }

    private int raw() throws IOException {
        if (at >= end) {
            before += end;
            at = 0;
            end = Math.max(0, source.read(buffer, 0, buffer.length));
            if (end == 0) {
                return -1;
            }
        }
        return buffer[at];
    }
}
