import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject, type LintedProject } from '../support/lintProject';
import { MAIN, MICROMETER, pom, SLEUTH, SOURCES, STARTER } from './projects';

const OTEL = [
  'org.springframework.boot:spring-boot-starter-web',
  'io.opentelemetry:opentelemetry-sdk:1.40.0',
  'io.opentelemetry:opentelemetry-exporter-otlp:1.40.0',
];

const SETUP = `import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.api.OpenTelemetry;
@Configuration
class Telemetry {
  @Bean OpenTelemetry telemetry(SdkTracerProvider provider) {
    return OpenTelemetrySdk.builder().setTracerProvider(provider)
        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance())).build();
  }
}
`;

function linted(files: Readonly<Record<string, string>>, dependencies: readonly string[]): Promise<LintedProject> {
  return lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    ...Object.fromEntries(
      Object.entries(files).map(([name, text]) => [`${SOURCES}/${name}`, `package com.acme.orders;\n${text}`]),
    ),
  });
}

async function found(
  files: Readonly<Record<string, string>>,
  dependencies: readonly string[] = OTEL,
): Promise<readonly string[]> {
  const { short } = await linted(files, dependencies);
  return short.map((one) => one.replace(`${SOURCES}/`, ''));
}

const sender = (type: string, pack: string, send: string): string => `import io.opentelemetry.api.trace.*;
import ${pack}.${type};
@Service
class Sender {
  private final ${type} out;
  private final Tracer tracer;
  void place(String id) {
    Span span = tracer.spanBuilder("place").startSpan();
    try (Scope scope = span.makeCurrent()) {
      ${send}
    } finally {
      span.end();
    }
  }
}
`;

const KAFKA = sender('KafkaTemplate', 'org.springframework.kafka.core', 'out.send("orders", id);');
const RABBIT = sender('RabbitTemplate', 'org.springframework.amqp.rabbit.core', 'out.convertAndSend("orders", id);');

describe('Spring’s templates beside an SDK set up by hand', () => {
  it('are found at their first send', async () => {
    const twice = KAFKA.replace('out.send("orders", id);', 'out.send("orders", id);\n      out.send("audit", id);');
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': twice }), ['MSG-NO-INJECT Sender.java:11']);
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': RABBIT }), ['MSG-NO-INJECT Sender.java:11']);
    const jms = sender('JmsTemplate', 'org.springframework.jms.core', 'out.convertAndSend("orders", id);');
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': jms }), ['MSG-NO-INJECT Sender.java:11']);
  });

  it('are left alone where an interceptor, a library or a line of code writes the context', async () => {
    const factory =
      'import org.apache.kafka.clients.producer.ProducerConfig;\nclass Producers { String name = ProducerConfig.INTERCEPTOR_CLASSES_CONFIG; }\n';
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': KAFKA, 'Producers.java': factory }), []);
    const wrapped = 'class Producers { Object made = KafkaTelemetry.create(telemetry).wrap(producer); }\n';
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': KAFKA, 'Producers.java': wrapped }), []);
    const helper =
      'import io.opentelemetry.context.Context;\nclass Headers {\n  void into(Message m) { propagator.inject(Context.current(), m, SETTER); }\n}\n';
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': KAFKA, 'Headers.java': helper }), []);
  });

  it('are left alone where no span is made, and where something else traces too', async () => {
    const plain = KAFKA.replace(/spanBuilder\("place"\)\.startSpan\(\)/, 'current()');
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': plain }), []);
    const bridge = [...OTEL.slice(0, 2), 'io.micrometer:micrometer-tracing-bridge-otel'];
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Sender.java': KAFKA }, bridge), []);
  });
});

