import { expectFacts } from '../../support/syntaxGolden';

describe('syntax: Kotlin', () => {
  it('names functions, extensions, types, imports and constants', () =>
    expectFacts(
      'a.kt',
      `package com.shop.orders

import org.springframework.web.bind.annotation.*
import com.shop.Topics as Names

const val TOPIC = "orders" + ".new"

@RestController
@RequestMapping("/orders")
class OrderController(private val service: OrderService) : Base<X>(), Api {
    companion object {
        const val NAME = "a"
        fun of() = 1
    }
    @GetMapping("/{id}")
    suspend fun show(@PathVariable id: Long, name: String = "x"): Order = service.find(id)
}

object Single {
    fun run() {}
}

interface Api {
    fun x()
}

enum class Queue(val text: String) { PAID("paid") }

fun Route.orders() {
    val handle = { a: Int -> a }
}
`,
      {
        functions: [
          'OrderController.of @13() 13-13',
          'OrderController.show @16(id, name) 15-16',
          'Single.run @20() 20-20',
          'Api.x @24() 24-24',
          'orders @29() 29-31',
          'orders.handle @30(a) 30-30',
        ],
        types: ['OrderController : Base, Api', 'Single', 'Api', 'Queue'],
        constants: ['TOPIC = orders.new', 'OrderController.NAME = a', 'Queue.PAID = paid'],
        imports: ['org.springframework.web.bind.annotation: *', 'com.shop.Topics: Topics as Names'],
      },
    ));

  it('spans, tracers and statements', () =>
    expectFacts(
      'a.kt',
      `package a

class Orders(private val otel: OpenTelemetry) {
    private val tracer = otel.getTracer("shop")

    @WithSpan
    fun plain() {}

    @WithSpan("named", kind = SpanKind.CLIENT)
    fun find(id: Long) {
        val span = tracer.spanBuilder("order $id").setSpanKind(SpanKind.PRODUCER).startSpan()
        withSpan("helped") { it }
        logger.trace("logged") { it }
        app.trace("/routed") { it }
        tracing.trace("measured") { it }
        jdbc.query("""
            SELECT id FROM orders
            WHERE id = ?
        """.trimIndent(), id)
    }
}
`,
      {
        spans: [
          '- in Orders.plain @7',
          'named [CLIENT] in Orders.find @10',
          'order ${id} [PRODUCER] in Orders.find @10',
          'helped in Orders.find @10',
          'measured in Orders.find @10',
        ],
        tracerNames: ['shop'],
        queries: ['\n            SELECT id FROM orders\n            WHERE id = ?\n         in Orders.find @10'],
      },
    ));
});
