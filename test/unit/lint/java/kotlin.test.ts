import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject, type FoundPlace } from '../support/lintProject';
import { AGENT, MICROMETER, pom } from './projects';

const HEAD = `package com.acme.orders

import org.springframework.boot.runApplication
import org.springframework.kafka.config.*
import org.springframework.kafka.core.*
import org.springframework.scheduling.annotation.*
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor
import org.springframework.web.client.*
import org.springframework.web.reactive.function.client.WebClient
import kotlinx.coroutines.*

@SpringBootApplication
class OrdersApplication
fun main(args: Array<String>) { runApplication<OrdersApplication>(*args) }

`;

async function places(code: string, more: Readonly<Record<string, string>> = {}): Promise<readonly FoundPlace[]> {
  const { findings } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...MICROMETER, 'org.springframework.kafka:spring-kafka'),
    'src/main/resources/application.yml': 'server.port: 8080\n',
    'src/main/kotlin/com/acme/orders/Orders.kt': HEAD + code,
    ...more,
  });
  return findings;
}

/** Rules and lines, of which the first of the code is 1. */
async function found(code: string, more?: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const before = HEAD.split('\n').length - 1;
  return (await places(code, more)).map(({ rule, line }) => `${rule} ${line - before}`);
}

const bean = (...lines: readonly string[]): string =>
  `@Configuration\nclass Beans {\n  @Bean\n  ${lines.join('\n  ')}\n}\n`;

describe('lint: Kotlin under Spring', () => {
  it('finds clients that are made without Spring’s builders, in the words of Kotlin and without fixes in Java', async () => {
    const code = bean('fun rest(): RestTemplate = RestTemplate()');
    assert.deepEqual(await found(code), ['JAVA-SPRING-NEW-RESTTEMPLATE 4']);
    const [only] = await places(code);
    assert.match(only!.message, /`RestTemplate\(\)`/);
    assert.deepEqual(only!.finding.fixes, []);
    assert.deepEqual(await found(bean('fun rest(builder: RestTemplateBuilder) = builder.build()')), []);
    assert.deepEqual(await found(code, { Dockerfile: AGENT }), []);
  });

  it('finds static builders, but for those that are observed', async () => {
    const client = (chain: string): string =>
      `class Stock {\n  private val client = RestClient.builder()${chain}.build()\n  fun get(id: String) = client.get().uri("http://stock:80/$id").retrieve()\n}\n`;
    assert.deepEqual(await found(client('')), ['JAVA-SPRING-STATIC-BUILDER 2']);
    assert.deepEqual(await found(client('.observationRegistry(registry)')), []);
    const web = 'class Stock {\n  val web = WebClient.create("http://stock:80")\n}\n';
    assert.deepEqual(await found(web), ['JAVA-SPRING-STATIC-BUILDER 2']);
    assert.deepEqual(await found(web.replace('http://stock:80', 'https://api.stripe.com')), []);
  });

  it('knows the ways Kotlin has to switch the observation of Kafka on', async () => {
    const factory = (...lines: readonly string[]): string =>
      bean(
        'fun kafkaListenerContainerFactory(consumers: ConsumerFactory<String, String>): ConcurrentKafkaListenerContainerFactory<String, String> {',
        '  val factory = ConcurrentKafkaListenerContainerFactory<String, String>()',
        ...lines.map((line) => `  ${line}`),
        '  return factory',
        '}',
      ) + 'class On {\n  @KafkaListener(topics = ["orders"])\n  fun on(order: String) {}\n}\n';
    const lost = ['JAVA-SPRING-KAFKA-NO-OBSERVATION 5'];
    assert.deepEqual(await found(factory('factory.consumerFactory = consumers')), lost);
    assert.deepEqual(await found(factory('factory.containerProperties.isObservationEnabled = true')), []);
    assert.deepEqual(await found(factory('factory.containerProperties.isObservationEnabled = false')), lost);
    assert.deepEqual(await found(factory('factory.containerProperties.setObservationEnabled(true)')), []);
  });

  it('follows what is configured on the spot', async () => {
    const template = (apply: string): string =>
      bean(`fun template(producers: ProducerFactory<String, String>) = KafkaTemplate(producers)${apply}`);
    const lost = ['JAVA-SPRING-KAFKA-NO-OBSERVATION 4'];
    assert.deepEqual(await found(template('')), lost);
    assert.deepEqual(await found(template('.apply { setObservationEnabled(true) }')), []);
    assert.deepEqual(await found(template('.also { it.setObservationEnabled(true) }')), []);
    assert.deepEqual(await found(template('.apply { defaultTopic = "orders" }')), lost);
  });

  it('finds executors without a decorator', async () => {
    const executor = (line: string): string =>
      bean(`fun pool() = ThreadPoolTaskExecutor().apply {\n    corePoolSize = 4\n    ${line}\n  }`) +
      '@EnableAsync\nclass Mails(private val rest: RestTemplate) {\n  @Async\n  fun mail(id: String) { rest.getForObject("http://mails:80/$id", String::class.java) }\n}\n';
    assert.deepEqual(await found(executor('initialize()')), ['JAVA-ASYNC-NO-DECORATOR 4']);
    assert.deepEqual(await found(executor('setTaskDecorator(ContextPropagatingTaskDecorator())')), []);
  });

  it('finds Feign without Micrometer', async () => {
    const code =
      '@FeignClient(name = "stock", url = "http://stock:80")\ninterface Stock {\n  @GetMapping("/x") fun x(): String\n}\n';
    const dependencies = [...MICROMETER, 'org.springframework.cloud:spring-cloud-starter-openfeign'];
    const manifest = (...more: readonly string[]): Record<string, string> => ({
      'pom.xml': pom('orders', ...dependencies, ...more),
    });
    assert.deepEqual(await found(code, manifest()), ['JAVA-FEIGN-NO-MICROMETER 1']);
    assert.deepEqual(await found(code, manifest('io.github.openfeign:feign-micrometer')), []);
  });

  it('leaves tests', async () => {
    const test = { 'src/test/kotlin/com/acme/orders/OrdersTest.kt': HEAD + bean('fun rest() = RestTemplate()') };
    assert.deepEqual(await found('', test), []);
  });
});

