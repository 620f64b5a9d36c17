import { trace } from '@opentelemetry/api';

trace.getTracer('orders').startSpan('price order').end();
