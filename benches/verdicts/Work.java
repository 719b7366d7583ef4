import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A server whose requests cost what it is told: `java Work.java PORT UNITS`. Each unit hashes a kilobyte and makes a string of it. */
public final class Work {
    private static final byte[] DATA = new byte[64 << 10];

    public static void main(String[] args) throws IOException {
        int units = Integer.parseInt(args[1]);
        for (int i = 0; i < DATA.length; i++) {
            DATA[i] = (byte) (i * 31 + (i >> 7));
        }
        HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", Integer.parseInt(args[0])), 0);
        server.createContext("/", exchange -> {
            byte[] answer = work(units).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
    }

    private static String work(int units) {
        List<String> parts = new ArrayList<>();
        for (int unit = 0; unit < units; unit++) {
            long hash = 0xcbf29ce484222325L;
            int from = (unit << 10) % DATA.length;
            for (int i = from; i < from + 1024; i++) {
                hash = (hash ^ DATA[i]) * 0x100000001b3L;
            }
            parts.add(Long.toHexString(hash));
        }
        return parts.get(parts.size() - 1) + " " + parts.size() + "\n";
    }
}
