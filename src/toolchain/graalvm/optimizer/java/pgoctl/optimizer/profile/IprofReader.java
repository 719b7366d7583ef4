package pgoctl.optimizer.profile;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * Reads an {@code .iprof} of version 1.0.0 or 1.1.0, plain or gzip. The format is described in GraalVM's reference manual
 * (PGO-IprofFileFormat). Tables may follow the sections that use them: entries are resolved at the end.
 */
public final class IprofReader {
    private static final String[] SECTIONS = {"callCountProfiles", "conditionalProfiles", "virtualInvokeProfiles", "instanceofProfiles"};

    private final Map<Long, String> types = new HashMap<>();
    private final Map<Long, RawMethod> rawMethods = new HashMap<>();
    private final Map<Long, MethodKey> keys = new HashMap<>();
    private final Map<String, List<RawEntry>> sections = new HashMap<>();
    private final Map<MethodKey, MethodProfile> profiles = new HashMap<>();
    private String version;

    private record RawMethod(String name, long[] signature) {
    }

    private record RawEntry(String context, long[] records) {
    }

    private IprofReader() {
    }

    /**
     * Reads the file whole and checks it.
     *
     * @throws ProfileException if it cannot be read, is cut off, of another version, or refers to what its tables lack
     */
    public static Profile read(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            IprofReader reader = new IprofReader();
            reader.parse(unpacked(bytes));
            reader.resolve();
            return new Profile(reader.version, digest(bytes), reader.profiles);
        } catch (ProfileException e) {
            throw new ProfileException("`" + file + "` is not a usable profile: " + e.getMessage(), e);
        } catch (CharacterCodingException e) {
            throw new ProfileException("`" + file + "` is not a usable profile: it is not UTF-8", e);
        } catch (NoSuchFileException e) {
            throw new ProfileException("cannot read the profile `" + file + "`: there is no such file", e);
        } catch (IOException e) {
            throw new ProfileException("cannot read the profile `" + file + "`: " + e, e);
        }
    }

    private static InputStream unpacked(byte[] bytes) throws IOException {
        boolean gzip = bytes.length > 1 && (bytes[0] & 0xff) == 0x1f && (bytes[1] & 0xff) == 0x8b;
        ByteArrayInputStream plain = new ByteArrayInputStream(bytes);
        return gzip ? new BufferedInputStream(new GZIPInputStream(plain)) : plain;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private void parse(InputStream bytes) throws IOException {
        Json json = new Json(new InputStreamReader(bytes, StandardCharsets.UTF_8.newDecoder()));
        json.object(key -> {
            switch (key) {
                case "version" -> readVersion(json);
                case "types" -> json.array(() -> readType(json));
                case "methods" -> json.array(() -> readMethod(json));
                default -> {
                    if (List.of(SECTIONS).contains(key)) {
                        readSection(json, sections.computeIfAbsent(key, name -> new ArrayList<>()));
                    } else {
                        json.skip();
                    }
                }
            }
        });
        json.end();
        if (version == null) {
            throw new ProfileException("it has no `version`");
        }
    }

    private void readVersion(Json json) throws IOException {
        version = json.string();
        if (!version.equals("1.0.0") && !version.equals("1.1.0")) {
            throw json.wrong("version `" + version + "`, but only 1.0.0 and 1.1.0 are understood");
        }
    }

    private void readType(Json json) throws IOException {
        long[] id = {-1};
        String[] name = {null};
        json.object(key -> {
            switch (key) {
                case "id" -> id[0] = json.whole();
                case "name" -> name[0] = json.string();
                default -> json.skip();
            }
        });
        if (name[0] == null || name[0].isEmpty()) {
            throw json.wrong("a type without a name");
        }
        types.put(id[0], Names.descriptor(name[0]));
    }

    private void readMethod(Json json) throws IOException {
        long[] id = {-1};
        String[] name = {null};
        List<Long> signature = new ArrayList<>();
        json.object(key -> {
            switch (key) {
                case "id" -> id[0] = json.whole();
                case "name" -> name[0] = json.string();
                case "signature" -> json.array(() -> signature.add(json.whole()));
                default -> json.skip();
            }
        });
        if (name[0] == null || name[0].isEmpty() || signature.size() < 2) {
            throw json.wrong("a method without a name or a signature of at least two types");
        }
        rawMethods.put(id[0], new RawMethod(name[0], longs(signature)));
    }

    private static void readSection(Json json, List<RawEntry> entries) throws IOException {
        json.array(() -> {
            String[] context = {null};
            List<Long> records = new ArrayList<>();
            json.object(key -> {
                switch (key) {
                    case "ctx" -> context[0] = json.string();
                    case "records" -> json.array(() -> records.add(json.whole()));
                    default -> json.skip();
                }
            });
            if (context[0] == null) {
                throw json.wrong("an entry without `ctx`");
            }
            entries.add(new RawEntry(context[0], longs(records)));
        });
    }

    private static long[] longs(List<Long> numbers) {
        return numbers.stream().mapToLong(Long::longValue).toArray();
    }

    private void resolve() {
        for (RawEntry entry : entries("callCountProfiles")) {
            if (entry.records().length != 1) {
                throw new ProfileException("the call count of `" + entry.context() + "` is not one number");
            }
            leaf(frames(entry.context())).addCalls(count(entry, 0));
        }
        for (RawEntry entry : entries("conditionalProfiles")) {
            List<Frame> frames = frames(entry.context());
            width(entry, 3);
            BranchCounts counts = leaf(frames).branchToFill(frames.get(0).bci());
            for (int i = 0; i < entry.records().length; i += 3) {
                counts.add((int) entry.records()[i], count(entry, i + 2));
            }
        }
        for (RawEntry entry : entries("virtualInvokeProfiles")) {
            List<Frame> frames = frames(entry.context());
            leaf(frames).receiversToFill(frames.get(0).bci()).add(frames.subList(1, frames.size()), typesOf(entry));
        }
        for (RawEntry entry : entries("instanceofProfiles")) {
            List<Frame> frames = frames(entry.context());
            leaf(frames).checksToFill(frames.get(0).bci()).add(frames.subList(1, frames.size()), typesOf(entry));
        }
    }

    private List<RawEntry> entries(String section) {
        return sections.getOrDefault(section, List.of());
    }

    private MethodProfile leaf(List<Frame> frames) {
        return profiles.computeIfAbsent(frames.get(0).method(), MethodProfile::new);
    }

    private TypeCounts typesOf(RawEntry entry) {
        width(entry, 2);
        TypeCounts counts = new TypeCounts();
        for (int i = 0; i < entry.records().length; i += 2) {
            counts.add(type(entry.records()[i]), count(entry, i + 1));
        }
        return counts;
    }

    private static void width(RawEntry entry, int width) {
        if (entry.records().length % width != 0) {
            throw new ProfileException("the records of `" + entry.context() + "` are not groups of " + width);
        }
    }

    private static long count(RawEntry entry, int index) {
        long count = entry.records()[index];
        if (count < 0) {
            throw new ProfileException("the count " + count + " of `" + entry.context() + "` is negative");
        }
        return count;
    }

    /** {@code m:b<m:b}, the leaf first. */
    private List<Frame> frames(String context) {
        List<Frame> frames = new ArrayList<>();
        for (String frame : context.split("<", -1)) {
            int colon = frame.indexOf(':');
            try {
                long method = Long.parseLong(frame.substring(0, Math.max(0, colon)));
                frames.add(new Frame(method(method), Integer.parseInt(frame.substring(colon + 1))));
            } catch (NumberFormatException e) {
                throw new ProfileException("`" + context + "` is not a context");
            }
        }
        return frames;
    }

    private MethodKey method(long id) {
        MethodKey known = keys.get(id);
        if (known != null) {
            return known;
        }
        RawMethod raw = rawMethods.get(id);
        if (raw == null) {
            throw new ProfileException("method " + id + " is not in the table of methods");
        }
        StringBuilder descriptor = new StringBuilder("(");
        for (int i = 2; i < raw.signature().length; i++) {
            descriptor.append(type(raw.signature()[i]));
        }
        descriptor.append(')').append(type(raw.signature()[1]));
        MethodKey key = new MethodKey(type(raw.signature()[0]), raw.name(), descriptor.toString());
        keys.put(id, key);
        return key;
    }

    private String type(long id) {
        String descriptor = types.get(id);
        if (descriptor == null) {
            throw new ProfileException("type " + id + " is not in the table of types");
        }
        return descriptor;
    }
}
