import assert from 'node:assert/strict';
import { javaCheck } from '../../../../src/lint/java/check';
import { lintProject } from '../support/lintProject';
import { AGENT, MAIN, MICROMETER, pom, SLEUTH, STARTER, SOURCES } from './projects';

const OTEL = ['io.opentelemetry:opentelemetry-sdk:1.40.0', 'io.opentelemetry:opentelemetry-exporter-otlp:1.40.0'];
const FEIGN = [...MICROMETER, 'org.springframework.cloud:spring-cloud-starter-openfeign'];
async function found(
  code: string,
  dependencies: readonly string[],
  more: Record<string, string> = {},
): Promise<readonly string[]> {
  const { short } = await lintProject(javaCheck, {
    'pom.xml': pom('orders', ...dependencies),
    [`${SOURCES}/OrdersApplication.java`]: MAIN,
    [`${SOURCES}/A.java`]: `package com.acme.orders;\n${code}`,
    ...more,
  });
  return short.map((one) => one.replace(`${SOURCES}/`, ''));
}

describe('Feign without feign-micrometer', () => {
  const client = (annotation: string): string =>
    `import org.springframework.cloud.openfeign.FeignClient;\n@FeignClient(${annotation})\ninterface Stock {}\n`;

  it('is found once a process, and not with the dependency, Sleuth, an agent or for others’ services', async () => {
    const stock = client('name = "stock-service"');
    assert.deepEqual(await found(stock, FEIGN), ['JAVA-FEIGN-NO-MICROMETER A.java:3']);
    assert.deepEqual(await found(stock, [...FEIGN, 'io.github.openfeign:feign-micrometer']), []);
    assert.deepEqual(await found(stock, [...SLEUTH, 'org.springframework.cloud:spring-cloud-starter-openfeign']), []);
    assert.deepEqual(await found(stock, FEIGN, { Dockerfile: AGENT }), []);
    assert.deepEqual(await found(client('name = "github", url = "https://api.github.com"'), FEIGN), []);
  });

  it('is found where a property switches the observation off', async () => {
    const yaml = { 'src/main/resources/application.yml': 'spring.cloud.openfeign.micrometer.enabled: false\n' };
    const dependencies = [...FEIGN, 'io.github.openfeign:feign-micrometer'];
    assert.equal((await found(client('name = "stock"'), dependencies, yaml)).length, 1);
  });

  it('is silent where an interceptor of one’s own writes the headers', async () => {
    const code = `${client('name = "stock"')}class Headers implements RequestInterceptor {
  public void apply(RequestTemplate template) { template.header("traceparent", current()); }
}
`;
    assert.deepEqual(await found(code, FEIGN), []);
  });
});

describe('executors without a decorator', () => {
  const config = (line: string): string => `import org.springframework.scheduling.annotation.*;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
@Configuration
@EnableAsync
class Config {
  @Bean(name = "mails")
  public Executor mailExecutor() {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    ${line}
    return executor;
  }
}
class Mails {
  @Async("mails")
  void send(String to) { kafka.send("mails", to); }
}
`;

  it('are found where their own executor has none', async () => {
    const bare = config('executor.setCorePoolSize(2);');
    assert.deepEqual(await found(bare, MICROMETER), ['JAVA-ASYNC-NO-DECORATOR A.java:9']);
    assert.deepEqual(await found(bare, SLEUTH), []);
    assert.deepEqual(
      await found(config('executor.setTaskDecorator(new ContextPropagatingTaskDecorator());'), MICROMETER),
      [],
    );
    assert.deepEqual(
      await found(
        bare.replace('return executor', 'return ContextExecutorService.wrap(executor, ContextSnapshot::captureAll)'),
        MICROMETER,
      ),
      [],
    );
  });

  it('are not found where they are pools that no method asks for', async () => {
    const pool = config('').replace(
      /ThreadPoolTaskExecutor executor[^]*?return executor;/,
      'return Executors.newVirtualThreadPerTaskExecutor();',
    );
    const imported = `import java.util.concurrent.Executors;\n${pool}`;
    assert.deepEqual(await found(imported, MICROMETER), ['JAVA-ASYNC-NO-DECORATOR A.java:10']);
    assert.deepEqual(await found(imported.replace('@Async("mails")', '@Async'), MICROMETER), []);
    const elsewhere = config('').replace('@Async("mails")', '@Async("others")');
    assert.deepEqual(await found(elsewhere, MICROMETER), ['JAVA-ASYNC-NO-DECORATOR A.java:9']);
  });

  it('are found at the method where Boot makes the executor, unless a decorator is a bean', async () => {
    const method =
      'class Mails {\n  @Async\n  void send(String to) { kafka.send("mails", to); }\n  KafkaTemplate<String, String> kafka;\n}\n@EnableAsync class Tasks {}\n';
    assert.deepEqual(await found(method.replace('@EnableAsync ', ''), MICROMETER), []);
    assert.deepEqual(await found(method.replace('kafka.send', 'mails.send'), MICROMETER), []);
    assert.deepEqual(await found(method, MICROMETER), ['JAVA-ASYNC-NO-DECORATOR A.java:3']);
    const bean =
      'class Config {\n  @Bean TaskDecorator decorator() { return new ContextPropagatingTaskDecorator(); }\n}\n';
    assert.deepEqual(await found(method + bean, MICROMETER), []);
    const yaml = { 'src/main/resources/application.yml': 'spring.task.execution.propagate-context: true\n' };
    assert.deepEqual(await found(method, MICROMETER, yaml), []);
  });
});

