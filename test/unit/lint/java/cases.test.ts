import assert from 'node:assert/strict';
import { foundIn } from './oneFile';
import { AGENT, MICROMETER, pom, SOURCES, STARTER } from './projects';

const SDK = ['io.opentelemetry:opentelemetry-sdk:1.40.0', 'io.opentelemetry:opentelemetry-exporter-otlp:1.40.0'];

interface Case {
  readonly what: string;
  readonly code: string;
  readonly dependencies?: readonly string[];
  readonly more?: Readonly<Record<string, string>>;
  /** `severity line` of what is found. */
  readonly found: readonly string[];
}

function each(rule: string, imports: string, cases: readonly Case[]): void {
  describe(`${rule}, shape by shape`, () => {
    for (const { what, code, dependencies, more, found } of cases)
      it(`${found.length > 0 ? 'finds' : 'leaves'} ${what}`, async () => {
        const head = `package com.acme.orders;\n${imports}`;
        const findings = await foundIn({ head, code, dependencies, more });
        assert.deepEqual(
          findings.map((one) => `${one.rule} ${one.severity} ${one.line}`),
          found.map((one) => `${rule} ${one}`),
        );
      });
  });
}

const DOCKER = { Dockerfile: 'FROM eclipse-temurin:21\nENTRYPOINT ["java", "-jar", "app.jar"]\n' };
const HTTP = `class A {
  private final HttpClient http = HttpClient.newHttpClient();
  String stock(HttpRequest request) { return http.send(request, ofString()).body(); }
}
`;
const producer = (line = ''): string => `class A {
  private final KafkaProducer<String, String> producer = new KafkaProducer<>(properties());
  void placed(String id) { producer.send(new ProducerRecord<>("orders", id)); }
  ${line}
}
`;

const okhttp = (request: string): string => `class A {
  private final OkHttpClient http = new OkHttpClient.Builder().addInterceptor(new Headers()).build();
}
class Headers implements Interceptor {
  public Response intercept(Chain chain) { return chain.proceed(${request}.build()); }
}
`;
const TEST_CLIENT =
  'package com.acme.orders;\nimport okhttp3.OkHttpClient;\nclass ATest { OkHttpClient http = new OkHttpClient(); }\n';
const COMPOSE =
  'services:\n  orders:\n    build: .\n    environment:\n      JAVA_TOOL_OPTIONS: -javaagent:/otel/opentelemetry-javaagent.jar\n';

