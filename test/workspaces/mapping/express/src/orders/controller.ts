import { trace } from '@opentelemetry/api';
import { PRICE_SPAN } from '../names';

const tracer = trace.getTracer('orders');

export class OrdersController {
  list(req, res) {
    res.json([]);
  }

  pay(req, res) {
    tracer.startActiveSpan(PRICE_SPAN, (span) => {
      span.end();
    });
    reserve(req.params.id);
  }
}

export function reserve(id) {
  const span = tracer.startSpan(`reserve stock ${id}`);
  span.end();
}

function first() {
  tracer.startSpan('load').end();
}

function second() {
  tracer.startSpan('load').end();
}