describe('Spring’s clients beside an SDK set up by hand', () => {
  const client = `import org.springframework.web.client.RestTemplate;
import io.opentelemetry.api.trace.Tracer;
@Service
class Stock {
  private final RestTemplate rest = new RestTemplate();
  private final Tracer tracer;
  int left(String id) {
    Span span = tracer.spanBuilder("left").startSpan();
    try (Scope scope = span.makeCurrent()) {
      return rest.getForObject("http://stock/left/" + id, Integer.class);
    } finally {
      span.end();
    }
  }
}
`;

  it('are found where they are made, bean or not', async () => {
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Stock.java': client }), [
      'JAVA-SPRING-NEW-RESTTEMPLATE Stock.java:6',
    ]);
    const bean =
      'import org.springframework.web.reactive.function.client.WebClient;\n@Configuration\nclass Clients {\n  @Bean WebClient.Builder builder() { return WebClient.builder(); }\n  WebClient web;\n  Tracer tracer;\n  void call() { tracer.spanBuilder("a").startSpan(); web.get().uri("http://stock/a").retrieve(); }\n}\n';
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Clients.java': bean }), [
      'JAVA-SPRING-STATIC-BUILDER Clients.java:5',
    ]);
  });

  it('are left alone where an interceptor of the instrumentation is added', async () => {
    const added = client.replace(
      'private final Tracer tracer;',
      'private final Tracer tracer;\n  Stock() { rest.getInterceptors().add(SpringWebTelemetry.create(telemetry).newInterceptor()); }',
    );
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Stock.java': added }), []);
  });
});

describe('what the starter does not cover', () => {
  it('is found: Rabbit’s and JMS’ templates, and Feign', async () => {
    assert.deepEqual(await found({ 'Sender.java': RABBIT }, STARTER), ['MSG-NO-INJECT Sender.java:11']);
    assert.deepEqual(await found({ 'Sender.java': KAFKA }, STARTER), []);
    const feign =
      'import org.springframework.cloud.openfeign.FeignClient;\n@FeignClient(name = "stock")\ninterface Stock {}\n';
    assert.deepEqual(await found({ 'Stock.java': feign }, STARTER), ['JAVA-FEIGN-NO-MICROMETER Stock.java:3']);
    const withHeaders = `${feign}class Headers implements RequestInterceptor { void apply(RequestTemplate t) { t.header("traceparent", now()); } }\n`;
    assert.deepEqual(await found({ 'Stock.java': withHeaders }, STARTER), []);
  });
});

describe('listeners that nothing observes', () => {
  const listener = `import io.opentelemetry.api.trace.*;
import org.springframework.amqp.rabbit.annotation.RabbitListener;
@Component
class Orders {
  private final Tracer tracer;
  @RabbitListener(queues = "orders")
  void on(Message order) {
    Span span = tracer.spanBuilder("order").startSpan();
    span.end();
  }
}
`;

  it('are found under the starter and beside an SDK set up by hand where they make spans', async () => {
    assert.deepEqual(await found({ 'Orders.java': listener }, STARTER), ['MSG-NO-INJECT Orders.java:7']);
    assert.deepEqual(await found({ 'Orders.java': listener.replace(/tracer.spanBuilder.*;/, 'null;') }, STARTER), []);
    const kafka = listener
      .replace('amqp.rabbit.annotation.RabbitListener', 'kafka.annotation.KafkaListener')
      .replace('@RabbitListener(queues', '@KafkaListener(topics');
    assert.deepEqual(await found({ 'Telemetry.java': SETUP, 'Orders.java': kafka }), ['MSG-NO-INJECT Orders.java:7']);
    assert.deepEqual(await found({ 'Orders.java': kafka }, STARTER), []);
  });

  it('are left alone where headers are read', async () => {
    const reads = listener.replace(
      'Span span',
      'Context parent = propagator.extract(Context.current(), order, GETTER);\n    Span span',
    );
    const used = reads.replace('.startSpan()', '.setParent(parent).startSpan()');
    assert.deepEqual(await found({ 'Orders.java': used }, STARTER), []);
  });
});