each(
  'JAVA-CLIENT-NO-AGENT',
  'import java.net.http.*;\nimport okhttp3.OkHttpClient;\nimport org.apache.kafka.clients.producer.*;\nimport org.apache.kafka.clients.consumer.KafkaConsumer;\nimport org.apache.hc.client5.http.impl.classic.*;\n',
  [
    { what: 'the JDK’s client, where no deployment is known', code: HTTP, found: ['hint 2'] },
    { what: 'it, where the image starts no agent', code: HTTP, more: DOCKER, found: ['warning 2'] },
    { what: 'it with the starter', code: HTTP, dependencies: STARTER, found: ['hint 2'] },
    {
      what: 'OkHttp’s builder',
      code: 'class A {\n  OkHttpClient client() {\n    return new OkHttpClient.Builder().build();\n  }\n}\n',
      found: ['hint 3'],
    },
    {
      what: 'Apache’s client',
      code: 'class A {\n  Object http() { return HttpClients.createDefault(); }\n}\n',
      found: ['hint 2'],
    },
    { what: 'a producer of kafka-clients', code: producer(), found: ['hint 2'] },
    {
      what: 'a client whose requests an observation of one’s own carries',
      code: 'class A {\n  String stock() {\n    var sent = new RequestReplySenderContext<HttpGet, Object>((to, key, value) -> to.addHeader(key, value));\n    sent.setCarrier(new HttpGet("http://stock:8080"));\n    return Observation.start("stock", () -> sent, registry).observe(() -> HttpClients.createDefault().execute(sent.getCarrier()));\n  }\n}\n',
      found: [],
    },
    { what: 'an agent in the image', code: HTTP, more: { Dockerfile: AGENT }, found: [] },
    {
      what: 'a client that a wrapper instruments',
      code: HTTP.replace(
        'HttpClient.newHttpClient()',
        'JavaHttpClientTelemetry.create(otel).newHttpClient(HttpClient.newHttpClient())',
      ),
      found: [],
    },
    {
      what: 'a producer with OpenTelemetry’s interceptor',
      code: producer(
        'Map<String, Object> properties() { return Map.of("interceptor.classes", TracingProducerInterceptor.class.getName()); }',
      ),
      found: [],
    },
    {
      what: 'a client under a RestTemplate, which is observed there',
      code: 'class A {\n  Object http() { return new HttpComponentsClientHttpRequestFactory(HttpClients.createDefault()); }\n}\n',
      found: [],
    },
    {
      what: 'a client of others’ services',
      code: HTTP.replace(
        '(HttpRequest request) {',
        '() { var request = HttpRequest.newBuilder(URI.create("https://api.github.com/orgs")).build();',
      ),
      found: [],
    },
    {
      what: 'one whose requests carry the header',
      code: HTTP.replace('return http', 'propagator.inject(Context.current(), builder, SETTER); return http'),
      found: [],
    },
    { what: 'one in a process that is not traced', code: HTTP, dependencies: MICROMETER.slice(0, 2), found: [] },
    {
      what: 'the JDK’s client by its builder, once',
      code: HTTP.replace('newHttpClient()', 'newBuilder().connectTimeout(LIMIT).build()'),
      found: ['hint 2'],
    },
    {
      what: 'OkHttp’s client as it is, one of a test beside it',
      code: 'class A {\n  private final OkHttpClient http = new OkHttpClient();\n}\n',
      more: { [`${SOURCES.replace('main', 'test')}/ATest.java`]: TEST_CLIENT },
      found: ['hint 2'],
    },
    {
      what: 'Apache’s builder',
      code: 'class A {\n  Object http() {\n    return HttpClientBuilder.create().disableCookieManagement().build();\n  }\n}\n',
      found: ['hint 3'],
    },
    {
      what: 'a consumer of kafka-clients',
      code: 'class A {\n  void poll() {\n    var consumer = new KafkaConsumer<String, String>(properties());\n    consumer.poll(WAIT).forEach(this::on);\n  }\n}\n',
      found: ['hint 3'],
    },
    {
      what: 'an interceptor of OkHttp that writes something else',
      code: okhttp('chain.request().newBuilder().header("X-Tenant", tenant())'),
      found: ['hint 2'],
    },
    {
      what: 'an interceptor of OkHttp that writes the context',
      code: okhttp('chain.request().newBuilder().header("traceparent", current())'),
      found: [],
    },
    {
      what: 'calls that OpenTelemetry’s library makes through OkHttp',
      code: 'class A {\n  Call.Factory http() { return OkHttpTelemetry.create(otel).createCallFactory(new OkHttpClient()); }\n}\n',
      found: [],
    },
    {
      what: 'the JDK’s client inside Micrometer’s',
      code: HTTP.replace(
        'HttpClient.newHttpClient()',
        'MicrometerHttpClient.instrumentationBuilder(HttpClient.newHttpClient(), meters).observationRegistry(observations).build()',
      ),
      found: [],
    },
    {
      what: 'OkHttp’s client inside Brave’s factory of calls',
      code: 'class A {\n  Call.Factory http() { return TracingCallFactory.create(httpTracing, new OkHttpClient()); }\n}\n',
      found: [],
    },
    {
      what: 'Apache’s client by Brave’s builder',
      code: 'class A {\n  Object http() { return TracingHttpClientBuilder.create(httpTracing).build(); }\n  Object plain() { return HttpClients.createDefault(); }\n}\n',
      found: [],
    },
    {
      what: 'Apache’s client with Micrometer’s handler',
      code: 'class A {\n  Object http() { return HttpClientBuilder.create().addExecInterceptorFirst("micrometer", new ObservationExecChainHandler(observations)).build(); }\n}\n',
      found: [],
    },
    {
      what: 'a producer that OpenTelemetry’s library wraps',
      code: producer().replace(
        'new KafkaProducer<>(properties())',
        'KafkaTelemetry.create(otel).wrap(new KafkaProducer<>(properties()))',
      ),
      found: [],
    },
    {
      what: 'a class of the workspace that is called like the JDK’s',
      code: 'class A {\n  private final com.acme.net.HttpClient http = com.acme.net.HttpClient.newHttpClient();\n}\n',
      found: [],
    },
    {
      what: 'an agent in the options of the JVM',
      code: HTTP,
      more: { 'docker-compose.yml': COMPOSE },
      found: [],
    },
  ],
);

