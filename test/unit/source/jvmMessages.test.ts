import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';
import type { OperationKey } from '../../../src/model/operation';

const MAIN = 'src/main/java/shop';

function message(kind: 'PRODUCER' | 'CONSUMER', system: string, destination: string): OperationKey {
  const attributes = { 'messaging.system': system, 'messaging.destination.name': destination };
  const verb = kind === 'PRODUCER' ? 'publish' : 'process';
  return operation(
    kind,
    `${destination} ${verb}`,
    { ...attributes, 'messaging.operation': verb },
    { language: 'java' },
  );
}

const RABBIT = `package shop;
class RabbitConfig {
  static final String QUEUE = "orders.queue";
  @Value("\${app.exchange}") private String exchange;
  @Bean Queue orders() { return new Queue(QUEUE); }
  @Bean Queue audit() { return QueueBuilder.durable("audit.queue").build(); }
  @Bean TopicExchange shopExchange() { return new TopicExchange(exchange); }
  @Bean Binding ordersBinding() { return BindingBuilder.bind(orders()).to(shopExchange()).with("orders.created"); }
  @Bean Binding auditBinding(Queue audit, TopicExchange shopExchange) {
    return BindingBuilder.bind(audit).to(shopExchange).with("audit.#");
  }
}
`;

const LISTENERS = `package shop;
@Component class OrderListener {
  @RabbitListener(queues = RabbitConfig.QUEUE)
  void created(Order order) {}
  @RabbitListener(queues = "audit.queue")
  void audited(Order order) {}
  @RabbitListener(bindings = @QueueBinding(value = @Queue("mail.queue"), exchange = @Exchange(name = "mail"), key = "mail.sent"))
  void mailed(Order order) {}
}
`;

const STREAMS = `package shop;
@Configuration class Streams {
  @Bean public Function<Order, Receipt> bill() { return (order) -> new Receipt(order); }
  @Bean public Consumer<Order> unbound() { return (order) -> {}; }
  void announce(StreamBridge streamBridge, Order order) {
    streamBridge.send("announce-out-0", order);
  }
  @Bean KStream<String, Order> topology(StreamsBuilder builder) {
    KStream<String, Order> orders = builder.stream("raw-orders");
    orders.filter((key, value) -> value != null).to("clean-orders");
    return orders;
  }
}
`;

const SENDER = `package shop;
class Sender {
  private final ShopProperties properties;
  private final KafkaTemplate<String, Order> kafkaTemplate;
  void byHeader(Order order) {
    Message<Order> message = MessageBuilder.withPayload(order)
        .setHeader(KafkaHeaders.TOPIC, "header-topic")
        .build();
    kafkaTemplate.send(message);
  }
  void bySettings(Order order) {
    kafkaTemplate.send(properties.getKafka().getOrdersTopic(), order);
  }
  void byOther(Order order) {
    kafkaTemplate.send(properties.getMailTopic(), order);
  }
}
`;

const PROPERTIES = `package shop;
@ConfigurationProperties(prefix = "shop")
class ShopProperties {
  private String mailTopic;
  private Kafka kafka = new Kafka();
  static class Kafka {
    private String ordersTopic;
  }
}
`;

const RETRIED = `package shop;
@Component class Payments {
  @RetryableTopic(attempts = "3", dltTopicSuffix = ".dead")
  @KafkaListener(topics = "payments")
  void paid(String payment) {}
  @DltHandler
  void dead(String payment) {}
  @KafkaListener(topics = "refunds")
  void refunded(String payment) {}
}
`;

const APPLICATION = `
app:
  exchange: shop.exchange
shop:
  mail-topic: mails
  kafka:
    orders-topic: orders.v1
spring:
  cloud:
    stream:
      bindings:
        bill-in-0:
          destination: to-bill
        bill-out-0:
          destination: billed
        announce-out-0:
          destination: announcements
`;

const FILES = {
  [`${MAIN}/RabbitConfig.java`]: RABBIT,
  [`${MAIN}/OrderListener.java`]: LISTENERS,
  [`${MAIN}/Streams.java`]: STREAMS,
  [`${MAIN}/Payments.java`]: RETRIED,
  [`${MAIN}/Sender.java`]: SENDER,
  [`${MAIN}/ShopProperties.java`]: PROPERTIES,
  'src/main/resources/application.yml': APPLICATION,
};

