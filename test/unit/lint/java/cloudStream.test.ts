import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SLEUTH, SOURCES } from './projects';

const KAFKA = 'org.springframework.cloud:spring-cloud-stream-binder-kafka';

const SENDER = `package com.acme.orders;

import org.springframework.cloud.stream.function.StreamBridge;
import org.springframework.stereotype.Component;

@Component
class OrderEvents {
  private final StreamBridge bridge;
  OrderEvents(StreamBridge bridge) { this.bridge = bridge; }
  void placed(Order order) {
    bridge.send("orders-out-0", order);
  }
}
`;

const TAKER = `package com.acme.orders;

import java.util.function.Consumer;
import org.springframework.context.annotation.*;
import org.springframework.messaging.Message;

@Configuration
class Takers {
  @Bean
  public Consumer<Message<Order>> orders() {
    return message -> save(message.getPayload());
  }
  @Bean
  public Consumer<String> other() {
    return text -> {};
  }
}
`;

const YAML = `spring:
  cloud:
    stream:
      kafka:
        binder:
          brokers: kafka:9092
      bindings:
        orders-in-0:
          destination: orders
`;

async function linted(
  files: Record<string, string>,
  dependencies: readonly string[] = [...MICROMETER, KAFKA],
): ReturnType<typeof lintProject> {
  return lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    'src/main/resources/application.yml': YAML,
    ...files,
  });
}

async function found(files: Record<string, string>, dependencies?: readonly string[]): Promise<readonly string[]> {
  const { findings } = await linted(files, dependencies);
  return findings.map(
    ({ rule, severity, file, line }) => `${rule} ${severity} ${file.replace(`${SOURCES}/`, '')}:${line}`,
  );
}

const BOTH = { [`${SOURCES}/OrderEvents.java`]: SENDER, [`${SOURCES}/Takers.java`]: TAKER };
const AT_SEND = ['JAVA-SPRING-KAFKA-NO-OBSERVATION warning OrderEvents.java:11'];

