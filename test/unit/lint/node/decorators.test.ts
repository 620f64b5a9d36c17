import assert from 'node:assert/strict';
import { found, HTTP, sdk, UNDICI } from './support';

const TRACED = `import { context, trace } from '@opentelemetry/api';
export function Traced(name?: string): MethodDecorator {
  return (target, key, descriptor: PropertyDescriptor) => {
    const original = descriptor.value;
    descriptor.value = async function (...args: unknown[]) {
      const span = trace.getTracer('shop').startSpan(name ?? String(key));
      try {
        return await original.apply(this, args);
      } finally {
        span.end();
      }
    };
    return descriptor;
  };
}
`;

const BILLING = `import { Traced } from './traced';
export class Billing {
  @Traced()
  async charge(order: { id: string }) {
    return fetch(\`\${process.env.BILLING_URL}/\${order.id}\`);
  }
}
`;

describe('lint: decorators that start spans', () => {
  const one = async (traced: string, billing: string): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/traced.ts': traced, 'src/billing.ts': billing });

  it('reports a span beside which a method runs that sends', async () => {
    assert.deepEqual(await one(TRACED, BILLING), ['SPAN-NOT-ACTIVE src/traced.ts:6']);
    const called = TRACED.replace('apply(this, args)', 'call(this, ...args)');
    assert.deepEqual(await one(called, BILLING.replace('@Traced()', "@Traced('charge')")), [
      'SPAN-NOT-ACTIVE src/traced.ts:6',
    ]);
  });

  it('leaves it alone where it is made active, or no such method sends', async () => {
    const active = TRACED.replace(
      'original.apply(this, args)',
      'context.with(trace.setSpan(context.active(), span), () => original.apply(this, args))',
    );
    assert.deepEqual(await one(active, BILLING), []);
    assert.deepEqual(await one(TRACED, BILLING.replace(/return fetch[^;]*;/, 'return order.id;')), []);
    assert.deepEqual(await one(TRACED, BILLING.replace('@Traced()', '@Logged()')), []);
  });
});

describe('lint: middleware that starts spans', () => {
  const SENDS = 'export const charge = () => fetch(`${process.env.BILLING_URL}/charge`);\n';
  const MIDDLEWARE = `import { context, trace } from '@opentelemetry/api';
export function timed(req, res, next) {
  const span = trace.getTracer('shop').startSpan('request');
  res.on('finish', () => span.end());
  next();
}
`;
  const one = async (middleware: string, sends = SENDS): Promise<readonly string[]> =>
    found({ 'src/tracing.ts': sdk(`${HTTP}, ${UNDICI}`), 'src/timed.ts': middleware, 'src/charge.ts': sends });

  it('reports a span beside which the rest of the request runs', async () => {
    assert.deepEqual(await one(MIDDLEWARE), ['SPAN-NOT-ACTIVE src/timed.ts:3']);
    const nest = `import { trace } from '@opentelemetry/api';
export class Timed {
  intercept(context, next) {
    const span = trace.getTracer('shop').startSpan('request');
    return next.handle().pipe(finalize(() => span.end()));
  }
}
`;
    assert.deepEqual(await one(nest), ['SPAN-NOT-ACTIVE src/timed.ts:4']);
  });

  it('leaves spans alone that are active, over by then, or beside which nothing is sent', async () => {
    const active = 'context.with(trace.setSpan(context.active(), span), next);';
    assert.deepEqual(await one(MIDDLEWARE.replace('next();', active)), []);
    const over = MIDDLEWARE.replace("res.on('finish', () => span.end());", 'check(req);\n  span.end();');
    assert.deepEqual(await one(over), []);
    assert.deepEqual(await one(MIDDLEWARE, ''), []);
    assert.deepEqual(await one(MIDDLEWARE.replace('next();', 'next(new Error());')), []);
  });
});
