import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SLEUTH, SOURCES, STARTER } from './projects';

const YAML = 'src/main/resources/application.yml';
const KAFKA_YAML = 'spring:\n  kafka:\n    bootstrap-servers: kafka:9092\n';

function service(files: Record<string, string>, dependencies: readonly string[] = MICROMETER): Record<string, string> {
  const code = Object.entries(files).map(([name, text]) =>
    name.endsWith('.java') ? [`${SOURCES}/${name}`, `package com.acme.orders;\n${text}`] : [name, text],
  );
  return {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    ...(Object.fromEntries(code) as Record<string, string>),
  };
}

async function found(
  files: Record<string, string>,
  dependencies: readonly string[] = MICROMETER,
): Promise<readonly string[]> {
  const { findings } = await lintProject(javaCheck, service(files, dependencies));
  return findings.map(
    ({ severity, rule, file, line }) => `${severity} ${rule} ${file.replace(`${SOURCES}/`, '')}:${line}`,
  );
}

const SENDER = `import org.springframework.kafka.core.KafkaTemplate;
@Service
class Sender {
  private final KafkaTemplate<String, String> kafka;
  void placed(String id) { kafka.send("orders", id); }
  void paid(String id) { kafka.send("payments", id); }
}
`;

const LISTENER = `import org.springframework.kafka.annotation.KafkaListener;
class Listener {
  @KafkaListener(topics = "orders")
  void on(String order) { stock.reserve(order); }
}
`;

const TEMPLATE = `import org.springframework.context.annotation.*;
import org.springframework.kafka.core.*;
@Configuration
class Config {
  @Bean
  KafkaTemplate<String, String> kafkaTemplate(ProducerFactory<String, String> factory) {
    return new KafkaTemplate<>(factory);
  }
}
`;

const FACTORY = `import org.springframework.context.annotation.*;
import org.springframework.kafka.config.*;
@Configuration
class Config {
  @Bean
  ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory() {
    ConcurrentKafkaListenerContainerFactory<String, String> factory = new ConcurrentKafkaListenerContainerFactory<>();
    factory.setConcurrency(3);
    return factory;
  }
}
`;