const FEIGN = [...MICROMETER, 'org.springframework.cloud:spring-cloud-starter-openfeign'];
const feign = (...names: string[]): string =>
  names.map((name) => `@FeignClient("${name}") interface ${name} {}\n`).join('');

const BUILT =
  'class A {\n  private final Stock stock = feign.Feign.builder().encoder(json).target(Stock.class, "http://stock:8080");\n}\n';

const TEST_ONLY = pom('orders', ...FEIGN, 'io.github.openfeign:feign-micrometer').replace(
  '<artifactId>feign-micrometer</artifactId>',
  '<artifactId>feign-micrometer</artifactId>\n      <scope>test</scope>',
);

each('JAVA-FEIGN-NO-MICROMETER', 'import org.springframework.cloud.openfeign.FeignClient;\n', [
  { what: 'two clients, once', code: feign('stock', 'mails'), dependencies: FEIGN, found: ['warning 1'] },
  {
    what: 'one beside a client of others',
    code: `@FeignClient(name = "hub", url = "https://api.github.com") interface Hub {}\n${feign('stock')}`,
    dependencies: FEIGN,
    found: ['warning 2'],
  },
  {
    what: 'one whose capability is a bean',
    code: `${feign('stock')}class C { @Bean Capability c(ObservationRegistry r) { return new MicrometerObservationCapability(r); } }\n`,
    dependencies: FEIGN,
    found: [],
  },
  {
    what: 'one whose feign-micrometer is there for tests only',
    code: feign('stock'),
    more: { 'pom.xml': TEST_ONLY },
    found: ['warning 1'],
  },
  {
    what: 'one whose address is a property, of a service of one’s own',
    code: '@FeignClient(name = "stock", url = "${stock.url:http://stock:8080}") interface Stock {}\n',
    dependencies: FEIGN,
    found: ['warning 1'],
  },
  {
    what: 'one whose interceptor hands the tenant on, not the context',
    code: `${feign('stock')}class Tenant implements RequestInterceptor { public void apply(RequestTemplate t) { t.header("X-Tenant", now()); } }\n`,
    dependencies: FEIGN,
    found: ['warning 1'],
  },
  {
    what: 'one whose address is a property, of others’ services by default',
    code: '@FeignClient(name = "hub", url = "${hub.url:https://api.github.com}") interface Hub {}\n',
    dependencies: FEIGN,
    found: [],
  },
  {
    what: 'one in a test',
    code: 'class A {}\n',
    dependencies: FEIGN,
    more: {
      [`${SOURCES.replace('main', 'test')}/StockTest.java`]: `package com.acme.orders;\nimport org.springframework.cloud.openfeign.FeignClient;\n${feign('stock')}`,
    },
    found: [],
  },
  ...(
    [
      ['that a builder makes', '', BUILT, ['warning 2']],
      ['that a builder makes, of others’ services', '', BUILT.replace('stock:8080', 'api.github.com'), []],
      ['that a builder makes with a capability', '', BUILT.replace('.target', '.addCapability(observed).target'), []],
      ['that Spring finishes', '', BUILT.replace('.target(Stock.class, "http://stock:8080")', ''), []],
      ['that another builder makes', '', BUILT.replace('feign.Feign.', 'Stocks.'), []],
      ['over a client that is observed', 'class B { Object a = OkHttpTelemetry.create(c); }\n', BUILT, []],
    ] as const
  ).map(([what, before, code, found]) => ({
    what: `one ${what}`,
    code: `${code}${before}`,
    dependencies: [...FEIGN, 'io.github.openfeign:feign-micrometer'],
    found,
  })),
  {
    what: 'one in a process that is not traced',
    code: feign('stock'),
    dependencies: FEIGN.filter((name) => !/tracing|otlp/.test(name)),
    found: [],
  },
  {
    what: 'one in a process with an agent in the options of the JVM',
    code: feign('stock'),
    dependencies: FEIGN,
    more: { 'docker-compose.yml': COMPOSE },
    found: [],
  },
]);

