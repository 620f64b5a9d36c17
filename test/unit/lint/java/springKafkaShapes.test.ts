import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SOURCES } from './projects';

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

  it('what Boot makes, where Kotlin of the same process may say more', async () => {
    const code =
      'class Sender {\n  KafkaTemplate<String, String> kafka;\n  void send() { kafka.send("orders", "1"); }\n}\n';
    assert.deepEqual(await found(code), ['KAFKA warning 3']);
    assert.deepEqual(await found(code, { 'src/main/kotlin/com/acme/orders/Setup.kt': 'class Setup\n' }), [
      'KAFKA hint 3',
    ]);
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
