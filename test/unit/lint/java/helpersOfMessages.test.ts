import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SOURCES } from './projects';

async function found(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { findings } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...MICROMETER),
    'src/main/resources/application.properties': 'server.port=8080\n',
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`${SOURCES}/${name}`, `package com.acme.orders;\n${text}`]),
    ),
  });
  return findings.map(({ rule, file, line }) => `${rule} ${file.replace(`${SOURCES}/`, '')}:${line}`);
}

const TRACES = `import io.opentelemetry.context.Context;
class Traces {
  private final TextMapPropagator propagator;
  private final AmqpHeaders headers;
  void writeTo(Message message) { propagator.inject(Context.current(), message, headers); }
  Message around(byte[] body) { Message made = new Message(body); writeTo(made); return made; }
  Context readFrom(Message message) { return propagator.extract(Context.current(), message, headers); }
  void count(Message message) { counter.increment(); }
}
`;

const rabbit = (...lines: string[]): string => `import org.springframework.amqp.core.Message;
import org.springframework.amqp.rabbit.core.RabbitTemplate;
class Publisher {
  private final RabbitTemplate template;
  private final Traces traces;
  private final AddsTrace addsTrace;
  void placed(byte[] body) {
    ${lines.join('\n    ')}
  }
}
`;

describe('messages of Spring that are given their context by helpers', () => {
  it('are left alone where a method that injects is given the message before it is sent', async () => {
    const given = rabbit(
      'Message message = new Message(body);',
      'traces.writeTo(message);',
      'template.send("orders", "placed", message);',
    );
    assert.deepEqual(await found({ 'Traces.java': TRACES, 'Publisher.java': given }), []);
    const counted = given.replace('writeTo', 'count');
    assert.deepEqual(await found({ 'Traces.java': TRACES, 'Publisher.java': counted }), [
      'MSG-NO-INJECT Publisher.java:11',
    ]);
  });

  it('are left alone where such a method makes them, or a post-processor of the process injects', async () => {
    const made = rabbit('template.send("orders", "placed", traces.made(body));');
    const makes = TRACES.replace('Message around(byte[] body) {', 'Message made(byte[] body) {').replace(
      'writeTo(made);',
      'propagator.inject(Context.current(), made, headers);',
    );
    assert.deepEqual(await found({ 'Traces.java': makes, 'Publisher.java': made }), []);
    const processed = rabbit('template.convertAndSend("orders", "placed", body, addsTrace);');
    const processor = `import io.opentelemetry.context.Context;
class AddsTrace implements MessagePostProcessor {
  public Message postProcessMessage(Message message) { propagator.inject(Context.current(), message, SETTER); return message; }
}
`;
    assert.deepEqual(await found({ 'AddsTrace.java': processor, 'Publisher.java': processed }), []);
    assert.deepEqual(await found({ 'Publisher.java': processed }), ['MSG-NO-INJECT Publisher.java:9']);
  });

  it('are not helped by what injects into another message', async () => {
    const other = rabbit(
      'traces.writeTo(audit);',
      'Message message = new Message(body);',
      'template.send("orders", "placed", message);',
    );
    assert.deepEqual(await found({ 'Traces.java': TRACES, 'Publisher.java': other }), [
      'MSG-NO-INJECT Publisher.java:11',
    ]);
  });
});

describe('listeners that read the context of their messages themselves', () => {
  const listener = (line: string): string => `import org.springframework.amqp.rabbit.annotation.RabbitListener;
class Listener {
  private final Traces traces;
  @RabbitListener(queues = "orders")
  void on(Message message) { ${line} stock.reserve(message); }
}
`;

  it('need no observation of Spring AMQP', async () => {
    const reads = listener('try (Scope scope = traces.readFrom(message).makeCurrent()) {} ');
    assert.deepEqual(await found({ 'Traces.java': TRACES, 'Listener.java': reads }), []);
    const plain = listener('');
    assert.deepEqual(await found({ 'Traces.java': TRACES, 'Listener.java': plain }), ['MSG-NO-INJECT Listener.java:5']);
  });

  const factory = (name: string): string => `import org.springframework.context.annotation.*;
import org.springframework.kafka.config.*;
@Configuration
class Config {
  @Bean
  ConcurrentKafkaListenerContainerFactory<String, String> ${name}() {
    return new ConcurrentKafkaListenerContainerFactory<>();
  }
}
`;
  const kafka = (body: string): string => `import org.springframework.kafka.annotation.KafkaListener;
class Listener {
  @KafkaListener(topics = "orders", containerFactory = "orders")
  void on(ConsumerRecord<String, String> record) { ${body} stock.reserve(record.value()); }
}
`;
  const READS = 'propagator.extract(Context.current(), record.headers(), GETTER).makeCurrent();';

  it('need no observation of a factory of one’s own', async () => {
    const place = 'JAVA-SPRING-KAFKA-NO-OBSERVATION Config.java:8';
    assert.deepEqual(await found({ 'Config.java': factory('orders'), 'Listener.java': kafka('') }), [place]);
    assert.deepEqual(await found({ 'Config.java': factory('orders'), 'Listener.java': kafka(READS) }), []);
  });

  it('are looked for elsewhere where none names a factory, but for the default one and one for batches', async () => {
    const place = 'JAVA-SPRING-KAFKA-NO-OBSERVATION Config.java:8';
    const both = (spare: string, batch = ''): Record<string, string> => ({
      'Config.java': factory('orders'),
      'Spare.java': factory(spare)
        .replace('class Config', 'class Spare')
        .replace('return new', 'var made = new')
        .replace('<>();', `<>();\n    ${batch}return made;`),
      'Listener.java': kafka(''),
    });
    const spare = 'JAVA-SPRING-KAFKA-NO-OBSERVATION Spare.java:8';
    assert.deepEqual(await found(both('mails')), [place, spare]);
    assert.deepEqual(await found(both('kafkaListenerContainerFactory')), [place]);
    assert.deepEqual(await found(both('mails', 'made.setBatchListener(true);\n    ')), [place]);
  });

  it('are a template’s whose interceptor or whose senders inject', async () => {
    const config = `import org.springframework.context.annotation.*;
import org.springframework.kafka.core.*;
@Configuration
class Config {
  @Bean
  KafkaTemplate<String, String> kafkaTemplate(ProducerFactory<String, String> factory) {
    return new KafkaTemplate<>(factory);
  }
}
`;
    const send = (line: string): string => `import org.springframework.kafka.core.KafkaTemplate;
class Sender {
  private final KafkaTemplate<String, String> template;
  void placed(ProducerRecord<String, String> record) { ${line} template.send(record); }
}
`;
    const plain = { 'Config.java': config, 'Sender.java': send('') };
    assert.deepEqual(await found(plain), ['JAVA-SPRING-KAFKA-NO-OBSERVATION Config.java:8']);
    const injects = send('propagator.inject(Context.current(), record.headers(), SETTER);');
    assert.deepEqual(await found({ ...plain, 'Sender.java': injects }), []);
    const named = send('record.headers().add("trace-id", id);');
    assert.equal((await found({ ...plain, 'Sender.java': named })).length, 1);
    const interceptor = `class AddsTrace implements ProducerInterceptor<String, String> {
  public ProducerRecord<String, String> onSend(ProducerRecord<String, String> record) {
    propagator.inject(Context.current(), record.headers(), SETTER);
    return record;
  }
}
`;
    assert.deepEqual(await found({ ...plain, 'AddsTrace.java': interceptor }), []);
  });
});