describe('messages on the JVM', () => {
  it('leads from exchanges and routing keys to the listeners of the queues that are bound to them', async () => {
    await withMapped(FILES, message, async (ask) => {
      assert.match(await ask('CONSUMER', 'rabbitmq', 'orders.created'), /OrderListener\.java:4 OrderListener\.created/);
      assert.match(await ask('CONSUMER', 'rabbitmq', 'orders.queue'), /OrderListener\.java:4 OrderListener\.created/);
      assert.match(await ask('CONSUMER', 'rabbitmq', 'mail.sent'), /OrderListener\.java:8 OrderListener\.mailed/);
      assert.match(await ask('CONSUMER', 'rabbitmq', 'mail'), /OrderListener\.mailed/);
      // Two queues hang on the exchange: which one it was, the span does not say.
      assert.equal(await ask('CONSUMER', 'rabbitmq', 'shop.exchange'), 'ambiguous 2');
      assert.match(await ask('CONSUMER', 'rabbitmq', 'orders.deleted'), /^unmapped/);
      // A binding sends nothing.
      assert.match(await ask('PRODUCER', 'rabbitmq', 'orders.created'), /^unmapped/);
    });
  });

  it('reads what functions and bridges of Spring Cloud Stream are bound to', async () => {
    await withMapped(FILES, message, async (ask) => {
      assert.match(await ask('CONSUMER', 'kafka', 'to-bill'), /Streams\.java:3 Streams\.bill/);
      assert.match(await ask('PRODUCER', 'kafka', 'billed'), /Streams\.java:3 Streams\.bill/);
      assert.match(await ask('PRODUCER', 'kafka', 'announcements'), /Streams\.java:6 Streams\.announce/);
      assert.match(await ask('CONSUMER', 'kafka', 'unbound-in-0'), /^unmapped/);
    });
  });

  it('knows the topics that retries and dead letters go to', async () => {
    await withMapped(FILES, message, async (ask) => {
      assert.match(await ask('CONSUMER', 'kafka', 'payments-retry-1'), /Payments\.java:5 Payments\.paid/);
      assert.match(await ask('CONSUMER', 'kafka', 'payments.dead'), /Payments\.java:7 Payments\.dead/);
      assert.match(await ask('CONSUMER', 'kafka', 'refunds-retry-1'), /^unmapped/);
      assert.match(await ask('CONSUMER', 'kafka', 'refunds-dlt'), /^unmapped/);
    });
  });

  it('reads the topics of Kafka Streams, of headers, and of classes that hold settings', async () => {
    await withMapped(FILES, message, async (ask) => {
      // What builds a topology is not what handles: offered, not shown.
      assert.match(await ask('CONSUMER', 'kafka', 'raw-orders'), /^unmapped|topology 0\.6/);
      assert.match(await ask('PRODUCER', 'kafka', 'clean-orders'), /Streams\.java:10 Streams\.topology/);
      assert.match(await ask('PRODUCER', 'kafka', 'header-topic'), /Sender\.java:9 Sender\.byHeader/);
      assert.match(await ask('PRODUCER', 'kafka', 'orders.v1'), /Sender\.java:12 Sender\.bySettings/);
      assert.match(await ask('PRODUCER', 'kafka', 'mails'), /Sender\.java:15 Sender\.byOther/);
    });
  });

  it('reads where a channel leads by what its connector calls the place', () =>
    withMapped(
      {
        'pom.xml': '<project><artifactId>shop</artifactId></project>',
        'src/main/resources/application.properties': `mp.messaging.incoming.paid-in.connector=smallrye-amqp
mp.messaging.incoming.paid-in.address=orders-paid
mp.messaging.incoming.sent-in.queue.name=orders-sent
mp.messaging.outgoing.mail-out.exchange.name=mails
`,
        [`${MAIN}/Channels.java`]: `package shop;
class Channels {
  @Channel("mail-out") Emitter<Mail> mails;
  @Incoming("paid-in") void paid(Order order) {}
  @Incoming("sent-in") void sent(Order order) {}
  void mail(Mail mail) {
    mails.send(mail);
  }
}
`,
      },
      message,
      async (ask) => {
        assert.match(await ask('CONSUMER', 'AmqpSpec', 'orders-paid'), /:4 Channels\.paid /);
        assert.match(await ask('CONSUMER', 'rabbitmq', 'orders-sent'), /:5 Channels\.sent /);
        assert.match(await ask('PRODUCER', 'rabbitmq', 'mails'), /:7 Channels\.mail /);
        assert.match(await ask('CONSUMER', 'rabbitmq', 'mails'), /^unmapped/);
      },
    ));
});
