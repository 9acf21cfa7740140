import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.Normalizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.bson.Document;

/**
 * Kafka Streams: a processor that gathers 500 reports of a partition, writes their cases in bulk, then forwards the
 * tasks and commits. The job is that of job.py.
 *
 * <p>Arguments: BOOTSTRAP MONGO_URL PREFIX DATABASE GROUP RULES STATE_FOLDER
 */
public final class ReportsFlow {
    static final int BATCH = 500;
    static final Duration AT_MOST = Duration.ofMillis(50);
    static final int PARTITIONS = 6;

    /** What the agency is sent, and what the case holds. */
    record Task(String taskId, String reportId, String kind, String urgency, List<Integer> rules) {
        Document document() {
            return new Document("task_id", taskId)
                    .append("report_id", reportId)
                    .append("kind", kind)
                    .append("urgency", urgency)
                    .append("rules", rules);
        }

        Map<String, Object> json() {
            return Map.of("task_id", taskId, "report_id", reportId, "kind", kind, "urgency", urgency, "rules", rules);
        }
    }

    record Rule(String urgency, Pattern pattern) {}

    /** Validates a report and reads it by the rules. */
    static final class Triage {
        private final ObjectMapper mapper = new ObjectMapper();
        private final List<Rule> rules = new ArrayList<>();

        Triage(Path file) throws IOException {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                String[] parts = line.split("\t");
                rules.add(new Rule(parts[0], Pattern.compile(parts[1])));
            }
        }

        Task taskOf(byte[] value) throws IOException {
            JsonNode report = mapper.readTree(value);
            required(report, "received_at");
            if (!report.path("place").isObject()) {
                throw new IOException("a report without its place");
            }
            String folded = fold(required(report, "text"));
            List<Integer> struck = new ArrayList<>();
            Set<String> urgencies = new HashSet<>();
            for (int number = 0; number < rules.size(); number++) {
                if (rules.get(number).pattern().matcher(folded).find()) {
                    struck.add(number);
                    urgencies.add(rules.get(number).urgency());
                }
            }
            String id = required(report, "report_id");
            return new Task("task-" + id, id, required(report, "kind"), highest(urgencies), struck);
        }

        byte[] bytesOf(Task task) throws IOException {
            return mapper.writeValueAsBytes(task.json());
        }

        private static String required(JsonNode report, String field) throws IOException {
            JsonNode found = report.path(field);
            if (!found.isTextual()) {
                throw new IOException("a report without its " + field);
            }
            return found.textValue();
        }

        private static String highest(Set<String> urgencies) {
            for (String each : List.of("high", "normal", "low")) {
                if (urgencies.contains(each)) {
                    return each;
                }
            }
            return "normal";
        }

        private static String fold(String text) {
            String lower = text.toLowerCase(Locale.ROOT).replace('đ', 'd');
            String apart = Normalizer.normalize(lower, Normalizer.Form.NFD);
            StringBuilder plain = new StringBuilder(apart.length());
            for (int at = 0; at < apart.length(); at++) {
                if (Character.getType(apart.charAt(at)) != Character.NON_SPACING_MARK) {
                    plain.append(apart.charAt(at));
                }
            }
            return plain.toString();
        }
    }

    /** Writes what it has gathered when that is a batch, and what little there is every 50 ms. */
    static final class CasesAndTasks implements Processor<byte[], byte[], byte[], byte[]> {
        private final Triage triage;
        private final MongoCollection<Document> cases;
        private final List<Task> gathered = new ArrayList<>(BATCH);
        private ProcessorContext<byte[], byte[]> context;

        CasesAndTasks(Triage triage, MongoCollection<Document> cases) {
            this.triage = triage;
            this.cases = cases;
        }

        @Override
        public void init(ProcessorContext<byte[], byte[]> given) {
            context = given;
            context.schedule(AT_MOST, PunctuationType.WALL_CLOCK_TIME, now -> write(now));
        }

        @Override
        public void process(Record<byte[], byte[]> report) {
            try {
                gathered.add(triage.taskOf(report.value()));
            } catch (IOException invalid) {
                throw new IllegalArgumentException(invalid);
            }
            if (gathered.size() >= BATCH) {
                write(report.timestamp());
            }
        }

        private void write(long timestamp) {
            if (gathered.isEmpty()) {
                return;
            }
            List<WriteModel<Document>> writes = new ArrayList<>(gathered.size());
            for (Task task : gathered) {
                Document opened = new Document("$setOnInsert", task.document().append("status", "open"));
                writes.add(new UpdateOneModel<>(
                        Filters.eq("_id", task.reportId()), opened, new UpdateOptions().upsert(true)));
            }
            cases.bulkWrite(writes, new BulkWriteOptions().ordered(false));
            for (Task task : gathered) {
                context.forward(new Record<>(key(task), bytes(task), timestamp));
            }
            gathered.clear();
            context.commit();
        }

        private static byte[] key(Task task) {
            return task.reportId().getBytes(StandardCharsets.UTF_8);
        }

        private byte[] bytes(Task task) {
            try {
                return triage.bytesOf(task);
            } catch (IOException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
    }

    public static void main(String[] given) throws IOException {
        Triage triage = new Triage(Path.of(given[5]));
        MongoClient client = MongoClients.create(given[1]);
        MongoCollection<Document> cases = client.getDatabase(given[3])
                .getCollection("cases")
                .withWriteConcern(WriteConcern.MAJORITY.withJournal(true));
        Topology topology = new Topology()
                .addSource("reports", given[2] + "intake.reports.v1")
                .addProcessor("triage", () -> new CasesAndTasks(triage, cases), "reports")
                .addSink("tasks", given[2] + "agencies.cdc.tasks.v1", "triage");
        KafkaStreams streams = new KafkaStreams(topology, settings(given));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(5))));
        streams.start();
    }

    private static Properties settings(String[] given) {
        Properties settings = new Properties();
        settings.put(StreamsConfig.APPLICATION_ID_CONFIG, given[4]);
        settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, given[0]);
        settings.put(StreamsConfig.STATE_DIR_CONFIG, given[6]);
        settings.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        settings.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
        // Only what a processor asks for is committed: a commit by the clock would take in what is gathered, not written.
        settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), BATCH * PARTITIONS);
        settings.put(StreamsConfig.producerPrefix(ProducerConfig.ACKS_CONFIG), "all");
        return settings;
    }

    private ReportsFlow() {}
}
