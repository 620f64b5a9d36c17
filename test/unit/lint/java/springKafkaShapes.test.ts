import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { applyFix, lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SOURCES } from './projects';

const HEAD = `package com.acme.orders;

import org.springframework.kafka.annotation.*;
import org.springframework.kafka.config.*;
import org.springframework.kafka.core.*;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
import org.springframework.amqp.rabbit.config.*;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

`;

/** Findings as rule and line of the code that is given; properties are there and say nothing of observation. */
async function found(code: string, more: Readonly<Record<string, string>> = {}): Promise<readonly string[]> {
  const { findings } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...MICROMETER),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/Config.java`]: HEAD + code,
    'src/main/resources/application.yml': 'server.port: 8080\n',
    ...more,
  });
  const before = HEAD.split('\n').length - 1;
  return findings.map(
    ({ rule, severity, line }) => `${rule === 'MSG-NO-INJECT' ? 'RABBIT' : 'KAFKA'} ${severity} ${line - before}`,
  );
}

const factory = (...lines: string[]): string => `class Config {
  @Bean ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory(ConsumerFactory<String, String> consumers) {
    var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
    ${lines.join('\n    ')}
    return factory;
  }
}
class Listener { @KafkaListener(topics = "orders") void on(String order) {} }
`;

describe('shapes of Spring Kafka’s templates and factories', () => {
  it('a factory whose observation is switched on through a variable', async () => {
    assert.deepEqual(
      await found(
        factory('var properties = factory.getContainerProperties();', 'properties.setObservationEnabled(true);'),
      ),
      [],
    );
    assert.deepEqual(
      await found(
        factory('var properties = other.getContainerProperties();', 'properties.setObservationEnabled(true);'),
      ),
      ['KAFKA warning 3'],
    );
  });

  it('a template that ships the log of the process', async () => {
    const template = (name: string): string => `class Config {
  @Bean KafkaTemplate<String, String> ${name}(ProducerFactory<String, String> producers) {
    return new KafkaTemplate<>(producers);
  }
}
`;
    for (const name of ['logKafkaTemplate', 'logTemplate', 'loggingKafkaTemplate', 'kafkaLogTemplate'])
      assert.deepEqual(await found(template(name)), [], name);
    for (const name of ['auditLogKafkaTemplate', 'loginTemplate', 'kafkaTemplate'])
      assert.deepEqual(await found(template(name)), ['KAFKA warning 3'], name);
  });

  it('a container that is made without a factory', async () => {
    const container = (...lines: string[]): string => `class Config {
  @Bean Object orders(ConsumerFactory<String, String> consumers) {
    ContainerProperties properties = new ContainerProperties("orders");
    ${lines.join(' ')}
    return new org.springframework.kafka.listener.ConcurrentMessageListenerContainer<>(consumers, properties);
  }
}
`;
    const listens = 'properties.setMessageListener(new Orders());';
    assert.deepEqual(await found(container(listens)), ['KAFKA warning 5']);
    assert.deepEqual(await found(container(listens, 'properties.setObservationEnabled(true);')), []);
    assert.deepEqual(await found(container()), []);
    assert.deepEqual(await found(container(listens, 'run(extractContext(headers));')), []);
    assert.deepEqual(await found(container('properties.setMessageListener((BatchMessageListener<?, ?>) all);')), []);
    assert.deepEqual(await found(container(listens), { Dockerfile: AGENT }), []);
    const replies = 'class Asks { ReplyingKafkaTemplate<String, String, String> asks; }\n';
    assert.deepEqual(await found(container(listens) + replies), []);
  });

  it('a factory that reads the flag of Boot’s properties', async () => {
    const line =
      'factory.getContainerProperties().setObservationEnabled(kafkaProperties.getListener().isObservationEnabled());';
    assert.deepEqual(await found(factory(line)), []);
    assert.deepEqual(await found(factory('factory.getContainerProperties().setObservationEnabled(false);')), [
      'KAFKA warning 3',
    ]);
  });

  it('a factory that Boot configures and code switches on, whose listeners are observed', async () => {
    assert.deepEqual(
      await found(
        factory(
          'configurer.configure(factory, consumers);',
          'factory.getContainerProperties().setObservationEnabled(true);',
        ),
      ),
      [],
    );
    assert.deepEqual(await found(factory('configurer.configure(factory, consumers);')), ['KAFKA warning 8']);
  });

  it('one of two factories', async () => {
    const two = `class Config {
  @Bean ConcurrentKafkaListenerContainerFactory<String, String> first() {
    var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
    factory.getContainerProperties().setObservationEnabled(true);
    return factory;
  }
  @Bean ConcurrentKafkaListenerContainerFactory<String, String> second() {
    var factory = new ConcurrentKafkaListenerContainerFactory<String, String>();
    return factory;
  }
}
`;
    assert.deepEqual(await found(two), ['KAFKA warning 8']);
  });

  it('templates that reply, that route, and one that is returned as it is made', async () => {
    const of = (made: string): string => `class Config {\n  @Bean Object template() {\n    return ${made};\n  }\n}\n`;
    assert.deepEqual(await found(of('new KafkaTemplate<>(producers())')), ['KAFKA warning 3']);
    assert.deepEqual(
      await found(
        'import org.springframework.kafka.requestreply.ReplyingKafkaTemplate;\n' +
          of('new ReplyingKafkaTemplate<>(producers(), container)'),
      ),
      ['KAFKA warning 4'],
    );
    assert.deepEqual(await found(of('new RoutingKafkaTemplate(producers())')), ['KAFKA warning 3']);
  });

  it('templates that publish dead letters, whose headers are those of the record', async () => {
    assert.deepEqual(
      await found(
        'class Config {\n  @Bean Object recoverer() { return new DeadLetterPublishingRecoverer(new KafkaTemplate<>(producers())); }\n}\n',
      ),
      [],
    );
    assert.deepEqual(
      await found(
        'class Config {\n  @Bean KafkaTemplate<String, String> dltKafkaTemplate() { return new KafkaTemplate<>(producers()); }\n}\n',
      ),
      [],
    );
  });

  it('Boot’s template, where code makes others only for what takes them', async () => {
    const code = (returns: string): string => `class Config {
  @Bean ${returns} recoverer(ProducerFactory<String, String> producers) {
    return new ${returns}(new KafkaTemplate<>(producers));
  }
}
class Orders {
  private final KafkaTemplate<String, String> kafka;
  Orders(KafkaTemplate<String, String> kafka) { this.kafka = kafka; }
  void place(String order) { kafka.send("orders", order); }
}
`;
    assert.deepEqual(await found(code('DeadLetterPublishingRecoverer')), ['KAFKA warning 9']);
    assert.equal((await found(code('OwnKafkaTemplate'))).includes('KAFKA warning 9'), false);
  });

  it('what Boot makes, with Kotlin of the same process that switches it on', async () => {
    const code =
      'class Sender {\n  KafkaTemplate<String, String> kafka;\n  void send() { kafka.send("orders", "1"); }\n}\n';
    const setup = (line: string): Record<string, string> => ({
      'src/main/kotlin/com/acme/orders/Setup.kt': `package com.acme.orders

