/** Classes that lint mends, each in a package of its own: the rule that finds it, and its file without the head. */
export interface JavaClass {
  readonly rule: string;
  readonly imports: readonly string[];
  readonly body: string;
}

const CONTEXT = 'org.springframework.context.annotation.*';
const STEREOTYPE = 'org.springframework.stereotype.*';
const TEMPLATE = 'org.springframework.web.client.RestTemplate';
const REST = 'org.springframework.web.client.RestClient';
const WEB = 'org.springframework.web.reactive.function.client.WebClient';
const KAFKA = 'org.springframework.kafka.core.*';
const KAFKA_CONFIG = 'org.springframework.kafka.config.*';
const RABBIT = 'org.springframework.amqp.rabbit';

const NEW_TEMPLATE = 'JAVA-SPRING-NEW-RESTTEMPLATE';
const STATIC = 'JAVA-SPRING-STATIC-BUILDER';
const OBSERVATION = 'JAVA-SPRING-KAFKA-NO-OBSERVATION';

const bean = (returns: string, ...lines: string[]): string =>
  `@Configuration\npublic class Made {\n    @Bean\n    public ${returns} {\n        ${lines.join('\n        ')}\n    }\n}\n`;

const component = (...lines: string[]): string =>
  `@Component\nclass Made {\n  ${lines.join('\n  ')}\n}\n\nclass Orders {}\n`;