describe('Spring Cloud Stream on Kafka without observation', () => {
  it('is found once, at the bridge, with the functions that a binding names', async () => {
    const { findings } = await linted(BOTH);
    assert.deepEqual(await found(BOTH), AT_SEND);
    assert.deepEqual(findings[0]!.related, [`${SOURCES}/Takers.java:10 The same here.`]);
    assert.match(findings[0]!.message, /enable-observation` is not set and is off by default/);
  });

  it('is found at a bound function where nothing is sent', async () => {
    const taker = { [`${SOURCES}/Takers.java`]: TAKER };
    assert.deepEqual(await found(taker), ['JAVA-SPRING-KAFKA-NO-OBSERVATION warning Takers.java:10']);
    const unbound = { ...taker, 'src/main/resources/application.yml': YAML.replace('orders-in-0', 'elsewhere-in-0') };
    assert.deepEqual(await found(unbound), []);
    const defined = {
      ...taker,
      'src/main/resources/application.yml': 'spring.cloud.function.definition: audit;orders\n',
    };
    assert.deepEqual(await found(defined), ['JAVA-SPRING-KAFKA-NO-OBSERVATION warning Takers.java:10']);
  });

  it('is silent where the binder observes, by any spelling, one of several binders, or Spring Integration', async () => {
    for (const line of [
      'spring.cloud.stream.kafka.binder.enable-observation: true',
      'spring.cloud.stream.kafka.binder.enableObservation: true',
      'spring.cloud.stream.binders.main.environment.spring.cloud.stream.kafka.binder.enable-observation: true',
      'spring.integration.management.observation-patterns: "*"',
    ])
      assert.deepEqual(await found({ ...BOTH, 'src/main/resources/application-prod.yml': `${line}\n` }), []);
    const docker = `FROM eclipse-temurin:21\nENV SPRING_CLOUD_STREAM_KAFKA_BINDER_ENABLE_OBSERVATION=true\nCMD ["java", "-jar", "app.jar"]\n`;
    assert.deepEqual(await found({ ...BOTH, Dockerfile: docker }), []);
  });

  it('reads the property files that others import, of modules that the service uses, too', async () => {
    const imports = (...names: string[]): Record<string, string> => ({
      ...BOTH,
      'src/main/resources/application.yml': `${YAML}  config:\n    import: ${JSON.stringify(names)}\n`,
    });
    const on = 'spring.cloud.stream.kafka.binder.enable-observation: true\n';
    const shared = { 'src/main/resources/shared-kafka.yml': on };
    assert.deepEqual(await found({ ...imports('classpath:shared-kafka.yml'), ...shared }), []);
    assert.deepEqual(await found({ ...imports('optional:classpath:other.yml'), ...shared }), AT_SEND);
    // A file that is imported for sure may say it where it is not at hand; one about other things does not.
    assert.deepEqual(await found(imports('shared-kafka.yml', 'logging.yml')), [AT_SEND[0]!.replace('warning', 'hint')]);
    assert.deepEqual(await found(imports('logging.yml', 'optional:shared-kafka.yml')), AT_SEND);
  });

  it('is silent with RabbitMQ’s binder, Sleuth, an agent, without tracing, and for customizers', async () => {
    assert.deepEqual(
      await found(BOTH, [...MICROMETER, 'org.springframework.cloud:spring-cloud-stream-binder-rabbit']),
      [],
    );
    assert.deepEqual(await found(BOTH, [...SLEUTH, KAFKA]), []);
    assert.deepEqual(await found(BOTH, [...MICROMETER.slice(0, 2), KAFKA]), []);
    assert.deepEqual(await found({ ...BOTH, Dockerfile: AGENT }), []);
    const customizer =
      'package com.acme.orders;\nclass C {\n  @Bean ListenerContainerCustomizer<?> c() { return (container, d, g) -> container.getContainerProperties().setObservationEnabled(true); }\n}\n';
    assert.deepEqual(await found({ ...BOTH, [`${SOURCES}/C.java`]: customizer }), []);
  });

  it('is meant, of several binders, where the default or a binding is Kafka in all profiles', async () => {
    const both = [...MICROMETER, KAFKA, 'org.springframework.cloud:spring-cloud-starter-stream-rabbit'];
    const said = (text: string): Promise<readonly string[]> =>
      found({ ...BOTH, 'src/main/resources/application.yml': `${YAML}${text}` }, both);
    assert.deepEqual(await said(''), []);
    assert.deepEqual(
      await said(
        'spring.cloud.stream.defaultBinder: rabbit\n---\nspring.config.activate.on-profile: kafka\nspring.cloud.stream.defaultBinder: kafka\n',
      ),
      [],
    );
    assert.deepEqual(await said('spring.cloud.stream.default-binder: kafka\n'), AT_SEND);
    assert.deepEqual(await said('spring.cloud.stream.bindings.orders-in-0.binder: kafka\n'), AT_SEND);
  });

  it('says nothing of an outbox that republishes, and hints where properties come from elsewhere', async () => {
    assert.deepEqual(await found({ [`${SOURCES}/OutboxPublisher.java`]: SENDER }), []);
    const remote = [...MICROMETER, KAFKA, 'org.springframework.cloud:spring-cloud-starter-config'];
    assert.deepEqual(await found(BOTH, remote), ['JAVA-SPRING-KAFKA-NO-OBSERVATION hint OrderEvents.java:11']);
  });

  it('is mended by the property', async () => {
    const { findings } = await linted(BOTH);
    const [fix] = findings[0]!.finding.fixes;
    assert.equal(fix!.title, 'Set spring.cloud.stream.kafka.binder.enable-observation=true');
    assert.match(fix!.edits[0]!.newText, /^enable-observation: true\n {10}$/);
  });
});
