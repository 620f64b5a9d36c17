import assert from 'node:assert/strict';
import { foundIn } from './oneFile';
import { AGENT, MICROMETER, STARTER } from './projects';

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

each(
  'JAVA-CLIENT-NO-AGENT',
  'import java.net.http.*;\nimport okhttp3.OkHttpClient;\nimport org.apache.kafka.clients.producer.*;\nimport org.apache.hc.client5.http.impl.classic.HttpClients;\n',
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
  ],
);

const FEIGN = [...MICROMETER, 'org.springframework.cloud:spring-cloud-starter-openfeign'];
const feign = (...names: string[]): string =>
  names.map((name) => `@FeignClient("${name}") interface ${name} {}\n`).join('');

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
