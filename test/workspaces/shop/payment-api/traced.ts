import { SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('payment-api');

/** Makes a span of every call of a method and names the method as older instrumentation does. */
export function Traced(): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const original = descriptor.value as (...args: unknown[]) => Promise<unknown>;
    const attributes = { 'code.namespace': target.constructor.name, 'code.function': String(key) };
    descriptor.value = function (this: unknown, ...args: unknown[]): Promise<unknown> {
      return tracer.startActiveSpan(`${target.constructor.name}.${String(key)}`, { attributes }, async (span) => {
        try {
          return await original.apply(this, args);
        } catch (error) {
          span.recordException(error as Error);
          span.setStatus({ code: SpanStatusCode.ERROR, message: (error as Error).message });
          throw error;
        } finally {
          span.end();
        }
      });
    };
  };
}
