package corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/** Jetty with Jackson: a server that sorts and sums what it is sent as JSON. */
public final class Main {
    public static void main(String[] arguments) throws Exception {
        Server server = new Server(Integer.parseInt(arguments[0]));
        ObjectMapper mapper = new ObjectMapper();
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) throws Exception {
                JsonNode sent = mapper.readTree(Content.Source.asInputStream(request));
                int[] numbers = new int[2000];
                int state = sent.path("seed").asInt();
                for (int i = 0; i < numbers.length; i++) {
                    state = state * 1103515245 + 12345;
                    numbers[i] = state >>> 8;
                }
                Arrays.sort(numbers);
                ObjectNode answer = mapper.createObjectNode().put("name", sent.path("name").asText().toUpperCase(java.util.Locale.ROOT));
                for (int number : Arrays.copyOf(numbers, 100)) {
                    answer.withArray("numbers").add(number);
                }
                response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
                response.write(true, ByteBuffer.wrap(mapper.writeValueAsBytes(answer)), callback);
                return true;
            }
        });
        server.setStopAtShutdown(true);
        server.start();
        server.join();
    }
}
