import assert from 'node:assert/strict';
import { rulesWithTracer as rules } from './support';

const PRODUCE = 'GO-KAFKA-PRODUCE-NO-INJECT';
const SEND = 'MSG-NO-INJECT';
const DROP = 'GO-KAFKA-CONSUME-DROP';
const KAFKA = 'github.com/segmentio/kafka-go';
const RABBIT = 'github.com/rabbitmq/amqp091-go';
const REDIS = 'github.com/redis/go-redis/v9';
const SARAMA = 'github.com/IBM/sarama';

describe('Messages of Go that carry the context without a word of it', () => {
  const retry = (headers: string, used = 'headers'): string => `type consumer struct{ channel *amqp091.Channel }
func (c *consumer) Retry(ctx context.Context, d amqp091.Delivery) error {
	headers := ${headers}
	headers["attempt"] = int32(2)
	return c.channel.PublishWithContext(ctx, "orders", "retry", false, false, amqp091.Publishing{Headers: ${used}, Body: d.Body})
}
func cloneHeaders(headers amqp091.Table) amqp091.Table {
	clone := amqp091.Table{}
	for key, value := range headers {
		clone[key] = value
	}
	return clone
}`;

  it('hand on a copy of the headers that came', async () => {
    assert.deepEqual(await rules([RABBIT], retry('cloneHeaders(d.Headers)')), []);
    assert.deepEqual(await rules([RABBIT], retry('amqp091.Table{}')), [SEND]);
    assert.deepEqual(await rules([RABBIT], retry('cloneHeaders(d.Headers)', 'amqp091.Table{}')), [SEND]);
    assert.deepEqual(await rules([RABBIT], retry('countHeaders(d.Headers)')), [SEND]);
  });

  const relayed = (
    over: string,
    headers: string,
  ): string => `type Entry struct{ Payload []byte; Headers map[string]string }
type worker struct{ writer *kafka.Writer; pending []Entry }
func (w *worker) Publish(ctx context.Context, given []Entry) error {
	ctx, span := otel.Tracer("outbox").Start(ctx, "drain")
	defer span.End()
	kept := w.pending
	_ = kept
	for _, entry := range ${over} {
		w.writer.WriteMessages(ctx, kafka.Message{Value: entry.Payload, ${headers}})
	}
	return nil
}
func toHeaders(headers map[string]string) []kafka.Header { return nil }`;

  it('send headers that were kept with them', async () => {
    assert.deepEqual(await rules([KAFKA], relayed('kept', 'Headers: toHeaders(entry.Headers)')), []);
    assert.deepEqual(await rules([KAFKA], relayed('kept', 'Headers: toHeaders(nil)')), [PRODUCE]);
    // What callers give by then, they have just made.
    assert.deepEqual(await rules([KAFKA], relayed('given', 'Headers: toHeaders(entry.Headers)')), [PRODUCE]);
  });

  const queue = (inject: string): string => `type Broker struct{ client *redis.Client }
type Task struct{ ID string; Headers map[string]string }
func (b *Broker) Enqueue(ctx context.Context, task Task) error {
	ctx, span := otel.Tracer("broker").Start(ctx, "enqueue")
	defer span.End()
	${inject}
	return b.store(ctx, task)
}
func (b *Broker) store(ctx context.Context, task Task) error {
	payload, _ := json.Marshal(task)
	return b.once(ctx, payload)
}
func (b *Broker) once(ctx context.Context, payload []byte) error { return b.add(ctx, payload) }
func (b *Broker) add(ctx context.Context, payload []byte) error {
	return b.client.XAdd(ctx, &redis.XAddArgs{Stream: "tasks", Values: map[string]any{"task": string(payload)}}).Err()
}
func inject(ctx context.Context, headers map[string]string) map[string]string {
	otel.GetTextMapPropagator().Inject(ctx, propagation.MapCarrier(headers))
	return headers
}
func ask(ctx context.Context) {
	req, _ := http.NewRequestWithContext(ctx, "GET", "http://orders", nil)
	otel.GetTextMapPropagator().Inject(ctx, propagation.HeaderCarrier(req.Header))
}`;

  it('are bytes of a message into which it was put some functions above', async () => {
    const imports = [REDIS, 'encoding/json', 'net/http', 'go.opentelemetry.io/otel/propagation'];
    assert.deepEqual(await rules(imports, queue('task.Headers = inject(ctx, task.Headers)')), []);
    assert.deepEqual(await rules(imports, queue('')), [SEND]);
    // What a request carries is not in the message.
    const asked = queue('').replace('otel.Tracer("broker")', 'otel.Tracer("x")');
    assert.deepEqual(await rules(imports, asked.replace('\treturn b.store', '\task(ctx)\n\treturn b.store')), [SEND]);
  });

  const publish = (name: string, topic: string): string => `type bus struct{ writer *kafka.Writer }
func (b *bus) ${name}(ctx context.Context, r *http.Request) error {
	return b.writer.WriteMessages(ctx, kafka.Message{Topic: ${topic}, Value: nil})
}`;

  it('are dead letters, which people look at', async () => {
    assert.deepEqual(await rules([KAFKA, 'net/http'], publish('send', '"orders"')), [PRODUCE]);
    assert.deepEqual(await rules([KAFKA, 'net/http'], publish('toDLQ', '"orders"')), []);
    assert.deepEqual(await rules([KAFKA, 'net/http'], publish('send', 'deadLetterTopic')), []);
    assert.deepEqual(await rules([KAFKA, 'net/http'], publish('sendDeadline', '"deadlines"')), [PRODUCE]);
  });

  const relay = (tick: string, start = ''): string => `type relay struct{ writer *kafka.Writer }
func (r *relay) Loop(ctx context.Context) {
	${tick}
	r.once(ctx)
}
func (r *relay) once(ctx context.Context) { r.send(ctx, nil) }
func (r *relay) send(ctx context.Context, body any) error {
	${start}
	return r.writer.WriteMessages(ctx, kafka.Message{Topic: "orders"})
}`;

  it('are sent when a clock says so, and no span is begun for them', async () => {
    const clock = 'ticker := time.NewTicker(time.Second)\n\tdefer ticker.Stop()';
    const span = 'ctx, span := otel.Tracer("relay").Start(ctx, "send")\n\tdefer span.End()';
    assert.deepEqual(await rules([KAFKA, 'time'], relay(clock)), []);
    assert.deepEqual(await rules([KAFKA, 'time'], relay(clock, span)), [PRODUCE]);
    assert.deepEqual(await rules([KAFKA], relay('')), [PRODUCE]);
    const asked = `${relay(clock)}\nfunc (r *relay) Accept(w http.ResponseWriter, q *http.Request) { r.send(q.Context(), nil) }`;
    assert.deepEqual(await rules([KAFKA, 'time', 'net/http'], asked), [PRODUCE]);
  });

  const claims = (
    wrap: string,
    reader = '',
  ): string => `type MessageHandler func(ctx context.Context, msg *sarama.ConsumerMessage) error
type Middleware func(next MessageHandler) MessageHandler
type group struct{ handler MessageHandler }
func newGroup(handler MessageHandler, middlewares ...Middleware) *group {
	${wrap}
	return &group{handler: handler}
}
func (g *group) ConsumeClaim(session sarama.ConsumerGroupSession, claim sarama.ConsumerGroupClaim) error {
	for msg := range claim.Messages() {
		g.handler(session.Context(), msg)
	}
	return nil
}
func work(ctx context.Context, msg *sarama.ConsumerMessage) error {
	_, span := otel.Tracer("x").Start(ctx, "work")
	defer span.End()
	return nil
}
func Run() { newGroup(work) }
${reader}`;

  it('are read by what wraps their handler', async () => {
    const wrap = 'for i := len(middlewares) - 1; i >= 0; i-- {\n\t\thandler = middlewares[i](handler)\n\t}';
    const reader = `func fromMessage(ctx context.Context, msg *sarama.ConsumerMessage) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, carrier(msg.Headers))
}`;
    assert.deepEqual(await rules([SARAMA], claims(wrap, reader)), []);
    assert.deepEqual(await rules([SARAMA], claims(wrap)), [DROP]);
    assert.deepEqual(await rules([SARAMA], claims('', reader)), [DROP]);
  });

  it('are worked on under the context that came, but where none did', async () => {
    const handle = (before: string): string => `type shop struct{ channel *amqp091.Channel }
func (s *shop) handle(ctx context.Context, d amqp091.Delivery) error {
	${before}
	ctx, span := otel.Tracer("shop").Start(ctx, "handle")
	defer span.End()
	return s.channel.PublishWithContext(ctx, "x", "y", false, false, amqp091.Publishing{Headers: d.Headers})
}`;
    assert.deepEqual(await rules([RABBIT], handle('if ctx == nil {\n\t\tctx = context.Background()\n\t}')), []);
    assert.deepEqual(await rules([RABBIT], handle('ctx = context.Background()')), ['GO-CTX-BACKGROUND']);
  });

  const decoded = (
    fill: string,
    read: string,
  ): string => `type Message struct{ Value []byte; Carried map[string]string }
func (m *Message) Context(ctx context.Context) context.Context { ${read} }
type queue struct{ client *redis.Client }
func decode(values map[string]any) *Message {
	message := &Message{}
	for key, value := range values {
		${fill}
	}
	return message
}
func (q *queue) Listen(ctx context.Context, handle func(context.Context, *Message) error) {
	ctx, span := otel.Tracer("queue").Start(ctx, "consume")
	defer span.End()
	streams, _ := q.client.XReadGroup(ctx, &redis.XReadGroupArgs{Group: "orders"}).Result()
	for _, one := range streams[0].Messages {
		handle(ctx, decode(one.Values))
	}
}`;

  it('are decoded with it, and handed to who reads it', async () => {
    const imports = [REDIS, 'go.opentelemetry.io/otel/propagation'];
    const fill = 'message.Carried[key] = value.(string)';
    const read = 'return otel.GetTextMapPropagator().Extract(ctx, propagation.MapCarrier(m.Carried))';
    assert.deepEqual(await rules(imports, decoded(fill, read)), []);
    assert.deepEqual(await rules(imports, decoded('_, _ = key, value', read)), [DROP]);
    assert.deepEqual(await rules(imports, decoded(fill, 'return ctx')), [DROP]);
  });

  it('are read by what wraps the handlers of another package', async () => {
    const am = (wrap: string): string => `package am

import "context"

type Message interface{ Headers() map[string]string }
type Handler interface{ Handle(ctx context.Context, msg Message) error }
type Middleware func(next Handler) Handler

func With(h Handler, mws ...Middleware) Handler {
	for _, mw := range mws {
		${wrap}
	}
	return h
}
`;
    const reader = `package amotel

import (
	"context"

	"example.com/shop/am"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/propagation"
)

func FromMessage(ctx context.Context, msg am.Message) context.Context {
	return otel.GetTextMapPropagator().Extract(ctx, propagation.MapCarrier(msg.Headers()))
}
`;
    const stream = `type stream struct{ conn *nats.Conn }
func (s *stream) Subscribe(subject string, handler am.Handler) error {
	_, err := s.conn.Subscribe(subject, func(msg *nats.Msg) { handler.Handle(context.Background(), nil) })
	return err
}
type orders struct{}
func (orders) Handle(ctx context.Context, msg am.Message) error {
	_, span := otel.Tracer("x").Start(ctx, "order")
	defer span.End()
	return nil
}`;
    const imports = ['github.com/nats-io/nats.go', 'example.com/shop/am', '_ "example.com/shop/amotel"'];
    const found = (wrap: string, more: Record<string, string>): Promise<string[]> =>
      rules(imports, stream, { 'am/am.go': am(wrap), ...more });
    assert.deepEqual(await found('h = mw(h)', { 'amotel/amotel.go': reader }), []);
    assert.deepEqual(await found('h = mw(h)', {}), [DROP]);
    assert.deepEqual(await found('_ = mw', { 'amotel/amotel.go': reader }), [DROP]);
  });
});