const client = (body: string, annotation = ''): string =>
  `${annotation}\nclass A {\n  Object stock(String id) {\n    ${body}\n  }\n}\n`;

each(
  'JAVA-SPRING-STATIC-BUILDER',
  'import org.springframework.web.client.RestClient;\nimport org.springframework.web.reactive.function.client.*;\n',
  [
    {
      what: 'one with a default header',
      code: client(
        'return RestClient.builder().defaultHeader("X-Tenant", id).baseUrl("http://stock").build().get().retrieve();',
        '@Service',
      ),
      found: ['warning 4'],
    },
    {
      what: 'one with exchange strategies',
      code: client(
        'return WebClient.builder().exchangeStrategies(ExchangeStrategies.withDefaults()).build().get().uri("http://stock").retrieve();',
        '@Service',
      ),
      found: ['warning 4'],
    },
    {
      what: 'one whose builder is kept in a variable',
      code: client(
        'RestClient.Builder b = RestClient.builder(); return b.baseUrl("http://stock").build().get().retrieve();',
        '@Service',
      ),
      found: ['warning 4'],
    },
    {
      what: 'one that changes another',
      code: client('return webClient.mutate().baseUrl("http://stock").build().get().retrieve();', '@Service'),
      found: [],
    },
    {
      what: 'a builder that is a parameter',
      code: 'class A {\n  A(WebClient.Builder builder) { this.http = builder.baseUrl("http://stock").build(); }\n  WebClient http;\n}\n',
      found: [],
    },
    {
      what: 'one that a customizer of the application is given',
      code: client(
        'RestClient.Builder b = RestClient.builder(); customizer.customize(b); return b.build().get().uri("http://stock").retrieve();',
      ),
      found: [],
    },
  ],
);

const task = (made: string, returned = 'executor'): string => `@Configuration
@EnableAsync
class A {
  @Bean("mails")
  Executor mails() {
    ${made}
    return ${returned};
  }
  @Async("mails") void send(String to) { kafka.send("mails", to); }
  KafkaTemplate<String, String> kafka;
}
`;
const ADAPTED = `@Configuration
@EnableAsync
class A {
  @Bean AsyncTaskExecutor applicationTaskExecutor() {
    return new TaskExecutorAdapter(Executors.newVirtualThreadPerTaskExecutor());
  }
  @Async void send(String to) { kafka.send("mails", to); }
  KafkaTemplate<String, String> kafka;
}
`;
const POOL = 'var executor = new ThreadPoolTaskExecutor();';
const decorator = (body: string): string =>
  `${task(`${POOL} executor.setTaskDecorator(new Handing());`)}class Handing implements TaskDecorator {\n  public Runnable decorate(Runnable task) {\n    ${body}\n  }\n}\n`;
const MDC_ONLY =
  'Map<String, String> said = MDC.getCopyOfContextMap();\n    return () -> { MDC.setContextMap(said); try { task.run(); } finally { MDC.clear(); } };';

