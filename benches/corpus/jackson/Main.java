package corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;

/** Jackson: reads documents as trees, changes them, writes them. */
public final class Main {
    public static void main(String[] arguments) throws IOException {
        Input input = new Input(arguments);
        ObjectMapper mapper = new ObjectMapper();
        byte[] document = mapper.writeValueAsBytes(document(input, mapper));
        for (int round = 0; round < input.rounds; round++) {
            JsonNode tree = mapper.readTree(document);
            for (JsonNode order : tree.get("orders")) {
                double sum = 0;
                for (JsonNode line : order.get("lines")) {
                    sum += line.get("price").asDouble() * line.get("count").asInt();
                }
                ((ObjectNode) order).put("sum", Math.round(sum * 100));
            }
            input.take(mapper.writeValueAsBytes(tree));
            input.take(tree.toString().length());
        }
        input.done();
    }

    private static ObjectNode document(Input input, ObjectMapper mapper) {
        ObjectNode document = mapper.createObjectNode();
        ArrayNode orders = document.putArray("orders");
        for (int i = 0; i < 300; i++) {
            ObjectNode order = orders.addObject().put("id", i).put("customer", input.words(3)).put("paid", input.random.nextBoolean()).putNull("note");
            ArrayNode lines = order.putArray("lines");
            for (int line = input.random.nextInt(6); line >= 0; line--) {
                lines.addObject().put("article", input.word() + "\n\u00e9").put("price", input.random.nextInt(10000) / 100.0).put("count", 1 + input.random.nextInt(9));
            }
        }
        return document;
    }
}