describe('executors under the starter', () => {
  const config = (line: string, sent: string): string => `import org.springframework.scheduling.annotation.*;
import org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor;
@Configuration
@EnableAsync
class Config {
  @Bean
  public Executor mails() {
    ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();
    ${line}
    return executor;
  }
}
class Mails {
  KafkaTemplate<String, String> kafka;
  @Async
  void send(String to) { ${sent} }
}
`;

  it('are found where traced work runs on them', async () => {
    const sent = 'kafka.send("mails", to);';
    assert.deepEqual(await found(config('', sent), STARTER), ['JAVA-ASYNC-NO-DECORATOR A.java:9']);
    assert.deepEqual(await found(config('', 'log.info(to);'), STARTER), []);
    const decorated = 'executor.setTaskDecorator(task -> Context.current().wrap(task));';
    assert.deepEqual(await found(config(decorated, sent), STARTER), []);
  });
});

describe('a hand-built OpenTelemetry SDK', () => {
  const setup = (more: string): string => `import io.opentelemetry.sdk.OpenTelemetrySdk;
import java.net.http.HttpClient;
class A {
  OpenTelemetry open(SdkTracerProvider provider) {
    OpenTelemetrySdk sdk = OpenTelemetrySdk.builder()
        .setTracerProvider(provider)${more}
        .build();
    return sdk;
  }
}
`;

  it('is found without propagators where the process calls or serves', async () => {
    assert.deepEqual(await found(setup(''), OTEL), ['GO-PROP-UNSET A.java:6']);
    const set = '\n        .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))';
    assert.deepEqual(await found(setup(set), OTEL), []);
    assert.deepEqual(await found(setup('').replace(/import java.*\n/, ''), OTEL), []);
    assert.deepEqual(await found(setup(''), [...OTEL, ...MICROMETER]), []);
  });

  it('is not found where it only gives tracers, and headers are written and read without it', async () => {
    const own = (uses: string): string =>
      setup('').replace('return sdk;', `tracer = sdk.getTracer("a"); ${uses}`) +
      `class Headers {
  void write(Map<String, String> to) { W3CTraceContextPropagator.getInstance().inject(Context.current(), to, Map::put); }
}
`;
    assert.deepEqual(await found(own(''), OTEL), []);
    assert.deepEqual(await found(own('return sdk;'), OTEL), ['GO-PROP-UNSET A.java:6']);
    assert.deepEqual(await found(own('').replace('.build()', '.buildAndRegisterGlobal()'), OTEL), [
      'GO-PROP-UNSET A.java:6',
    ]);
    const without = own('').replace('W3CTraceContextPropagator.getInstance()', 'writer');
    assert.deepEqual(await found(without, OTEL), ['GO-PROP-UNSET A.java:6']);
  });

  it('is not found where the SDK only has meters', async () => {
    assert.deepEqual(await found(setup('').replace('setTracerProvider', 'setMeterProvider'), OTEL), []);
  });
});

describe('spans and contexts that are made in vain', () => {
  const span = (more: string): string => `import java.net.http.HttpClient;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
class A {
  private final HttpClient http;
  private final OpenTelemetry otel = AutoConfiguredOpenTelemetrySdk.initialize().getOpenTelemetrySdk();
  void charge(HttpRequest request) {
    Span span = tracer.spanBuilder("charge").startSpan();
    ${more}
    span.end();
  }
}
`;

  it('are found where a call is made before the span ends', async () => {
    assert.deepEqual(await found(span('http.send(request, ofString());'), OTEL), ['SPAN-NOT-ACTIVE A.java:8']);
    assert.deepEqual(await found(span('http.send(request, ofString());'), [], { Dockerfile: AGENT }), [
      'SPAN-NOT-ACTIVE A.java:8',
    ]);
    for (const line of [
      'try (Scope scope = span.makeCurrent()) { http.send(request, ofString()); }',
      'Context context = Context.current().with(span); http.send(request, ofString());',
      'work(span); http.send(request, ofString());',
      'span.setAttribute("a", 1);',
    ])
      assert.deepEqual(await found(span(line), OTEL), [], line);
    assert.deepEqual(
      await found(span('span.end(); http.send(request, ofString());').replace(/\n {4}span\.end\(\);\n/, '\n'), OTEL),
      [],
    );
  });

  it('are found where an extracted context is dropped', async () => {
    const code = (line: string): string =>
      span(line)
        .replace(/\n {4}Span span.*/, '')
        .replace(/\n {4}span\.end.*/, '');
    const extract = 'propagators.getTextMapPropagator().extract(Context.current(), request, GETTER)';
    assert.deepEqual(await found(code(`${extract};`), OTEL), ['EXTRACT-UNUSED A.java:8']);
    assert.deepEqual(await found(code(`Context context = ${extract};`), OTEL), ['EXTRACT-UNUSED A.java:8']);
    assert.deepEqual(await found(code(`Context context = ${extract};\n    start(context);`), OTEL), []);
    assert.deepEqual(await found(code(`try (Scope scope = ${extract}.makeCurrent()) { work(); }`), OTEL), []);
    const inject =
      'Map<String, String> headers = new HashMap<>();\n    propagator.inject(Context.current(), headers, Map::put);';
    assert.deepEqual(await found(code(inject), OTEL), ['EXTRACT-UNUSED A.java:9']);
    assert.deepEqual(await found(code(`${inject}\n    headers.forEach(request::header);`), OTEL), []);
  });
});
