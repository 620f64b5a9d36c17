import assert from 'node:assert/strict';
import { findingsIn } from './support';

const DROP = 'GO-KAFKA-CONSUME-DROP';

async function rules(imports: readonly string[], body: string): Promise<string[]> {
  return (await findingsIn(['context', 'go.opentelemetry.io/otel', ...imports], body)).map(
    ({ rule, line }) => `${rule}:${line}`,
  );
}

const WORK = `func work(ctx context.Context) {
	_, span := otel.Tracer("x").Start(ctx, "work")
	span.End()
}`;
const EXTRACT = 'ctx = otel.GetTextMapPropagator().Extract(ctx, carrier(m))';

describe('Consumers of other brokers in Go', () => {
  const NATS = 'github.com/nats-io/nats.go';
  const RABBIT = 'github.com/rabbitmq/amqp091-go';

  it('finds callbacks of NATS that read no header', async () => {
    const subscribe = (extract: string): string => `func listen(nc *nats.Conn) {
	nc.Subscribe("orders", func(m *nats.Msg) {
		ctx := context.Background()
		${extract}
		work(ctx)
	})
}
${WORK}`;
    assert.deepEqual(await rules([NATS], subscribe('')), [`${DROP}:10`]);
    assert.deepEqual(await rules([NATS], subscribe(EXTRACT)), []);
  });

  it('follows handlers that are given by name', async () => {
    const named = (extract: string): string => `type S struct{ nc *nats.Conn }
func (s *S) listen() { s.nc.QueueSubscribe("orders", "q", s.handle) }
func (s *S) handle(m *nats.Msg) {
	ctx := context.Background()
	${extract}
	work(ctx)
}
${WORK}`;
    assert.deepEqual(await rules([NATS], named('')), [`${DROP}:10`]);
    assert.deepEqual(await rules([NATS], named(EXTRACT)), []);
  });

  it('follows work further down, and as deep what reads the context or links to the message', async () => {
    const deep = (last: string): string => `func listen(ctx context.Context, nc *nats.Conn) {
	nc.Subscribe("orders", func(m *nats.Msg) { first(ctx, m.Data) })
}
func first(ctx context.Context, data []byte) { second(ctx, data) }
func second(ctx context.Context, data []byte) { third(ctx, data) }
func third(ctx context.Context, data []byte) { fourth(ctx, data) }
func fourth(ctx context.Context, m []byte) {
	${last}
	work(ctx)
}
${WORK}`;
    assert.deepEqual(await rules([NATS], deep('')), [`${DROP}:10`]);
    assert.deepEqual(await rules([NATS], deep(EXTRACT)), []);
    assert.deepEqual(await rules([NATS], deep('_ = trace.LinkFromContext(ctx)')), []);
  });

  it('shows the loop over deliveries of RabbitMQ, also where a helper gave the channel', async () => {
    const loop = `func listen(ch *amqp091.Channel) {
	deliveries, _ := ch.Consume("q", "", true, false, false, false, nil)
	for d := range deliveries {
		work(context.Background())
		_ = d
	}
}
${WORK}`;
    assert.deepEqual(await rules([RABBIT], loop), [`${DROP}:11`]);
    const helper = `func subscribe(ch *amqp091.Channel) (<-chan amqp091.Delivery, error) {
	return ch.Consume("q", "", true, false, false, false, nil)
}
func listen(ch *amqp091.Channel) {
	deliveries, _ := subscribe(ch)
	for d := range deliveries { go handle(d) }
}
func handle(d amqp091.Delivery) { work(context.Background()) }
${WORK}`;
    assert.deepEqual(await rules([RABBIT], helper), [`${DROP}:14`]);
    const read = helper.replace('{ work(', '{ otel.GetTextMapPropagator().Extract(nil, table(d)); work(');
    assert.deepEqual(await rules([RABBIT], read), ['EXTRACT-UNUSED:16']);
  });

  it('is silent where nothing is traced in the handler, and where the client propagates by itself', async () => {
    assert.deepEqual(
      await rules([NATS], 'func listen(nc *nats.Conn) { nc.Subscribe("x", func(m *nats.Msg) { log(m.Data) }) }'),
      [],
    );
    const pubsub = (option: string): string => `var cfg = pubsub.ClientConfig{${option}}
func listen(sub *pubsub.Subscription) {
	sub.Receive(nil, func(ctx context.Context, m *pubsub.Message) { work(context.Background()) })
}
${WORK}`;
    assert.deepEqual(
      (await rules(['cloud.google.com/go/pubsub'], pubsub(''))).filter((one) => one.startsWith(DROP)),
      [`${DROP}:11`],
    );
    assert.deepEqual(
      (await rules(['cloud.google.com/go/pubsub'], pubsub('EnableOpenTelemetryTracing: true'))).filter((one) =>
        one.startsWith(DROP),
      ),
      [],
    );
  });

  it('takes what a consumer sends for part of the message’s trace', async () => {
    const forward = `type P struct{ ch *amqp091.Channel }
func (p *P) publish(ctx context.Context) { p.ch.PublishWithContext(ctx, "", "q", false, false, amqp091.Publishing{}) }
func (p *P) handle(d amqp091.Delivery) { p.publish(context.Background()) }
func init() { register((*P).handle) }`;
    assert.deepEqual(await rules([RABBIT], forward), ['MSG-NO-INJECT:10', `${DROP}:11`]);
  });
});

describe('Carriers that nothing was put into', () => {
  const extract = (made: string, before = ''): string => `func queue(ctx context.Context) context.Context {
	${made}
	${before}
	out := otel.GetTextMapPropagator().Extract(ctx, carrier)
	return out
}`;
  const PROPAGATION = ['go.opentelemetry.io/otel/propagation'];

  it('give nothing', async () => {
    for (const made of [
      'var carrier propagation.HeaderCarrier',
      'carrier := propagation.MapCarrier{}',
      'carrier := make(propagation.MapCarrier)',
    ])
      assert.deepEqual(await rules(PROPAGATION, extract(made)), ['EXTRACT-UNUSED:12'], made);
  });

  it('are filled by injection, by key, by a helper, or where they are made', async () => {
    const made = 'carrier := propagation.MapCarrier{}';
    for (const before of [
      'otel.GetTextMapPropagator().Inject(ctx, carrier)',
      'carrier["traceparent"] = parent',
      'fill(carrier)',
    ])
      assert.deepEqual(await rules(PROPAGATION, extract(made, before)), [], before);
    assert.deepEqual(await rules(PROPAGATION, extract('carrier := propagation.MapCarrier{"traceparent": parent}')), []);
    assert.deepEqual(await rules(PROPAGATION, extract('carrier := propagation.HeaderCarrier(r.Header)')), []);
  });
});
