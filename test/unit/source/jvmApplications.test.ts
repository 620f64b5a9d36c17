import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';
import type { AttributeValue } from '../../../src/model/attributes';
import type { OperationKey, SpanKind } from '../../../src/model/operation';

const span = (
  kind: SpanKind,
  name: string,
  attributes: Record<string, AttributeValue> = {},
  scope = '',
): OperationKey => operation(kind, name, attributes, { language: 'java', scope });

const route = (method: string, path: string): [SpanKind, string, Record<string, AttributeValue>] => [
  'SERVER',
  `${method} ${path}`,
  { 'http.route': path, 'http.request.method': method },
];

const message = (kind: SpanKind, topic: string): [SpanKind, string, Record<string, AttributeValue>] => [
  kind,
  `${topic} ${kind === 'CONSUMER' ? 'process' : 'publish'}`,
  { 'messaging.system': 'kafka', 'messaging.destination.name': topic },
];

describe('source: applications on the JVM', () => {
  it('reads root paths and topics from the configuration of the module', () =>
    withMapped(
      {
        'shop/build.gradle': '',
        'shop/src/main/resources/application.yml': `server:
  servlet:
    context-path: /shop
topics:
  paid-orders: \${PAID_TOPIC:orders.paid}
  from-outside: \${OUTSIDE}
`,
        'shop/src/main/java/a/Orders.java': `package a;
@RestController
@RequestMapping("/orders")
class Orders {
  @Value("\${topics.paidOrders}") private String paid;
  @GetMapping("/{id}")
  Order show(long id) {
    kafkaTemplate.send(paid, "x");
    return null;
  }
  @KafkaListener(topics = "\${topics.paid-orders}")
  void paid(Order order) {}
  @KafkaListener(topics = "\${topics.from-outside}")
  void outside(Order order) {}
}
`,
        'stock/src/main/resources/application.properties': 'topics.paid-orders=elsewhere\n',
        'stock/src/main/java/b/Stock.java': `package b;
class Stock {
  @KafkaListener(topics = "\${topics.paid-orders}")
  void paid(Order order) {}
}
`,
      },
      span,
      async (ask) => {
        assert.equal(
          await ask(...route('GET', '/shop/orders/{id}')),
          'shop/src/main/java/a/Orders.java:7 Orders.show 0.85',
        );
        assert.equal(await ask(...route('GET', '/orders/{id}')), 'shop/src/main/java/a/Orders.java:7 Orders.show 0.85');
        assert.equal(
          await ask(...message('CONSUMER', 'orders.paid')),
          'shop/src/main/java/a/Orders.java:12 Orders.paid 0.75',
        );
        assert.equal(
          await ask(...message('PRODUCER', 'orders.paid')),
          'shop/src/main/java/a/Orders.java:8 Orders.show 0.75',
        );
        assert.equal(
          await ask(...message('CONSUMER', 'elsewhere')),
          'stock/src/main/java/b/Stock.java:4 Stock.paid 0.75',
        );
        assert.match(await ask(...message('CONSUMER', '${OUTSIDE}')), /^unmapped/);
      },
    ));

  it('mounts functions of Ktor, and resolves resources of other files', () =>
    withMapped(
      {
        'src/main/kotlin/Routes.kt': `package a
import io.ktor.server.routing.*
import io.ktor.server.resources.get

fun Route.orders() {
    get("/{id}") {
        call.respond(1)
    }
    get<Articles.Id> {
        call.respond(2)
    }
}
`,
        'src/main/kotlin/Resources.kt': `package a
import io.ktor.resources.Resource

@Resource("/articles")
class Articles {
    @Resource("{id}")
    class Id(val parent: Articles = Articles(), val id: Long)
}
`,
        'src/main/resources/application.conf': `ktor { deployment { rootPath = "/shop" } }`,
        'src/main/kotlin/Health.kt': `package a
import io.ktor.server.routing.*

fun Application.health() {
    routing {
        get("/alive") { call.respond(1) }
    }
}
`,
        'src/main/kotlin/Application.kt': `package a
import io.ktor.server.routing.*

fun Application.module() {
    routing {
        route("/api/orders") {
            orders()
        }
    }
}
`,
      },
      span,
      async (ask) => {
        const file = 'src/main/kotlin/Routes.kt';
        assert.equal(await ask(...route('GET', '/api/orders/{id}')), `${file}:6 orders.(anonymous) 0.85`);
        assert.equal(await ask(...route('GET', '/api/orders/articles/{id}')), `${file}:9 orders.(anonymous) 0.85`);
        const alive = 'src/main/kotlin/Health.kt:6 health.(anonymous) 0.85';
        assert.equal(await ask(...route('GET', '/shop/alive')), alive, "behind the root of Ktor's configuration");
        assert.equal(await ask(...route('GET', '/alive')), alive);
        assert.match(await ask(...route('POST', '/api/orders/{id}')), /^unmapped/);
        const selected = '/(authenticate admin)/api/orders/{id}/(method:GET)';
        assert.equal(await ask(...route('GET', selected)), `${file}:6 orders.(anonymous) 0.85`);
      },
    ));

  it("finds Kotlin's functions by the names its compiler makes", () =>
    withMapped(
      {
        'src/Orders.kt': `package a

fun place(id: Long) = 1

class Orders {
    fun place(id: Long) = 2
    suspend fun load() = withContext(io) {
        throw Error()
    }
}

val first by lazy { 1 }
`,
      },
      span,
      async (ask) => {
        const named = (name: string): Promise<string> => ask('INTERNAL', 'x', { 'code.function.name': name });
        assert.equal(await named('a.OrdersKt.place'), 'src/Orders.kt:3 place 0.9');
        assert.equal(await named('a.Orders.place'), 'src/Orders.kt:6 Orders.place 0.9');
        assert.match(await named('b.OrdersKt.place'), /^unmapped/);
        const stack = `java.lang.Error
	at a.Orders$load$2.invokeSuspend(Orders.kt:8)
	at kotlin.coroutines.jvm.internal.BaseContinuationImpl.resumeWith(ContinuationImpl.kt:33)
`;
        assert.match(await ask('INTERNAL', 'x', { 'exception.stacktrace': stack }), /^src\/Orders.kt:8 Orders.load/);
      },
    ));

  it("spans of Micrometer, of Quarkus' annotations and of Temporal", () =>
    withMapped(
      {
        'src/main/java/a/Orders.java': `package a;
import io.temporal.workflow.WorkflowInterface;
class Orders {
  @Observed(name = "orders.placed")
  void place() {}
  @NewSpan("chargeCard")
  void charge() {}
  @WithSpan("Orders.named")
  void named() {}
}
@WorkflowInterface
interface Transfer {
  @WorkflowMethod void run();
}
class TransferImpl implements Transfer {
  public void run() {}
}
@ActivityInterface
interface Bank {
  void withdraw();
}
class BankImpl implements Bank {
  public void withdraw() {}
}
`,
      },
      span,
      async (ask) => {
        const file = 'src/main/java/a/Orders.java';
        const boot = 'org.springframework.boot';
        assert.equal(await ask('INTERNAL', 'orders#place', {}, boot), `${file}:5 Orders.place 0.7`);
        assert.equal(await ask('INTERNAL', 'charge-card', {}, boot), `${file}:7 Orders.charge 0.7`);
        assert.equal(
          await ask('INTERNAL', 'Orders.named', {}, 'io.quarkus.opentelemetry'),
          `${file}:9 Orders.named 0.7`,
        );
        assert.match(await ask('INTERNAL', 'security filterchain before', {}, boot), /^unmapped/);
        assert.equal(await ask('INTERNAL', 'RunWorkflow:Transfer'), `${file}:16 TransferImpl.run 0.85`);
        assert.equal(await ask('INTERNAL', 'RunActivity:Withdraw'), `${file}:23 BankImpl.withdraw 0.85`);
      },
    ));

  it('reads what a configuration server keeps for the application', () =>
    withMapped(
      {
        'users/src/main/resources/bootstrap.yml': 'spring:\n  application:\n    name: user-service\n',
        'users/src/main/java/a/Users.java': `package a;
@RestController
@RequestMapping("/users")
class Users {
  @PostMapping
  void create(@RequestBody User user) {}
  @KafkaListener(topics = "\${topics.left}")
  void left(User user) {}
}
`,
        'config/src/main/resources/shared/user-service.yml':
          'server:\n  servlet:\n    context-path: /uaa\ntopics:\n  left: users.left\n',
        'config/src/main/resources/shared/mail-service.yml': 'topics:\n  left: mails.left\n',
      },
      span,
      async (ask) => {
        assert.match(await ask(...route('POST', '/uaa/users')), /Users\.java:6 Users\.create 0\.85/);
        assert.match(await ask(...message('CONSUMER', 'users.left')), /Users\.java:8 Users\.left/);
        assert.match(await ask(...message('CONSUMER', 'mails.left')), /^unmapped/);
      },
    ));
});
