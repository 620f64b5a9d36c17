import assert from 'node:assert/strict';
import { AGENT, MICROMETER, STARTER } from './projects';
import { foundIn } from './oneFile';

const SDK = [
  'org.apache.kafka:kafka-clients:3.7.0',
  'io.opentelemetry:opentelemetry-sdk:1.40.0',
  'io.opentelemetry:opentelemetry-exporter-otlp:1.40.0',
] as const;

const SETUP = `package com.acme.orders;
import io.opentelemetry.sdk.OpenTelemetrySdk;
class Tracing {
  OpenTelemetrySdk sdk() {
    return OpenTelemetrySdk.builder().setTracerProvider(provider()).setPropagators(propagators()).buildAndRegisterGlobal();
  }
}
`;

const IMAGE = {
  Dockerfile: 'FROM eclipse-temurin:21\nCOPY target/app.jar app.jar\nENTRYPOINT ["java", "-jar", "app.jar"]\n',
};

const HEAD = `package com.acme.orders;
import com.rabbitmq.client.*;
import io.nats.client.*;
import io.opentelemetry.api.trace.*;
import jakarta.jms.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.springframework.web.client.RestTemplate;
import software.amazon.awssdk.services.sqs.SqsClient;
`;

async function found(
  code: string,
  dependencies: readonly string[] = SDK,
  more: Readonly<Record<string, string>> = {},
): Promise<readonly string[]> {
  const setup = dependencies === SDK ? { 'src/main/java/com/acme/orders/Tracing.java': SETUP } : {};
  const findings = await foundIn({ head: HEAD, code, dependencies, more: { ...setup, ...more } });
  return findings.filter(({ rule }) => rule === 'MSG-NO-INJECT').map(({ rule, line }) => `${rule} ${line}`);
}

const POLLS = `class Orders {
  private final KafkaConsumer<String, String> consumer;
  private final Tracer tracer;
  void run() {
    while (true) {
      ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(100));
      for (ConsumerRecord<String, String> record : records) handle(record);
    }
  }
  private void handle(ConsumerRecord<String, String> record) {
    Span span = tracer.spanBuilder("handle").startSpan();
    span.end();
  }
}
`;

describe('Java: what takes messages by a client itself', () => {
  it('begins traces of its own in loops that poll Kafka', async () => {
    assert.deepEqual(await found(POLLS), ['MSG-NO-INJECT 6']);
    for (const one of [
      POLLS.replace(
        'for (ConsumerRecord<String, String> record : records) handle(record);',
        'records.forEach(this::handle);',
      ),
      POLLS.replace('handle(record);', 'pool.submit(() -> handle(record));'),
      POLLS.replace('KafkaConsumer<String, String> consumer', 'Consumer<String, String> consumer'),
    ])
      assert.deepEqual(await found(one), ['MSG-NO-INJECT 6']);
    assert.deepEqual(await found(POLLS, MICROMETER, IMAGE), ['MSG-NO-INJECT 6']);
    // An agent may be put in where it is deployed.
    assert.deepEqual(await found(POLLS, MICROMETER), []);
  });

  it('is nothing where the context is read, an agent or interceptor does it, or nothing traced is done', async () => {
    const reads = POLLS.replace(
      'Span span = tracer',
      'Context parent = propagator.extract(Context.current(), record.headers(), new HeaderGetter());\n    Span span = tracer',
    ).replace('propagator.', 'openTelemetry.getPropagators().getTextMapPropagator().');
    assert.deepEqual(await found(reads), []);
    assert.deepEqual(await found(POLLS, SDK, { Dockerfile: AGENT }), []);
    assert.deepEqual(
      await found(POLLS.replace('void run() {', 'void run() {\n    KafkaTelemetry.create(sdk).wrap(consumer);')),
      [],
    );
    assert.deepEqual(await found(POLLS.replace(/Span span.*\n.*span\.end\(\);/, 'log.info(record.value());')), []);
    assert.deepEqual(await found(POLLS, ['org.apache.kafka:kafka-clients:3.7.0']), []);
  });

  it('is the same with RabbitMQ: callbacks and classes', async () => {
    const lambda = `class Orders {
  private final Channel channel;
  private final RestTemplate rest;
  void start() {
    DeliverCallback deliver = (tag, delivery) -> rest.postForObject("http://stock:8080/reserve", delivery.getBody(), String.class);
    channel.basicConsume("orders", true, deliver, tag -> {});
  }
}
`;
    assert.deepEqual(await found(lambda), ['MSG-NO-INJECT 6']);
    const consumer = `class Orders extends DefaultConsumer {
  private final Tracer tracer;
  @Override
  public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
    Span span = tracer.spanBuilder("order").startSpan();
  }
}
`;
    assert.deepEqual(await found(consumer), ['MSG-NO-INJECT 3']);
    assert.deepEqual(await found(consumer.replace('extends DefaultConsumer', 'extends Other')), []);
    assert.deepEqual(
      await found(
        consumer.replace(
          'Span span',
          'String at = properties.getHeaders().get("traceparent").toString();\n    Span span',
        ),
      ),
      [],
    );
  });

  it('is the same with JMS, SQS and NATS', async () => {
    const jms = `class Orders implements MessageListener {
  private final Tracer tracer;
  public void onMessage(Message message) { tracer.spanBuilder("order").startSpan().end(); }
}
`;
    assert.deepEqual(await found(jms), ['MSG-NO-INJECT 3']);
    const sqs = `class Orders {
  private final SqsClient sqs;
  private final Tracer tracer;
  void poll() {
    for (var message : sqs.receiveMessage(request()).messages()) tracer.spanBuilder("order").startSpan().end();
  }
}
`;
    assert.deepEqual(await found(sqs), ['MSG-NO-INJECT 5']);
    const nats = `class Orders {
  private final Connection nats;
  private final Tracer tracer;
  void start() {
    nats.createDispatcher(message -> tracer.spanBuilder("order").startSpan().end()).subscribe("orders");
  }
}
`;
    assert.equal((await found(nats.replace('Connection nats', 'io.nats.client.Connection nats'))).length, 1);
  });

  it('and what a producer of Kafka sends carries nothing', async () => {
    const sends = `class Orders {
  private final KafkaProducer<String, String> producer = new KafkaProducer<>(properties());
  void placed(String id) {
    producer.send(new ProducerRecord<>("orders", id));
  }
}
`;
    assert.deepEqual(await found(sends), ['MSG-NO-INJECT 4']);
    assert.deepEqual(await found(sends, STARTER, IMAGE), ['MSG-NO-INJECT 4']);
    assert.deepEqual(await found(sends, STARTER), []);
    assert.deepEqual(
      await found(
        sends
          .replace('new ProducerRecord<>("orders", id)', 'traced(id)')
          .replace(
            /\}\n$/,
            '  ProducerRecord<String, String> traced(String id) {\n    propagator.inject(Context.current(), headers, SETTER);\n  }\n}\n',
          ),
      ),
      [],
    );
    assert.deepEqual(await found(sends, SDK, { Dockerfile: AGENT }), []);
  });
});