describe('Spring messaging without observation', () => {
  it('finds sends and listeners through what Boot makes, once each', async () => {
    const files = { 'Sender.java': SENDER, 'Listener.java': LISTENER, [YAML]: KAFKA_YAML };
    assert.deepEqual(await found(files), [
      'warning JAVA-SPRING-KAFKA-NO-OBSERVATION Listener.java:4',
      'warning JAVA-SPRING-KAFKA-NO-OBSERVATION Sender.java:6',
    ]);
    assert.deepEqual(await found(files, STARTER), []);
    assert.deepEqual(await found(files, SLEUTH), []);
  });

  it('reads the properties in every spelling, file and profile', async () => {
    const on = [
      { [YAML]: `${KAFKA_YAML}    template:\n      observation-enabled: true\n` },
      { [YAML]: `${KAFKA_YAML}    template.observationEnabled: true\n` },
      {
        [YAML]: `${KAFKA_YAML}---\nspring.config.activate.on-profile: prod\nspring.kafka.template.observation-enabled: true\n`,
      },
      {
        [YAML]: KAFKA_YAML,
        'src/main/resources/application-prod.properties': 'spring.kafka.template.observation-enabled=true\n',
      },
      {
        'src/main/resources/application.properties':
          'spring.kafka.template.observation-enabled = true\r\nversion=@project.version@\r\n',
      },
      {
        [YAML]: `version: @project.version@\n${KAFKA_YAML}    template:\n      observation-enabled: \${OBSERVE:true}\n`,
      },
      {
        [YAML]: `management.endpoints.web.exposure:\n  include: *\n${KAFKA_YAML}    template:\n      observation-enabled: true\n`,
      },
    ];
    for (const files of on) assert.deepEqual(await found({ 'Sender.java': SENDER, ...files }), []);
    const off = { [YAML]: `${KAFKA_YAML}    template:\n      observation-enabled: false\n` };
    assert.equal((await found({ 'Sender.java': SENDER, ...off })).length, 1);
    const unquoted = { [YAML]: `management.endpoints.web.exposure:\n  include: *\n${KAFKA_YAML}` };
    const unset = ['warning JAVA-SPRING-KAFKA-NO-OBSERVATION Sender.java:6'];
    assert.deepEqual(await found({ 'Sender.java': SENDER, ...unquoted }), unset);
  });

  it('only hints where properties come from elsewhere or are not among the files', async () => {
    const config = [...MICROMETER, 'org.springframework.cloud:spring-cloud-starter-config'];
    const hint = ['hint JAVA-SPRING-KAFKA-NO-OBSERVATION Sender.java:6'];
    assert.deepEqual(await found({ 'Sender.java': SENDER, [YAML]: KAFKA_YAML }, config), hint);
    assert.deepEqual(await found({ 'Sender.java': SENDER }), hint);
    const imported = { [YAML]: `spring:\n  config:\n    import: "optional:configserver:"\n` };
    assert.deepEqual(await found({ 'Sender.java': SENDER, ...imported }), hint);
  });

  it('reads what a config server of the workspace serves', async () => {
    const name = 'spring:\n  application:\n    name: Orders\n  config:\n    import: configserver:http://config:8888\n';
    const server = {
      'config-server/pom.xml': pom('config-server', 'org.springframework.cloud:spring-cloud-config-server'),
      'config-server/src/main/resources/configurations/orders.yml': KAFKA_YAML,
    };
    const files = { 'Sender.java': SENDER, [YAML]: name, ...server };
    assert.deepEqual(await found(files), ['warning JAVA-SPRING-KAFKA-NO-OBSERVATION Sender.java:6']);
    const on = `${KAFKA_YAML}    template:\n      observation-enabled: true\n`;
    const served = { ...files, 'config-server/src/main/resources/configurations/orders.yml': on };
    assert.deepEqual(await found(served), []);
  });

  it('finds own templates and factories whatever the property says', async () => {
    const on = `${KAFKA_YAML}    template.observation-enabled: true\n    listener.observation-enabled: true\n`;
    assert.deepEqual(await found({ 'Config.java': TEMPLATE, 'Sender.java': SENDER, [YAML]: on }), [
      'warning JAVA-SPRING-KAFKA-NO-OBSERVATION Config.java:8',
    ]);
    assert.deepEqual(await found({ 'Config.java': FACTORY, 'Listener.java': LISTENER, [YAML]: on }), [
      'warning JAVA-SPRING-KAFKA-NO-OBSERVATION Config.java:8',
    ]);
  });

  it('takes own ones that are switched on, or configured by Boot, for covered', async () => {
    const template = TEMPLATE.replace(
      'return new KafkaTemplate<>(factory);',
      'var kafka = new KafkaTemplate<>(factory);\n    kafka.setObservationEnabled(true);\n    return kafka;',
    );
    assert.deepEqual(await found({ 'Config.java': template, [YAML]: KAFKA_YAML }), []);
    const factory = FACTORY.replace('setConcurrency(3)', 'getContainerProperties().setObservationEnabled(true)');
    assert.deepEqual(await found({ 'Config.java': factory, [YAML]: KAFKA_YAML }), []);
    const configured = FACTORY.replace('factory.setConcurrency(3)', 'configurer.configure(factory, consumers)');
    const on = `${KAFKA_YAML}    listener.observation-enabled: true\n`;
    assert.deepEqual(await found({ 'Config.java': configured, 'Listener.java': LISTENER, [YAML]: on }), []);
    assert.equal((await found({ 'Config.java': configured, 'Listener.java': LISTENER, [YAML]: KAFKA_YAML })).length, 1);
  });

  it('is silent where an injected template or factory is switched on after it was made', async () => {
    const setup = `import org.springframework.kafka.core.KafkaTemplate;
import org.springframework.kafka.config.ConcurrentKafkaListenerContainerFactory;
class Setup {
  private final KafkaTemplate kafkaTemplate;
  private final ConcurrentKafkaListenerContainerFactory containerFactory;
  @PostConstruct
  void setup() {
    this.kafkaTemplate.setObservationEnabled(true);
    this.containerFactory.getContainerProperties().setObservationEnabled(true);
  }
}
`;
    const files = { 'Sender.java': SENDER, 'Listener.java': LISTENER, 'Setup.java': setup, [YAML]: KAFKA_YAML };
    assert.deepEqual(await found(files), []);
  });

  it('says of batches that they are only linked', async () => {
    const batch = FACTORY.replace('setConcurrency(3)', 'setBatchListener(true)');
    assert.deepEqual(await found({ 'Config.java': batch, [YAML]: KAFKA_YAML }), [
      'info JAVA-SPRING-KAFKA-NO-OBSERVATION Config.java:8',
    ]);
  });

  it('tells listeners of own factories from those of Boot’s', async () => {
    const named = FACTORY.replace('kafkaListenerContainerFactory()', 'retrying()').replace(
      'setConcurrency(3)',
      'getContainerProperties().setObservationEnabled(true)',
    );
    const own = LISTENER.replace('topics = "orders"', 'topics = "orders", containerFactory = "retrying"');
    assert.deepEqual(await found({ 'Config.java': named, 'Listener.java': own, [YAML]: KAFKA_YAML }), []);
  });

  it('finds Rabbit messages, which Boot does not observe by default either', async () => {
    const rabbit = `import org.springframework.amqp.rabbit.core.RabbitTemplate;
class Rabbit {
  private final RabbitTemplate rabbit;
  void placed(Object order) {
    rabbit.convertAndSend("orders", order);
  }
}
`;
    const yaml = 'spring:\n  rabbitmq:\n    host: rabbit\n';
    assert.deepEqual(await found({ 'Rabbit.java': rabbit, [YAML]: yaml }), ['warning MSG-NO-INJECT Rabbit.java:6']);
    const on = `${yaml}    template:\n      observation-enabled: true\n`;
    assert.deepEqual(await found({ 'Rabbit.java': rabbit, [YAML]: on }), []);
    assert.deepEqual(await found({ 'OutboxPublisher.java': rabbit, [YAML]: yaml }), []);
  });

  it('is not helped by an interceptor of the process that nothing registers', async () => {
    const interceptor = `import org.apache.kafka.clients.producer.*;
class TracingProducerInterceptor implements ProducerInterceptor<String, String> {
  public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
    record.headers().add("X-Trace-Id", tracer.currentTraceContext().context().traceId().getBytes());
    return record;
  }
}
`;
    const bean = ['warning JAVA-SPRING-KAFKA-NO-OBSERVATION Config.java:8'];
    const files = { 'Config.java': TEMPLATE, 'TracingProducerInterceptor.java': interceptor, 'Sender.java': SENDER };
    assert.deepEqual(await found({ ...files, [YAML]: KAFKA_YAML }), bean);
    const registered = `${KAFKA_YAML}    producer:\n      properties:\n        interceptor.classes: com.acme.orders.TracingProducerInterceptor\n`;
    assert.deepEqual(await found({ ...files, [YAML]: registered }), []);
    const named =
      'class Props {\n  Map<String, Object> all() { return Map.of("interceptor.classes", TracingProducerInterceptor.class.getName()); }\n}\n';
    assert.deepEqual(await found({ ...files, 'Props.java': named, [YAML]: KAFKA_YAML }), []);
  });

  it('leaves out what SNS takes to phones and devices', async () => {
    const clients =
      'import software.amazon.awssdk.services.sns.SnsClient;\nclass Clients {\n  @Bean SnsClient sns() { return SnsClient.builder().build(); }\n}\n';
    const sender = (to: string): string =>
      `import software.amazon.awssdk.services.sns.SnsClient;\nclass Sender {\n  private final SnsClient sns;\n  void send(String text) {\n    sns.publish(PublishRequest.builder().${to}.message(text).build());\n  }\n}\n`;
    for (const to of ['phoneNumber(phone)', 'targetArn(device)'])
      assert.deepEqual(await found({ 'Sender.java': sender(to), 'Clients.java': clients }), []);
    assert.deepEqual(await found({ 'Sender.java': sender('topicArn(topic)'), 'Clients.java': clients }), [
      'warning MSG-NO-INJECT Sender.java:6',
    ]);
  });

  it('finds queue clients that no library covers', async () => {
    const sqs = `import software.amazon.awssdk.services.sqs.SqsClient;
class Queue {
  private final SqsClient sqs;
  void send(String body) {
    sqs.sendMessage(request -> request.queueUrl("q").messageBody(body));
  }
}
`;
    const config = (line: string): string =>
      `import software.amazon.awssdk.services.sqs.SqsClient;\nclass Clients {\n  @Bean SqsClient sqs() { return SqsClient.builder()${line}.build(); }\n}\n`;
    for (const dependencies of [MICROMETER, STARTER])
      assert.deepEqual(await found({ 'Queue.java': sqs, 'Clients.java': config('') }, dependencies), [
        'warning MSG-NO-INJECT Queue.java:6',
      ]);
    assert.deepEqual(await found({ 'Queue.java': sqs }), [], 'what makes the client is not among the files');
    const telemetry = config('.overrideConfiguration(c -> c.addExecutionInterceptor(AwsSdkTelemetry.create(otel)))');
    assert.deepEqual(await found({ 'Queue.java': sqs, 'Clients.java': telemetry }), []);
    const injected = sqs.replace(
      'sqs.send',
      'propagators.getTextMapPropagator().inject(Context.current(), attributes, SETTER);\n    sqs.send',
    );
    assert.deepEqual(await found({ 'Queue.java': injected, 'Clients.java': config('') }), []);
  });

  it('finds what Spring Cloud AWS sends, unless its observation is on', async () => {
    const queue = `import io.awspring.cloud.sqs.operations.SqsTemplate;
class Queue {
  private final SqsTemplate sqs;
  void send(String body) {
    sqs.send("orders", body);
  }
}
`;
    const yaml = 'spring:\n  cloud:\n    aws:\n      region:\n        static: eu-west-1\n';
    assert.deepEqual(await found({ 'Queue.java': queue, [YAML]: yaml }), ['warning MSG-NO-INJECT Queue.java:6']);
    const on = `${yaml}      sqs:\n        observation-enabled: true\n`;
    assert.deepEqual(await found({ 'Queue.java': queue, [YAML]: on }), []);
    const own =
      'class Config {\n  @Bean SqsTemplate sqs(SqsAsyncClient client, ObservationRegistry registry) { return SqsTemplate.builder().observationRegistry(registry).build(); }\n}\n';
    assert.deepEqual(await found({ 'Queue.java': queue, 'Config.java': own, [YAML]: yaml }), []);
  });

  it('finds what is published to Pub/Sub, unless something writes its attributes', async () => {
    const topic = (template: string, publish: string): string => `import com.google.cloud.pubsub.v1.Publisher;
import com.google.cloud.spring.pubsub.core.PubSubTemplate;
class Topic {
  private final ${template};
  void send(PubsubMessage message) {
    ${publish}
  }
}
`;
    const line = ['warning MSG-NO-INJECT Topic.java:7'];
    const raw = topic('Publisher publisher', 'publisher.publish(message);');
    assert.deepEqual(await found({ 'Topic.java': raw }), line);
    assert.deepEqual(
      await found({ 'Topic.java': topic('PubSubTemplate pubsub', 'pubsub.publish("orders", message);') }),
      line,
    );
    const traced =
      'class Made { Publisher publisher() { return Publisher.newBuilder("t").setEnableOpenTelemetryTracing(true).build(); } }\n';
    assert.deepEqual(await found({ 'Topic.java': raw, 'Made.java': traced }), []);
    const setter = 'enum Attributes implements TextMapSetter<PubsubMessage.Builder> { INSTANCE }\n';
    assert.deepEqual(await found({ 'Topic.java': raw, 'Attributes.java': setter }), []);
  });
});