describe('JMS without Spring', () => {
  it('is found at its sends, unless properties or an instrumenter carry the context', async () => {
    const code = `import jakarta.jms.*;
class Sender {
  private final JMSContext jms;
  void send(String text) {
    TextMessage message = jms.createTextMessage(text);
    jms.createProducer().send(jms.createQueue("orders"), message);
  }
}
`;
    const quarkus = ['io.quarkus:quarkus-opentelemetry', 'io.quarkiverse.artemis:quarkus-artemis-jms'];
    assert.deepEqual(await found({ 'Sender.java': code }, quarkus), ['MSG-NO-INJECT Sender.java:7']);
    const carried = code.replace(
      '    jms.createProducer',
      '    message.setStringProperty("traceparent", now());\n    jms.createProducer',
    );
    assert.deepEqual(await found({ 'Sender.java': carried }, quarkus), []);
    const made =
      'import jakarta.jms.Message;\nclass Sends { Object made = builder.newProducerInstrumenter((m, k, v) -> set(m, k, v)); }\n';
    assert.deepEqual(await found({ 'Sender.java': code, 'Sends.java': made }, quarkus), []);
  });
});

describe('executors that a configurer gives', () => {
  const config = `import org.springframework.scheduling.annotation.*;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
@EnableAsync
@Configuration
class Tasks {
  @Bean(name = "taskExecutor")
  ThreadPoolTaskExecutor pool() {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    return executor;
  }
}
`;
  const wrapping = `class Wrapping implements AsyncConfigurer {
  private final ThreadPoolTaskExecutor pool;
  @Override public Executor getAsyncExecutor() {
    return ContextExecutorService.wrap(pool.getThreadPoolExecutor(), ContextSnapshot::captureAll);
  }
}
`;
  const mails = (annotation: string): string => `class Mails {\n  ${annotation}\n  void send(String to) {}\n}\n`;

  it('are covered where it wraps them, but for methods that name the bare one', async () => {
    const both = { 'Tasks.java': config, 'Wrapping.java': wrapping };
    assert.deepEqual(await found({ ...both, 'Mails.java': mails('@Async') }, MICROMETER), []);
    assert.deepEqual(await found({ ...both, 'Mails.java': mails('@Async("taskExecutor")') }, MICROMETER), [
      'JAVA-ASYNC-NO-DECORATOR Tasks.java:9',
    ]);
    assert.deepEqual(await found(both, MICROMETER), []);
  });

  it('run methods that name none only where they are the default', async () => {
    const audit = config
      .replace('class Tasks', 'class Audit')
      .replace('"taskExecutor"', '"audit"')
      .replace('pool()', 'audit()');
    const files = { 'Tasks.java': config, 'Audit.java': audit, 'Mails.java': mails('@Async') };
    const users = async (given: Readonly<Record<string, string>>): Promise<string[]> => {
      const { findings } = await linted(given, MICROMETER);
      return findings.map(({ file, related }) => `${file.replace(`${SOURCES}/`, '')} ${related.length}`);
    };
    assert.deepEqual(await users(files), ['Audit.java 0', 'Tasks.java 1']);
    assert.deepEqual(await users({ 'Audit.java': audit, 'Mails.java': mails('@Async') }), ['Audit.java 1']);
  });
});

describe('what only looks bare', () => {
  it('is a template that takes another’s request factory', async () => {
    const code = `import org.springframework.web.client.RestTemplate;
@Service
class Hal {
  private final RestTemplate rest;
  Hal(RestTemplate other) { this.rest = new RestTemplate(other.getRequestFactory()); }
  String get() { return rest.getForObject("http://stock/all", String.class); }
}
`;
    assert.deepEqual(await found({ 'Hal.java': code }, SLEUTH), []);
    assert.equal((await found({ 'Hal.java': code.replace('other.getRequestFactory()', 'made()') }, SLEUTH)).length, 1);
  });

  it('is a bean beside Google’s starter of the time of Sleuth', async () => {
    const code = `import org.springframework.context.annotation.*;
import org.springframework.web.reactive.function.client.WebClient;
@Configuration
class Clients {
  @Bean
  WebClient web() {
    return WebClient.builder().baseUrl("http://stock").build();
  }
}
`;
    const google = 'com.google.cloud:spring-cloud-gcp-starter-trace';
    assert.deepEqual(await found({ 'Clients.java': code }, [...SLEUTH, google]), []);
    const alone = ['org.springframework.boot:spring-boot-starter-web', google];
    assert.equal((await found({ 'Clients.java': code }, alone)).length, 1);
  });
});