describe('lint: coroutines in Kotlin', () => {
  const mails = (
    start: string,
  ): string => `class Mails(private val rest: RestTemplate, private val scope: CoroutineScope) {
  fun order(id: String) {
    ${start} {
      rest.getForObject("http://mails:80/$id", String::class.java)
    }
  }
}
`;

  it('finds those that another dispatcher runs, where nothing puts the trace into their context', async () => {
    assert.deepEqual(await found(mails('scope.launch(Dispatchers.IO)')), ['JAVA-ASYNC-NO-DECORATOR 3']);
    assert.deepEqual(await found(mails('withContext(ioDispatcher)')), ['JAVA-ASYNC-NO-DECORATOR 3']);
  });

  it('leaves those that take it along, or stay where they are', async () => {
    assert.deepEqual(await found(mails('scope.launch(Dispatchers.IO + Context.current().asContextElement())')), []);
    assert.deepEqual(await found(mails('scope.launch')), []);
    assert.deepEqual(await found(mails('coroutineScope')), []);
    assert.deepEqual(await found(mails('scope.launch(Dispatchers.IO)'), { Dockerfile: AGENT }), []);
    const reactor = { 'src/main/resources/application.yml': 'spring:\n  reactor:\n    context-propagation: auto\n' };
    assert.deepEqual(await found(mails('scope.launch(Dispatchers.IO)'), reactor), []);
    const logs = mails('scope.launch(Dispatchers.IO)').replace(/rest\.get.*/, 'log.info(id)');
    assert.deepEqual(await found(logs), []);
  });

  it('leaves what goes on until it is stopped', async () => {
    const loop = (condition: string): string =>
      mails('scope.launch(Dispatchers.IO)').replace(/rest\.get.*/, `while (${condition}) { $& }`);
    for (const condition of ['isActive', 'currentCoroutineContext().isActive', '!stopped.get()', 'this.running'])
      assert.deepEqual(await found(loop(condition)), [], condition);
    for (const condition of ['attempts < 3', 'next.hasNext()', 'running < 3'])
      assert.deepEqual(await found(loop(condition)), ['JAVA-ASYNC-NO-DECORATOR 3'], condition);
  });

  it('leaves batches of Kafka’s, for which Spring Kafka opens no observation', async () => {
    const listener = (type: string): string =>
      mails('runBlocking(Dispatchers.IO)').replace(
        'fun order(id: String)',
        `@KafkaListener(topics = ["mails"], containerFactory = "own") fun order(id: ${type})`,
      );
    const on = { 'src/main/resources/application.yml': 'spring.kafka.listener.observation-enabled: true\n' };
    assert.deepEqual(await found(listener('List<ConsumerRecord<String, Mail>>'), on), []);
    assert.deepEqual(await found(listener('ConsumerRecord<String, Mail>'), on), ['JAVA-ASYNC-NO-DECORATOR 3']);
  });
});