describe('decorators of executors that copy what logs say', () => {
  const MDC = `import org.slf4j.MDC;
import org.springframework.core.task.TaskDecorator;
public class MdcTaskDecorator implements TaskDecorator {
  public Runnable decorate(Runnable task) {
    Map<String, String> contextMap = MDC.getCopyOfContextMap();
    return () -> { MDC.setContextMap(contextMap); task.run(); };
  }
}
`;
  const config = (parameter: string, given: string): string => `import java.util.concurrent.Executors;
import org.springframework.context.annotation.*;
import org.springframework.core.task.support.TaskExecutorAdapter;
@Configuration
@EnableAsync
class AsyncConfig {
  @Bean("relay")
  AsyncTaskExecutor relay(${parameter}) {
    var adapter = new TaskExecutorAdapter(Executors.newVirtualThreadPerTaskExecutor());
    adapter.setTaskDecorator(${given});
    return adapter;
  }
}
`;
  const USER = 'class Relay { @Async("relay") public void on(Placed event) { send(event); } }\n';

  it('hand no trace on, whatever they are called and wherever they come from', async () => {
    const files = { 'MdcTaskDecorator.java': MDC, 'Relay.java': USER };
    const lost = ['JAVA-ASYNC-NO-DECORATOR AsyncConfig.java:10'];
    const made = config('', 'new MdcTaskDecorator()');
    assert.deepEqual(await found({ ...files, 'AsyncConfig.java': made }), lost);
    const injected = config('TaskDecorator decorator', 'decorator');
    assert.deepEqual(await found({ ...files, 'AsyncConfig.java': injected }), lost);
  });

  it('are not all that may be injected where another is there', async () => {
    const other = 'class More { @Bean TaskDecorator more() { return new ContextPropagatingTaskDecorator(); } }\n';
    const files = { 'MdcTaskDecorator.java': MDC, 'Relay.java': USER, 'More.java': other };
    const injected = config('TaskDecorator decorator', 'decorator');
    assert.deepEqual(await found({ ...files, 'AsyncConfig.java': injected }), []);
    const unknown = { 'Relay.java': USER, 'AsyncConfig.java': config('', 'new CompanyTaskDecorator()') };
    assert.deepEqual(await found(unknown), []);
  });
});

describe('an SDK that is built beside Micrometer Tracing', () => {
  const config = (more: string): string => `import io.opentelemetry.sdk.OpenTelemetrySdk;
@Configuration
class Config {
  @Bean OpenTelemetry openTelemetry(SdkTracerProvider traces) {
    return OpenTelemetrySdk.builder().setTracerProvider(traces)${more}.buildAndRegisterGlobal();
  }
}
`;
  const READER = `import io.opentelemetry.api.GlobalOpenTelemetry;
class Reader {
  Context of(Headers headers) {
    return GlobalOpenTelemetry.getPropagators().getTextMapPropagator().extract(Context.current(), headers, GETTER);
  }
}
`;

  it('has the propagators that code asks it for, which are none unless they are set', async () => {
    const unset = { 'Config.java': config(''), 'Reader.java': READER };
    assert.deepEqual(await found(unset), ['GO-PROP-UNSET Config.java:6']);
    const set = config('.setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))');
    assert.deepEqual(await found({ ...unset, 'Config.java': set }), []);
    assert.deepEqual(await found({ 'Config.java': config('') }), []);
  });
});