each(
  'JAVA-ASYNC-NO-DECORATOR',
  'import java.util.concurrent.*;\nimport org.slf4j.MDC;\nimport org.springframework.core.task.*;\nimport org.springframework.scheduling.annotation.*;\nimport org.springframework.scheduling.concurrent.*;\n',
  [
    {
      what: 'an executor of virtual threads by Spring',
      code: task('var executor = new SimpleAsyncTaskExecutor("mails-"); executor.setVirtualThreads(true);'),
      found: ['warning 6'],
    },
    {
      what: 'virtual threads that an adapter makes the default executor of',
      code: ADAPTED,
      found: ['warning 5'],
    },
    {
      what: 'a pool of Java’s that runs no method that names none',
      code: ADAPTED.replace(/new TaskExecutorAdapter\((.*)\);/, '$1;').replace('AsyncTaskExecutor', 'Executor'),
      found: [],
    },
    {
      what: 'a pool of the JDK',
      code: task('ExecutorService executor = Executors.newFixedThreadPool(4);'),
      found: ['warning 6'],
    },
    {
      what: 'a pool whose users’ identity alone is handed on',
      code: task(POOL, 'new DelegatingSecurityContextAsyncTaskExecutor(executor)'),
      found: ['warning 6'],
    },
    {
      what: 'the executor of a configurer',
      code: 'class A implements AsyncConfigurer {\n  @Override public Executor getAsyncExecutor() {\n    var executor = new ThreadPoolTaskExecutor();\n    executor.initialize();\n    return executor;\n  }\n}\nclass Mails { @Async void send(String to) {} }\n',
      found: ['warning 3'],
    },
    { what: 'a decorator that hands the words of logs on alone', code: decorator(MDC_ONLY), found: ['warning 6'] },
    {
      what: 'one that does so as a lambda',
      code: task(
        `${POOL} executor.setTaskDecorator(run -> { var said = MDC.getCopyOfContextMap(); return () -> { MDC.setContextMap(said); run.run(); }; });`,
      ),
      found: ['warning 6'],
    },
    {
      what: 'a decorator that hands logs and the context on',
      code: decorator(
        `Runnable wrapped = ContextSnapshotFactory.builder().build().captureAll().wrap(task);\n    ${MDC_ONLY.replace('task.run', 'wrapped.run')}`,
      ),
      found: [],
    },
    { what: 'a decorator that is injected', code: task(`${POOL} executor.setTaskDecorator(decorator);`), found: [] },
    {
      what: 'a decorator that is made elsewhere',
      code: task(`${POOL} executor.setTaskDecorator(new com.acme.base.Handing());`),
      found: [],
    },
    {
      what: 'a pool that OpenTelemetry’s context wraps',
      code: task('ExecutorService executor = Executors.newFixedThreadPool(4);', 'Context.taskWrapping(executor)'),
      found: [],
    },
    {
      what: 'a pool that OpenTelemetry’s current context wraps',
      code: task('ExecutorService executor = Context.current().wrap(Executors.newFixedThreadPool(4));'),
      found: [],
    },
    { what: 'an agent in the image', code: task(POOL), more: { Dockerfile: AGENT }, found: [] },
    {
      what: 'an agent in the options of the JVM',
      code: task(POOL),
      more: { 'docker-compose.yml': COMPOSE },
      found: [],
    },
    {
      what: 'one in a process that is not traced',
      code: task(POOL),
      dependencies: MICROMETER.slice(0, 2),
      found: [],
    },
  ],
);

const SET = '.setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance()))';
const sdk = (chain: string, end = 'build'): string =>
  `class A {\n  HttpClient http;\n  OpenTelemetry open(SdkTracerProvider traces, Resource resource) {\n    return OpenTelemetrySdk.builder()${chain}.${end}();\n  }\n}\n`;

each(
  'GO-PROP-UNSET',
  'import io.opentelemetry.sdk.*;\nimport io.opentelemetry.context.propagation.*;\nimport java.net.http.HttpClient;\n',
  [
    { what: 'none', code: `interface A {}\n`, dependencies: SDK, found: [] },
    {
      what: 'an SDK that is registered for all',
      code: `${sdk('.setTracerProvider(traces)', 'buildAndRegisterGlobal').replace('HttpClient http', 'HttpClient http = JavaHttpClientTelemetry.create(o).newHttpClient(c)')}`,
      dependencies: SDK,
      found: ['warning 4'],
    },
    {
      what: 'one with logs and metrics beside its traces',
      code: sdk('.setLoggerProvider(logs).setTracerProvider(traces).setMeterProvider(meters)'),
      dependencies: SDK,
      found: ['warning 4'],
    },
    { what: 'one with propagators', code: sdk(`.setTracerProvider(traces)${SET}`), dependencies: SDK, found: [] },
    {
      what: 'one with those of Jaeger',
      code: sdk('.setTracerProvider(traces).setPropagators(ContextPropagators.create(JaegerPropagator.getInstance()))'),
      dependencies: SDK,
      found: [],
    },
    {
      what: 'one of logs alone',
      code: sdk('.setLoggerProvider(logs)'),
      dependencies: SDK,
      found: [],
    },
  ],
);
