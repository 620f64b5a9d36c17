import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Java', () => {
  it('names methods, constructors, lambdas and nested types, with their annotations', () =>
    expectFacts(
      'Orders.java',
      `package com.shop.orders;
import com.shop.Topics;
import static com.shop.Names.QUERY;
import java.util.*;
@Service
public class Orders extends Base<Order> implements Repo, api.Shop {
  public static final String TOPIC = "orders" + ".v1";
  @Value("\${topics.paid:paid}") private String paid;
  enum Queue { MAIL("mail"), JOB }
  Orders(Db db) {}
  @Override
  @Transactional(readOnly = true)
  public Order find(final long id, String... rest) { return null; }
  Runnable job = () -> {};
  interface Inner { void declared(int a); }
  record Pair(int a) { int sum() { return a; } }
}
`,
      {
        functions: [
          'Orders.Orders @10(db) 10-10',
          'Orders.find @13(id, rest) 11-13',
          'Orders.job @14() 14-14',
          'Orders.Inner.declared @15(a) 15-15',
          'Orders.Pair.sum @16() 16-16',
        ],
        types: ['Orders : Base, Repo, api.Shop', 'Orders.Queue', 'Orders.Inner', 'Orders.Pair'],
        constants: ['Orders.TOPIC = orders.v1', 'Orders.paid = paid', 'Orders.Queue.MAIL = mail'],
        imports: ['com.shop.Topics: Topics', 'com.shop.Names.QUERY: QUERY', 'java.util: *'],
      },
    ));

  it('spans by builder, annotation and observation', () =>
    expectFacts(
      'Orders.java',
      `package com.shop;
class Orders {
  private final Tracer tracer = GlobalOpenTelemetry.getTracer("shop");
  private final Tracer own = otel.getTracer(Orders.class.getName());
  void load(long id) {
    Span span = tracer.spanBuilder("load " + id).setSpanKind(SpanKind.CLIENT).startSpan();
    Span next = micrometer.nextSpan().name("next").start();
    Observation.createNotStarted("observed", registry).contextualName("seen").observe(() -> {});
    tracer.spanBuilder(String.format("order %s", id)).startSpan();
  }
  @WithSpan void a() {}
  @WithSpan(value = "named", kind = SpanKind.SERVER) void b() {}
  @NewSpan("fresh") void c() {}
  @Observed(name = "metric", contextualName = "context") void d() {}
}
`,
      {
        spans: [
          'load ${id} [CLIENT] in Orders.load @5',
          'next in Orders.load @5',
          'observed in Orders.load @5',
          'seen in Orders.load @5',
          'order ${} in Orders.load @5',
          '- in Orders.a @11',
          'named [SERVER] in Orders.b @12',
          'fresh in Orders.c @13',
          'context in Orders.d @14',
        ],
        tracerNames: ['shop', 'com.shop.Orders'],
      },
    ));

  it('spans of helpers called trace, and neither what is logged at that level nor routes', () =>
    expectFacts(
      'Orders.java',
      `class Orders {
  @WithSpan void kept() {}
  private static final Logger audit = LoggerFactory.getLogger(Orders.class);
  private final Tracer measured;
  void load() {
    log.trace("entered", () -> heavy());
    this.logger.trace("load {}", id);
    audit.trace("audited");
    LoggerFactory.getLogger("a").trace("once");
    logger().trace("got");
    Log.trace("static");
    trace("said");
    app.trace("/orders", ctx -> ctx.result("x"));
    trace("/orders", (request, response) -> "x");
    measured.trace("by its type", () -> run());
    Tracing.trace("by its name", () -> run());
    trace("own", () -> run());
    traced("traced", this::run);
  }
}
`,
      {
        spans: [
          '- in Orders.kept @2',
          'by its type in Orders.load @5',
          'by its name in Orders.load @5',
          'own in Orders.load @5',
          'traced in Orders.load @5',
        ],
      },
    ));

  it('Spring MVC: class prefixes, arrays, method attributes; Feign clients are calls', async () => {
    await expectFacts(
      'OrderController.java',
      `@RestController
@RequestMapping(value = {"/orders", "/o"}, produces = "application/json")
class OrderController {
  static final String ITEMS = "/items";
  @GetMapping("/{id}") Order get(@PathVariable long id) { return null; }
  @RequestMapping(path = ITEMS, method = {RequestMethod.POST, RequestMethod.PUT}) void items() {}
  @DeleteMapping void clear() {}
}
`,
      {
        routes: [
          'GET /orders/{id} → OrderController.get @5',
          'GET /o/{id} → OrderController.get @5',
          'POST /orders/items → OrderController.items @6',
          'PUT /orders/items → OrderController.items @6',
          'POST /o/items → OrderController.items @6',
          'PUT /o/items → OrderController.items @6',
          'DELETE /orders → OrderController.clear @7',
          'DELETE /o → OrderController.clear @7',
        ],
      },
    );
    await expectFacts(
      'StockClient.java',
      `@FeignClient(name = "stock")
interface StockClient {
  @GetMapping("/stock/{id}") Stock get(@PathVariable("id") long id);
}
`,
      { routes: [], httpCalls: ['feign GET /stock/{id} in StockClient.get @3'] },
    );
  });

  it('functional routes, JAX-RS, Micronaut and servlets', async () => {
    await expectFacts(
      'Routes.java',
      `class Routes {
  RouterFunction<ServerResponse> a() {
    return route().GET("/a", handler::list).nest(path("/p"), b -> b.POST("/b", this::create)).build();
  }
  RouterFunction<ServerResponse> b() { return RouterFunctions.route(GET("/c"), handler::c).andRoute(POST("/d"), r -> null); }
  void c() { app.get("/e", ctx -> {}); map.get("key", x); router.get("/f").handler(this::f); }
  void create() {}
  void f() {}
}
`,
      {
        routes: [
          "GET /a → 'handler.list'",
          'POST /p/b → Routes.create @7',
          "GET /c → 'handler.c'",
          'POST /d → Routes.b.(anonymous) @5',
          'GET /e → Routes.c.(anonymous) @6',
          'GET /f → Routes.f @8',
        ],
      },
    );
    await expectFacts(
      'Resource.java',
      `@Path("/orders")
class Resource {
  @GET @Path("/{id}") public Order get() { return null; }
  @POST public void create() {}
}
@ApplicationPath("/api") class App extends Application {}
@WebServlet("/old") class Old extends HttpServlet { protected void doGet(Request q, Response s) {} }
`,
      {
        routes: ['GET /orders/{id} → Resource.get @3', 'POST /orders → Resource.create @4', 'GET /old → Old.doGet @7'],
        mounts: ['App + /api → *'],
      },
    );
    await expectFacts(
      'Books.java',
      `import io.micronaut.http.annotation.*;
@Controller("/books")
class Books {
  @Get("/{id}") Book get(long id) { return null; }
  @Post(uri = "/new") void create() {}
}
`,
      { routes: ['GET /books/{id} → Books.get @4', 'POST /books/new → Books.create @5'] },
    );
  });

  it('gRPC, both sides', () =>
    expectFacts(
      'Orders.java',
      `class Server {
  static class Orders extends OrdersGrpc.OrdersImplBase {
    @Override public void getOrder(Request r, StreamObserver<Reply> o) {
      stub.withDeadlineAfter(1, SECONDS).charge(r);
      StockGrpc.newBlockingStub(channel).reserve(r);
    }
    private void helper() {}
  }
  private final PaymentsGrpc.PaymentsBlockingStub stub;
}
`,
      {
        rpcs: [
          'server Orders/GetOrder → Server.Orders.getOrder @3',
          'client Payments/Charge → Server.Orders.getOrder @3',
          'client Stock/Reserve → Server.Orders.getOrder @3',
        ],
      },
    ));

  it('messages', () =>
    expectFacts(
      'Bus.java',
      `class Bus {
  private static final String TOPIC = "orders";
  @KafkaListener(topics = {TOPIC, "\${topics.stock}"}, groupId = "g") void on(String m) {}
  @RabbitListener(queues = "mails") void onMail(String m) {}
  @Incoming("prices") void price(double p) {}
  void send() {
    kafkaTemplate.send(TOPIC, "x");
    producer.send(new ProducerRecord<>("paid", "x"));
    rabbitTemplate.convertAndSend("exchange", "key", m);
    mailer.send("no", "x");
  }
  void listen() {
    consumer.subscribe(List.of(TOPIC));
    loop();
  }
  void loop() { consumer.poll(Duration.ZERO); }
}
@KafkaListener(topics = "events") class Handlers { @KafkaHandler void one(A a) {} @KafkaHandler void two(B b) {} }
@KafkaClient interface Sender { @Topic("sent") void send(String m); }
`,
      {
        messages: [
          'consumer kafka orders → Bus.on @3',
          'consumer kafka <topics.stock> → Bus.on @3',
          'consumer rabbitmq mails → Bus.onMail @4',
          'consumer  prices → Bus.price @5',
          'consumer  <mp.messaging.incoming.prices.topic> → Bus.price @5',
          'producer kafka orders → Bus.send @6',
          'producer kafka paid → Bus.send @6',
          'producer rabbitmq exchange → Bus.send @6',
          'producer rabbitmq key → Bus.send @6',
          'consumer kafka orders → Bus.loop @16',
          'consumer kafka events → Handlers.one @18',
          'consumer kafka events → Handlers.two @18',
          'producer kafka sent → Sender.send @19',
        ],
      },
    ));

  it('HTTP calls and service names', () =>
    expectFacts(
      'Client.java',
      `class Client {
  void call(long id) {
    restTemplate.getForObject("http://stock/" + id, Stock.class);
    restTemplate.exchange(url, HttpMethod.PUT, entity, Void.class);
    webClient.get().uri("/users/{id}", id).retrieve();
    HttpRequest.newBuilder().uri(URI.create("http://x/y")).build();
  }
  Resource r = Resource.create(Attributes.of(ServiceAttributes.SERVICE_NAME, "shop"));
}
`,
      {
        httpCalls: [
          'spring GET http://stock/${id} in Client.call @2',
          'spring PUT <url> in Client.call @2',
          'spring GET /users/{id} in Client.call @2',
          'java.net.http ? http://x/y in Client.call @2',
        ],
        serviceNames: ['shop'],
      },
    ));
});
