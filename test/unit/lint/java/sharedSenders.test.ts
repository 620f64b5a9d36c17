import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { MICROMETER, pom } from './projects';

const SENDER = 'common/src/main/java/com/acme/common/outbox/OutboxPublisher.java';

const COMMON = {
  'pom.xml':
    '<project><groupId>com.acme</groupId><artifactId>all</artifactId><packaging>pom</packaging><modules><module>common</module><module>orders</module><module>mails</module></modules></project>',
  'common/pom.xml': pom('common', ...MICROMETER, 'org.springframework.kafka:spring-kafka'),
  [SENDER]: `package com.acme.common.outbox;

import org.springframework.kafka.core.KafkaTemplate;

@Component
public class OutboxPublisher {
  private final KafkaTemplate<String, String> kafka;
  OutboxPublisher(KafkaTemplate<String, String> kafka) { this.kafka = kafka; }
  @Scheduled(fixedDelay = 500) void publish() { kafka.send("orders", "id", "payload"); }
}
`,
  'common/src/main/java/com/acme/common/outbox/Outbox.java':
    'package com.acme.common.outbox;\npublic interface Outbox { void add(String payload); }\n',
  'common/src/main/java/com/acme/common/events/Events.java':
    'package com.acme.common.events;\nimport com.acme.common.outbox.Outbox;\n@Component\npublic class Events { Events(Outbox outbox) { outbox.add("made"); } }\n',
  'common/src/main/java/com/acme/common/dto/Page.java':
    'package com.acme.common.dto;\npublic class Page { int size; }\n',
};

/** A service with the shared module, and a class that works with what is imported. */
function service(name: string, properties: string, ...imports: readonly string[]): Record<string, string> {
  const at = `${name}/src/main/java/com/acme/${name}`;
  const named = imports.map((one) => `import ${one};\n`).join('');
  return {
    [`${name}/pom.xml`]: pom(name, ...MICROMETER, 'com.acme:common:1.0.0'),
    [`${name}/src/main/resources/application.yml`]: properties,
    [`${at}/Application.java`]: `package com.acme.${name};\n@SpringBootApplication\nclass Application { public static void main(String[] args) { SpringApplication.run(Application.class, args); } }\n`,
    ...(imports.length > 0 && {
      [`${at}/Work.java`]: `package com.acme.${name};\n${named}@Service\nclass Work { }\n`,
    }),
  };
}

async function found(...services: readonly Record<string, string>[]): Promise<readonly string[]> {
  const { findings } = await lintProject(javaCheck, Object.assign({}, COMMON, ...services) as typeof COMMON);
  // The module by itself has no properties, of which only a hint may be told.
  const told = findings.filter(({ severity }) => severity !== 'hint');
  return [...new Set(told.map(({ rule, finding }) => `${rule} ${finding.message.slice(0, 44)}`))];
}

const ON = 'spring.kafka.template.observation-enabled: true\n';
const OFF = 'server.port: 8080\n';
const LOST = ['JAVA-SPRING-KAFKA-NO-OBSERVATION `spring.kafka.template.observation-enabled` '];

describe('what a module that several services share sends by Spring Kafka', () => {
  it('is told where a service that uses its package does not observe it', async () => {
    const orders = service('orders', OFF, 'com.acme.common.outbox.Outbox');
    assert.deepEqual(await found(orders), LOST);
    assert.deepEqual(await found(orders, service('mails', ON, 'com.acme.common.outbox.Outbox')), LOST);
    assert.deepEqual(await found(service('orders', OFF, 'com.acme.common.outbox.*')), LOST);
  });

  it('is told where the package is used over another of the module', async () => {
    assert.deepEqual(await found(service('orders', OFF, 'com.acme.common.events.Events')), LOST);
  });

  it('is not told of a service that only has the module for other things', async () => {
    const orders = service('orders', ON, 'com.acme.common.outbox.Outbox');
    assert.deepEqual(await found(orders, service('mails', OFF, 'com.acme.common.dto.Page')), []);
    assert.deepEqual(await found(orders), []);
  });

  it('is told of a service that is nothing but a main class', async () => {
    assert.deepEqual(await found(service('orders', OFF)), LOST);
  });
});
