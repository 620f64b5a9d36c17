import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: frameworks of Kotlin', () => {
  it('Spring MVC: class prefixes, arrays and several paths; clients are calls', async () => {
    await expectFacts(
      'OrderController.kt',
      `package com.shop

const val BASE = "/api"

@RestController
@RequestMapping("$BASE/orders", produces = ["application/json"])
class OrderController(private val service: OrderService) {
    @GetMapping("/{id}", "/by-id/{id}")
    suspend fun show(@PathVariable id: Long) = service.find(id)

    @RequestMapping(path = arrayOf(ITEMS), method = [RequestMethod.POST, RequestMethod.PUT])
    fun items() {}

    @DeleteMapping
    fun clear() {}

    companion object {
        const val ITEMS = "/items"
    }
}

@FeignClient(name = "stock", path = "/v1")
interface StockClient {
    @GetMapping("/stock/{id}")
    fun stock(@PathVariable id: Long): Stock
}
`,
      {
        routes: [
          'GET /api/orders/{id} → OrderController.show @9',
          'GET /api/orders/by-id/{id} → OrderController.show @9',
          'POST /api/orders/items → OrderController.items @12',
          'PUT /api/orders/items → OrderController.items @12',
          'DELETE /api/orders → OrderController.clear @15',
        ],
        httpCalls: ['feign GET /v1/stock/{id} in StockClient.stock @25'],
      },
    );
  });

  it('JAX-RS and Micronaut', async () => {
    await expectFacts(
      'Books.kt',
      `package com.shop
import io.micronaut.http.annotation.Controller

@Controller("/books")
class BookController {
    @Get("/{id}")
    fun show(id: Long): Book? = null
}
`,
      { routes: ['GET /books/{id} → BookController.show @7'] },
    );
    await expectFacts(
      'Heroes.kt',
      `@Path("/heroes")
class HeroResource {
    @GET
    @Path("/{id}")
    fun show(id: Long) = heroes.find(id)

    @POST
    fun create(hero: Hero) {}
}
`,
      { routes: ['GET /heroes/{id} → HeroResource.show @5', 'POST /heroes → HeroResource.create @8'] },
    );
  });

  it('router DSLs', () =>
    expectFacts(
      'Router.kt',
      `@Configuration
class Router(private val handler: OrderHandler) {
    @Bean
    fun routes() = coRouter {
        accept(APPLICATION_JSON).nest {
            "/orders".nest {
                GET("", handler::list)
                GET("/{id}", handler::show)
                POST("/{id}/pay") { handler.pay(it) }
            }
        }
        DELETE("/all", ::clear)
    }
}
`,
      {
        routes: [
          "GET /orders → 'OrderHandler.list'",
          "GET /orders/{id} → 'OrderHandler.show'",
          'POST /orders/{id}/pay → Router.routes.(anonymous) @9',
          "DELETE /all → 'clear'",
        ],
      },
    ));

  it('Ktor: nested routes, functions that fill a router, type-safe routes', async () => {
    await expectFacts(
      'Orders.kt',
      `package com.shop
import io.ktor.server.routing.*

fun Route.orders(service: OrderService) {
    route("/orders") {
        get {
            call.respond(service.all())
        }
        get("/{id}") {
            val name = cache.get("x") { 1 }
            call.respond(service.find(1))
        }
        authenticate("admin") {
            post<NewOrder> { order ->
                call.respond(order)
            }
        }
        route("/old", HttpMethod.Put) {
            handle { call.respond(1) }
        }
        get("/named", ::named)
    }
}

fun Application.module() {
    routing {
        route("/api") {
            orders(OrderService())
        }
    }
}

class Cache {
    fun load() = get("/no") { 1 }
}
`,
      {
        routes: [
          'GET /orders → orders.(anonymous) @6',
          'GET /orders/{id} → orders.(anonymous) @9',
          'POST /orders → orders.(anonymous) @14',
          'PUT /orders/old → orders.(anonymous) @19',
          "GET /orders/named → 'named'",
        ],
        mounts: ['module + /api → orders'],
      },
    );
    await expectFacts(
      'Articles.kt',
      `package com.shop
import io.ktor.resources.Resource
import io.ktor.server.resources.get

@Resource("/articles")
class Articles {
    @Resource("{id}")
    class Id(val parent: Articles = Articles(), val id: Long)
}

fun Route.articles() {
    get<Articles.Id> { call.respond(it.id) }
    put<Articles.Id, Change> { article, change -> call.respond(change) }
    delete<Articles.Id>(::remove)
}
`,
      {
        routes: [
          'GET /<Articles.Id.@Resource> → articles.(anonymous) @12',
          'PUT /<Articles.Id.@Resource> → articles.(anonymous) @13',
          "DELETE /<Articles.Id.@Resource> → 'remove'",
        ],
        constants: ['Articles.@Resource = /articles', 'Articles.Id.@Resource = ${Articles.@Resource}/{id}'],
      },
    );
  });

  it('messages', () =>
    expectFacts(
      'Bus.kt',
      `class Bus(private val kafka: KafkaTemplate<String, Order>, @Value("\\\${topics.paid}") private val paid: String) {
    @KafkaListener(topics = ["orders", "\\\${topics.stock:stock}"])
    fun on(order: Order) {
        kafka.send(paid, order.id, order)
        rabbitTemplate.convertAndSend("exchange", "key", order)
        other.send("x", order)
    }

    @RabbitListener(queues = ["mails"])
    fun mail(text: String) {}

    @SqsListener("jobs")
    fun job(text: String) {}

    @Incoming("prices")
    fun price(value: Double) {}
}
`,
      {
        messages: [
          'consumer kafka orders → Bus.on @3',
          'consumer kafka stock → Bus.on @3',
          'producer kafka <paid> → Bus.on @3',
          'producer rabbitmq exchange → Bus.on @3',
          'producer rabbitmq key → Bus.on @3',
          'consumer rabbitmq mails → Bus.mail @10',
          'consumer aws_sqs jobs → Bus.job @13',
          'consumer  prices → Bus.price @16',
          'consumer  <mp.messaging.incoming.prices.topic> → Bus.price @16',
        ],
        constants: ['Bus.paid = <topics.paid>'],
      },
    ));

  it('gRPC and HTTP calls', () =>
    expectFacts(
      'Rpc.kt',
      `class OrderService : OrdersGrpcKt.OrdersCoroutineImplBase() {
    override suspend fun getOrder(request: OrderRequest): Order = build()

    private fun build() = Order()
}

class Caller(private val stub: StockGrpcKt.StockCoroutineStub, private val client: HttpClient) {
    private val prices = PricesCoroutineStub(channel)
        .withDeadlineAfter(1, SECONDS)

    suspend fun call(id: Long) {
        prices.find(id)
        stub.withDeadlineAfter(1, SECONDS).reserve(id)
        client.get("http://stock/items/$id")
        webClient.get().uri("/prices/{id}", id).retrieve()
    }
}
`,
      {
        rpcs: [
          'server Orders/GetOrder → OrderService.getOrder @2',
          'client Prices/Find → Caller.call @11',
          'client Stock/Reserve → Caller.call @11',
        ],
        httpCalls: [
          'ktor GET http://stock/items/${id} in Caller.call @11',
          'spring GET /prices/{id} in Caller.call @11',
        ],
      },
    ));
});
