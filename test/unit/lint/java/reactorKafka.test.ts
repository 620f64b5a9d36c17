import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SOURCES } from './projects';

const CONFIG = `package com.acme.orders;
import org.springframework.context.annotation.*;
import org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate;
import reactor.kafka.sender.SenderOptions;

@Configuration
class KafkaConfig {
  @Bean
  ReactiveKafkaProducerTemplate<String, String> orders(KafkaProperties properties) {
    SenderOptions<String, String> options = SenderOptions.create(properties.buildProducerProperties());
    return new ReactiveKafkaProducerTemplate<>(options);
  }
}
`;
const SENDER = `package com.acme.orders;
import org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate;
@Service
class Sender {
  private final ReactiveKafkaProducerTemplate<String, String> kafka;
  Mono<Void> placed(String id) { return kafka.send("orders", id).then(); }
}
`;

async function found(
  config: string,
  sender: string,
  more: Readonly<Record<string, string>> = {},
  dependencies: readonly string[] = MICROMETER,
): Promise<readonly string[]> {
  const { short } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/KafkaConfig.java`]: config,
    [`${SOURCES}/Sender.java`]: sender,
    ...more,
  });
  return short.map((one) => one.replace(`${SOURCES}/`, ''));
}

const AT = ['JAVA-SPRING-KAFKA-NO-OBSERVATION KafkaConfig.java:11'];

describe('Reactor Kafka under Micrometer Tracing', () => {
  it('is found where a template is made without observation, whatever Boot’s property says', async () => {
    assert.deepEqual(await found(CONFIG, SENDER), AT);
    const property = {
      'src/main/resources/application.properties': 'spring.kafka.template.observation-enabled=true\n',
    };
    assert.deepEqual(await found(CONFIG, SENDER, property), AT);
  });

  it('is found with its own sender', async () => {
    const sender = SENDER.replace(
      'org.springframework.kafka.core.reactive.ReactiveKafkaProducerTemplate',
      'reactor.kafka.sender.*',
    ).replace(
      'private final ReactiveKafkaProducerTemplate<String, String> kafka;',
      'private final KafkaSender<String, String> kafka = KafkaSender.create(options());',
    );
    assert.deepEqual(await found('package com.acme.orders;\nclass KafkaConfig {}\n', sender), [
      'JAVA-SPRING-KAFKA-NO-OBSERVATION Sender.java:5',
    ]);
  });

  it('is silent where it observes, or an interceptor or a line of code writes the context', async () => {
    const observed = CONFIG.replace('Properties());', 'Properties()).withObservation(registry);');
    assert.deepEqual(await found(observed, SENDER), []);
    const intercepted = CONFIG.replace(
      'properties.build',
      'Map.of(INTERCEPTOR_CLASSES_CONFIG, X.class); properties.build',
    );
    assert.deepEqual(await found(intercepted, SENDER), []);
  });

  it('is silent where nothing is sent by it, with an agent and without tracing', async () => {
    assert.deepEqual(await found(CONFIG, 'package com.acme.orders;\nclass Sender {}\n'), []);
    assert.deepEqual(await found(CONFIG, SENDER, { Dockerfile: AGENT }), []);
    assert.deepEqual(await found(CONFIG, SENDER, {}, ['org.springframework.boot:spring-boot-starter-web']), []);
  });
});
