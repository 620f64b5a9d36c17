import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SOURCES } from './projects';

async function messages(
  files: Record<string, string>,
  properties = 'server.port=8080\n',
  dependencies: readonly string[] = MICROMETER,
): Promise<readonly string[]> {
  const { findings } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    'src/main/resources/application.properties': properties,
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`${SOURCES}/${name}`, `package com.acme.orders;\n${text}`]),
    ),
  });
  return findings.map(({ message }) => message);
}

const sender = (body: string): Record<string, string> => ({
  'Sender.java': `import org.springframework.amqp.core.AmqpTemplate;
class Sender {
  private final AmqpTemplate rabbit;
  private final Tracer tracer;
  void placed(Object order) {
    ${body}
  }
}
`,
});

const PLAIN = sender('rabbit.convertAndSend("orders", "placed", order);');

describe('messages of Spring AMQP', () => {
  it('are left alone where their headers are written by hand', async () => {
    const body = `String id = tracer.currentSpan().context().traceId();
    rabbit.convertAndSend("orders", "placed", order, message -> {
      message.getMessageProperties().setHeader("traceId", id);
      return message;
    });`;
    assert.deepEqual(await messages(sender(body)), []);
    assert.equal((await messages(PLAIN)).length, 1);
  });

  it('are left alone where a helper gives the headers to what sends', async () => {
    const stamp = (headers: string): Record<string, string> => ({
      'Stamp.java': `class Stamp {
  <T> T inSpan(String name, Function<Map<String, String>, T> work) {
    Span span = tracer.spanBuilder(name).startSpan();
    try (Scope scope = span.makeCurrent()) {
      Map<String, String> headers = new HashMap<>();
      ${headers}
      return work.apply(headers);
    } finally {
      span.end();
    }
  }
}
`,
    });
    const send = sender(
      'stamp.inSpan("placed", headers -> rabbit.convertAndSend("orders", "placed", order(headers)));',
    );
    const inject = 'propagator.inject(Context.current(), headers, Map::put);';
    assert.deepEqual(await messages({ ...send, ...stamp(inject) }), []);
    assert.equal((await messages({ ...send, ...stamp('') })).length, 1);
    const alone = sender('stamp.inSpan("placed", () -> rabbit.convertAndSend("orders", "placed", order));');
    assert.equal((await messages({ ...alone, ...stamp(inject) })).length, 1);
  });

  it('are observed by a template whatever its variable is called', async () => {
    const config = (line: string): Record<string, string> => ({
      ...PLAIN,
      'Config.java': `import org.springframework.amqp.rabbit.core.RabbitTemplate;
import org.springframework.context.annotation.*;
@Configuration
class Config {
  @Bean
  RabbitTemplate rabbitTemplate(ConnectionFactory connection) {
    final RabbitTemplate factory = new RabbitTemplate(connection);
    ${line}
    return factory;
  }
}
`,
    });
    assert.deepEqual(await messages(config('factory.setObservationEnabled(true);')), []);
    assert.equal((await messages(config(''))).length, 1);
  });

  it('say what the property is where it is written', async () => {
    const [off] = await messages(PLAIN, 'spring.rabbitmq.template.observation-enabled=false\n');
    assert.match(off ?? '', /observation-enabled` is `false` \(/);
    const [unset] = await messages(PLAIN);
    assert.match(unset ?? '', /is not set and is off by default/);
  });
});

describe('a bridge of Micrometer Tracing without an exporter among the files', () => {
  const bridge = ['io.micrometer:micrometer-tracing-bridge-brave'];

  it('traces where the ids are logged or a sampling is told', async () => {
    for (const line of [
      'management.tracing.sampling.probability=1.0',
      'logging.pattern.level=%5p [%X{traceId},%X{spanId}]',
    ])
      assert.equal((await messages(PLAIN, `${line}\n`, bridge)).length, 1, line);
  });

  it('traces beside Actuator, which puts the ids into the log', async () => {
    const actuator = 'org.springframework.boot:spring-boot-starter-actuator';
    assert.equal((await messages(PLAIN, 'server.port=8080\n', [...bridge, actuator])).length, 1);
  });

  it('shows nothing otherwise', async () => {
    assert.deepEqual(await messages(PLAIN, 'logging.pattern.level=%5p\n', bridge), []);
    assert.deepEqual(
      await messages(PLAIN, 'management.tracing.sampling.probability=1.0\nmanagement.tracing.enabled=false\n', bridge),
      [],
    );
  });
});

describe('@Async methods that ask a model', () => {
  it('lose the trace without a decorator', async () => {
    const files = {
      'Documents.java': `import org.springframework.scheduling.annotation.*;
import org.springframework.ai.vectorstore.VectorStore;
@EnableAsync
class Documents {
  private final VectorStore vectorStore;
  @Async
  public void load() { vectorStore.accept(read()); }
}
`,
    };
    assert.equal((await messages(files)).length, 1);
    const decorator = 'class Config { @Bean ContextPropagatingTaskDecorator decorator() { return null; } }';
    assert.deepEqual(await messages({ ...files, 'Config.java': decorator }), []);
  });
});