/** Of a service that exports traces through Micrometer Tracing. */
export const SPRING_CLASSES: Readonly<Record<string, JavaClass>> = {
  templatebean: {
    rule: NEW_TEMPLATE,
    imports: [CONTEXT, TEMPLATE],
    body: bean('RestTemplate stock()', 'return new RestTemplate();'),
  },
  templatefactory: {
    rule: NEW_TEMPLATE,
    imports: [CONTEXT, TEMPLATE, 'org.springframework.http.client.SimpleClientHttpRequestFactory'],
    body: bean(
      'RestTemplate stock()',
      'SimpleClientHttpRequestFactory factory = new SimpleClientHttpRequestFactory();',
      'factory.setReadTimeout(1000);',
      'return new RestTemplate(factory);',
    ),
  },
  templatenewfactory: {
    rule: NEW_TEMPLATE,
    imports: [CONTEXT, TEMPLATE, 'org.springframework.http.client.SimpleClientHttpRequestFactory'],
    body: bean(
      'RestTemplate stock()',
      'RestTemplate template = new RestTemplate(new SimpleClientHttpRequestFactory());',
      'template.setErrorHandler(null);',
      'return template;',
    ),
  },
  factorytwice: {
    rule: NEW_TEMPLATE,
    imports: [CONTEXT, TEMPLATE, 'org.springframework.http.client.*'],
    body: bean(
      'RestTemplate stock()',
      'SimpleClientHttpRequestFactory factory;',
      'factory = new SimpleClientHttpRequestFactory();',
      'return new RestTemplate(factory);',
    ),
  },
  buffering: {
    rule: NEW_TEMPLATE,
    imports: [CONTEXT, TEMPLATE, 'org.springframework.http.client.*'],
    body: bean(
      'RestTemplate stock()',
      'return new RestTemplate(new BufferingClientHttpRequestFactory(new SimpleClientHttpRequestFactory()));',
    ),
  },
  templatebuilder: {
    rule: NEW_TEMPLATE,
    imports: [CONTEXT, TEMPLATE, 'org.springframework.boot.web.client.RestTemplateBuilder'],
    body: bean('RestTemplate stock()', 'return new RestTemplateBuilder()', '    .rootUri("http://stock").build();'),
  },
  templatefield: {
    rule: NEW_TEMPLATE,
    imports: [STEREOTYPE, TEMPLATE],
    body: component(
      'private final RestTemplate http = new RestTemplate();',
      '',
      'String stock() {',
      '  return http.getForObject("http://stock/items", String.class);',
      '}',
    ),
  },
  templateincall: {
    rule: NEW_TEMPLATE,
    imports: [STEREOTYPE, TEMPLATE],
    body: component(
      'String stock() {',
      '  return new RestTemplate().getForObject("http://stock/items", String.class);',
      '}',
    ),
  },
  templateinconstructor: {
    rule: NEW_TEMPLATE,
    imports: [STEREOTYPE, TEMPLATE],
    body: component(
      'private final RestTemplate http;',
      '',
      'Made() {',
      '  this.http = new RestTemplate();',
      '}',
      '',
      'String stock() { return http.getForObject("http://stock/items", String.class); }',
    ),
  },
  clientfield: {
    rule: STATIC,
    imports: [STEREOTYPE, REST],
    body: component(
      'private final Orders orders;',
      'private final RestClient stock = RestClient.builder()',
      '    .baseUrl("http://stock")',
      '    .build();',
      '',
      'public Made(Orders orders) {',
      '  this.orders = orders;',
      '}',
      '',
      'Object get() { return stock.get().uri("/items").retrieve().body(String.class); }',
    ),
  },
  clientbean: {
    rule: STATIC,
    imports: [CONTEXT, REST],
    body: bean('RestClient stock()', 'return RestClient.create("http://stock");'),
  },
  clientvalue: {
    rule: STATIC,
    imports: [CONTEXT, REST, 'org.springframework.beans.factory.annotation.Value'],
    body: bean(
      'RestClient stock(@Value("${stock.url}") String url)',
      'return RestClient.builder().baseUrl(url).defaultHeader("a", "b").build();',
    ),
  },
  reactivelombok: {
    rule: STATIC,
    imports: ['lombok.RequiredArgsConstructor', STEREOTYPE, WEB],
    body: `@RequiredArgsConstructor\n${component(
      'private final Orders orders;',
      '',
      'Object stock(String base) {',
      '  return WebClient.create(base).get().uri("/items").retrieve();',
      '}',
    )}`,
  },
  reactiveinherited: {
    rule: STATIC,
    imports: [STEREOTYPE, WEB],
    body: `class Base {\n  Base(String name) {}\n}\n\n${component(
      'private WebClient http;',
      '',
      'Made() {',
      '  super("stock");',
      '  http = WebClient.builder().baseUrl("http://stock").build();',
      '}',
      '',
      'Object stock() { return http.get().uri("/items").retrieve(); }',
    ).replace('class Made', 'class Made extends Base')}`,
  },
  reactivebuilder: {
    rule: STATIC,
    imports: [CONTEXT, WEB],
    body: bean('WebClient.Builder stock()', 'return WebClient.builder();'),
  },
  clientbuilder: {
    rule: STATIC,
    imports: [CONTEXT, REST],
    body: bean('RestClient.Builder stock()', 'return RestClient.builder().baseUrl("http://stock");'),
  },
  kafkatemplate: {
    rule: OBSERVATION,
    imports: [CONTEXT, KAFKA],
    body: bean(
      'KafkaTemplate<String, String> orders(ProducerFactory<String, String> factory)',
      'return new KafkaTemplate<>(factory);',
    ),
  },
  kafkaoperations: {
    rule: OBSERVATION,
    imports: [CONTEXT, KAFKA],
    body: bean(
      'KafkaOperations<String, String> orders(ProducerFactory<String, String> factory)',
      'return new KafkaTemplate<>(factory);',
    ),
  },
  kafkavariable: {
    rule: OBSERVATION,
    imports: [CONTEXT, KAFKA],
    body: bean(
      'KafkaTemplate<String, String> orders(ProducerFactory<String, String> factory)',
      'KafkaTemplate<String, String> template = new KafkaTemplate<>(factory);',
      'template.setDefaultTopic("orders");',
      'return template;',
    ),
  },
  kafkalisteners: {
    rule: OBSERVATION,
    imports: [CONTEXT, KAFKA, KAFKA_CONFIG],
    body: bean(
      'ConcurrentKafkaListenerContainerFactory<String, String> kafkaListenerContainerFactory()',
      'ConcurrentKafkaListenerContainerFactory<String, String> factory =',
      '    new ConcurrentKafkaListenerContainerFactory<>();',
      'factory.setConcurrency(3);',
      'return factory;',
    ),
  },
  kafkaobject: {
    rule: OBSERVATION,
    imports: [CONTEXT, KAFKA],
    body: bean(
      'Object orders(ProducerFactory<String, byte[]> factory)',
      'return new KafkaTemplate<String, byte[]>(factory);',
    ),
  },
  rabbitoperations: {
    rule: 'MSG-NO-INJECT',
    imports: [CONTEXT, `${RABBIT}.connection.ConnectionFactory`, `${RABBIT}.core.*`],
    body: bean('RabbitOperations orders(ConnectionFactory connections)', 'return new RabbitTemplate(connections);'),
  },
  rabbittemplate: {
    rule: 'MSG-NO-INJECT',
    imports: [CONTEXT, `${RABBIT}.connection.ConnectionFactory`, `${RABBIT}.core.RabbitTemplate`],
    body: bean('RabbitTemplate orders(ConnectionFactory connections)', 'return new RabbitTemplate(connections);'),
  },
  rabbitlisteners: {
    rule: 'MSG-NO-INJECT',
    imports: [CONTEXT, `${RABBIT}.config.SimpleRabbitListenerContainerFactory`, `${RABBIT}.annotation.RabbitListener`],
    body: `${bean(
      'SimpleRabbitListenerContainerFactory listeners()',
      'var factory = new SimpleRabbitListenerContainerFactory();',
      'factory.setPrefetchCount(10);',
      'return factory;',
    )}\nclass Takers {\n  @RabbitListener(queues = "orders") void on(String order) {}\n}\n`,
  },
  executor: {
    rule: 'JAVA-ASYNC-NO-DECORATOR',
    imports: [
      CONTEXT,
      'org.springframework.scheduling.annotation.Async',
      'org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor',
      'java.util.concurrent.Executor',
      KAFKA,
    ],
    body: `${bean(
      'Executor mails()',
      'ThreadPoolTaskExecutor executor = new ThreadPoolTaskExecutor();',
      'executor.setCorePoolSize(4);',
      'return executor;',
    )}\nclass Mails {\n  @Async("mails") void mail() {}\n}\n`,
  },
};

/** Of a program that builds OpenTelemetry's SDK itself. */
export const SDK_CLASSES: Readonly<Record<string, JavaClass>> = {
  sdk: {
    rule: 'GO-PROP-UNSET',
    imports: [
      'io.opentelemetry.api.OpenTelemetry',
      'io.opentelemetry.sdk.OpenTelemetrySdk',
      'io.opentelemetry.sdk.trace.SdkTracerProvider',
      'java.net.http.HttpClient',
    ],
    body: `class Made {
  final HttpClient http = HttpClient.newHttpClient();

  static OpenTelemetry open(SdkTracerProvider provider) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(provider)
        .buildAndRegisterGlobal();
  }
}
`,
  },
};