import org.springframework.kafka.core.KafkaTemplate

class Setup(private val template: KafkaTemplate<String, String>) {
  fun start() {
    ${line}
  }
}
`,
    });
    assert.deepEqual(await found(code, setup('template.flush()')), ['KAFKA warning 3']);
    assert.deepEqual(await found(code, setup('template.setObservationEnabled(true)')), []);
  });
});

describe('what Spring Kafka’s observation depends on', () => {
  const YAML = 'src/main/resources/application.yml';
  const template =
    'class Config {\n  @Bean KafkaTemplate<String, String> template() {\n    return new KafkaTemplate<>(producers());\n  }\n}\n';
  const sender =
    'class Sender {\n  KafkaTemplate<String, String> kafka;\n  void send() { kafka.send("orders", "1"); }\n}\n';
  const listener = 'class Listener { @KafkaListener(topics = "orders") void on(String order) {} }\n';

  it('an agent, which covers own beans and Boot’s', async () => {
    for (const code of [template, factory(), sender, listener]) {
      assert.equal((await found(code)).length, 1, code);
      assert.deepEqual(await found(code, { Dockerfile: AGENT }), [], code);
    }
  });

  it('properties that the environment sets, which are none for own beans', async () => {
    const compose = {
      'docker-compose.yml':
        'services:\n  orders:\n    build: .\n    environment:\n      SPRING_KAFKA_TEMPLATE_OBSERVATION_ENABLED: "true"\n      SPRING_KAFKA_LISTENER_OBSERVATION_ENABLED: "true"\n',
    };
    assert.deepEqual(await found(sender, compose), []);
    assert.deepEqual(await found(listener, compose), []);
    assert.deepEqual(await found(template, compose), ['KAFKA warning 3']);
    assert.deepEqual(await found(factory(), compose), ['KAFKA warning 3']);
  });

  it('the property of its own side', async () => {
    const ofListeners = { [YAML]: 'spring.kafka.listener.observation-enabled: true\n' };
    assert.deepEqual(await found(sender, ofListeners), ['KAFKA warning 3']);
    assert.deepEqual(await found(listener, ofListeners), []);
    const ofTemplates = { [YAML]: 'spring.kafka.template.observation-enabled: true\n' };
    assert.deepEqual(await found(listener, ofTemplates), ['KAFKA warning 1']);
  });

  it('listeners of a class, and those of batches', async () => {
    const ofClass = '@KafkaListener(topics = "orders") class Listener {\n  @KafkaHandler void on(Placed order) {}\n}\n';
    assert.deepEqual(await found(ofClass), ['KAFKA warning 1']);
    const batch = listener.replace('topics = "orders"', 'topics = "orders", batch = "true"');
    assert.deepEqual(await found(batch), ['KAFKA info 1']);
  });

  it('a customizer of containers that switches it on', async () => {
    assert.deepEqual(
      await found(
        factory('factory.setContainerCustomizer(c -> c.getContainerProperties().setObservationEnabled(true));'),
      ),
      [],
    );
  });

  it('code outside tests', async () => {
    const path = `${SOURCES.replace('main', 'test')}/ListenerTest.java`;
    assert.deepEqual(await found('class Config {}\n', { [path]: HEAD + template + listener }), []);
  });

  it('a line in the bean where it is an own one, and the property of listeners where it is Boot’s', async () => {
    const project = (code: string, yaml: string): Record<string, string> => ({
      'pom.xml': pom('orders', ...MICROMETER),
      [`${SOURCES}/OrdersApplication.java`]: MAIN,
      [`${SOURCES}/Config.java`]: HEAD + code,
      [YAML]: yaml,
    });
    const on = 'spring.kafka.template.observation-enabled: true\n';
    const own = project(template, on);
    const [bean] = (await lintProject(javaCheck, own)).findings;
    const mended = applyFix(own, bean!.finding);
    assert.equal(mended[YAML], on);
    assert.match(mended[`${SOURCES}/Config.java`]!, /template\.setObservationEnabled\(true\);\n {4}return template;/);
    assert.deepEqual((await lintProject(javaCheck, mended)).short, []);

    const boot = project(listener, 'spring:\n  kafka:\n    client-id: orders\n');
    const [listens] = (await lintProject(javaCheck, boot)).findings;
    const set = applyFix(boot, listens!.finding);
    assert.equal(set[YAML], 'spring:\n  kafka:\n    listener.observation-enabled: true\n    client-id: orders\n');
    assert.deepEqual((await lintProject(javaCheck, set)).short, []);
  });
});

describe('shapes of Rabbit’s templates and factories', () => {
  const template = (line = ''): string => `class Config {
  @Bean RabbitTemplate rabbitTemplate(ConnectionFactory connections) {
    RabbitTemplate template = new RabbitTemplate(connections);
    ${line}
    return template;
  }
}
class Sender { RabbitTemplate rabbit; void send() { rabbit.convertAndSend("orders", "1"); } }
`;

  it('an own template, at its making, with or without observation', async () => {
    assert.deepEqual(await found(template()), ['RABBIT warning 3']);
    assert.deepEqual(await found(template('template.setObservationEnabled(true);')), []);
    const yaml = 'spring.rabbitmq.template.observation-enabled: true\n';
    assert.deepEqual(await found(template(), { 'src/main/resources/application.yml': yaml }), ['RABBIT warning 3']);
  });

  it('listeners of Boot’s factory, and of an own one', async () => {
    const listener = 'class Listener { @RabbitListener(queues = "orders") void on(String order) {} }\n';
    assert.deepEqual(await found(listener), ['RABBIT warning 1']);
    const yaml = {
      'src/main/resources/application.yml': 'spring.rabbitmq.listener.simple.observation-enabled: true\n',
    };
    assert.deepEqual(await found(listener, yaml), []);
    const own = `class Config {\n  @Bean SimpleRabbitListenerContainerFactory factory() {\n    var factory = new SimpleRabbitListenerContainerFactory();\n    LINE\n    return factory;\n  }\n}\n${listener}`;
    assert.deepEqual(await found(own.replace('LINE', ''), yaml), ['RABBIT warning 3']);
    assert.deepEqual(await found(own.replace('LINE', 'factory.setObservationEnabled(true);')), []);
    assert.deepEqual(await found(own.replace('LINE', 'configurer.configure(factory, connections);'), yaml), []);
  });

  it('containers that a customizer observes', async () => {
    const listener = 'class Listener { @RabbitListener(queues = "orders") void on(String order) {} }\n';
    const customizer =
      'class Config {\n  @Bean ContainerCustomizer<SimpleMessageListenerContainer> c() { return container -> container.setObservationEnabled(true); }\n}\n';
    assert.deepEqual(await found(customizer + listener), []);
  });
});
