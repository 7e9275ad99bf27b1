import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads each card that is put into a reader, through healthcard-agent (Docs/agent.md). Needs nothing but a JDK, from 11 on.
 *
 * <pre>java ReadCard.java [--agent http://127.0.0.1:8327] [--token FILE] [--reader NAME] [--once]</pre>
 *
 * The first time it shows a number: type it on the agent's own page (healthcard-agent page). The token is kept in FILE. It
 * listens to the agent's events (Server-Sent Events) and prints the holder of each card as the agent's JSON has it; a real
 * program gives that to its JSON library.
 */
public class ReadCard {
    // The agent speaks HTTP/1.1; asked for HTTP/2, it answers all the same and ends the connection.
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(Duration.ofSeconds(5)).build();
    private String agent = "http://127.0.0.1:8327";
    private String token;
    private String reader;
    private boolean once;

    public static void main(String[] arguments) throws Exception {
        ReadCard program = new ReadCard();
        Path file = Path.of(System.getProperty("user.home"), ".healthcard-token");
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--agent": program.agent = arguments[++i]; break;
                case "--token": file = Path.of(arguments[++i]); break;
                case "--reader": program.reader = arguments[++i]; break;
                case "--once": program.once = true; break;
                default:
                    System.err.println("usage: java ReadCard.java [--agent ADDRESS] [--token FILE] [--reader NAME] [--once]");
                    System.exit(2);
            }
        }
        program.token = Files.exists(file) ? Files.readString(file).trim() : program.pair(file);
        program.listen();
    }

    /** Asks for a token, and waits until the person at the machine has typed the number. */
    private String pair(Path file) throws Exception {
        String wish = ask(HttpRequest.newBuilder(URI.create(agent + "/v1/pairings"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"name\":\"Java example\",\"rights\":[\"read-holder\"]}")));
        System.err.println("type " + text(wish, "number") + " on the agent's own page (" + agent + "/)");
        URI place = URI.create(agent + "/v1/pairings/" + text(wish, "id"));
        while (true) {
            String pairing = ask(HttpRequest.newBuilder(place).header("Authorization", "Bearer " + text(wish, "secret")));
            String given = text(pairing, "token");
            if (given != null) {
                // The owner's alone, from its first byte on.
                Files.deleteIfExists(file);
                Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, given);
                return given;
            }
            if ("refused".equals(text(pairing, "state"))) throw new IllegalStateException("the agent's page refused");
            Thread.sleep(1000);
        }
    }

    /** Reads the cards that are there, then each one that comes. */
    private void listen() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(agent + "/v1/events"))
            .header("Accept", "text/event-stream").header("Authorization", "Bearer " + token).build();
        var answer = client.send(request, BodyHandlers.ofLines());
        if (answer.statusCode() != 200) throw new IllegalStateException("no events: " + answer.statusCode());
        for (var lines = answer.body().iterator(); lines.hasNext(); ) {
            String line = lines.next();
            if (!line.startsWith("data: ")) continue;
            String event = line.substring(6);
            for (String card : cards(event)) {
                if (read(card) && once) System.exit(0);
            }
        }
    }

    /** The card tokens that an event tells of: of an insertion one, of the state all. */
    private List<String> cards(String event) {
        List<String> cards = new ArrayList<>();
        boolean isState = "state".equals(text(event, "type"));
        if (!isState && !"card.inserted".equals(text(event, "type"))) return cards;
        // Of the state each reader is an object of its own, without objects in it.
        Matcher parts = Pattern.compile("\\{[^{}]*\\}").matcher(event);
        while (parts.find()) {
            String name = text(parts.group(), isState ? "name" : "reader");
            String card = text(parts.group(), "card");
            if (card != null && (reader == null || reader.equals(name))) cards.add(card);
        }
        return cards;
    }

    private boolean read(String card) throws Exception {
        URI place = URI.create(agent + "/v1/cards/" + URLEncoder.encode(card, StandardCharsets.UTF_8)
            + "?sections=holder&visits=none");
        var request = HttpRequest.newBuilder(place).header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(90)).build();
        var answer = client.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 200) {
            // In UTF-8 whatever the locale is.
            System.out.write((answer.body() + "\n").getBytes(StandardCharsets.UTF_8));
            System.out.flush();
            return true;
        }
        // Errors are JSON too: "code" is stable, "texts" is for people.
        System.err.println(answer.statusCode() + " " + text(answer.body(), "code"));
        return false;
    }

    private String ask(HttpRequest.Builder request) throws Exception {
        var answer = client.send(request.timeout(Duration.ofSeconds(90)).build(), BodyHandlers.ofString());
        if (answer.statusCode() >= 300) throw new IllegalStateException(answer.statusCode() + " " + text(answer.body(), "code"));
        return answer.body();
    }

    /** The value of a member that is text without escapes, as tokens and codes are; null where there is none. */
    private static String text(String json, String member) {
        Matcher found = Pattern.compile("\"" + Pattern.quote(member) + "\"\\s*:\\s*\"([^\"\\\\]*)\"").matcher(json);
        return found.find() ? found.group(1) : null;
    }
}
