import assert from 'node:assert/strict';
import { rulesWithTracer as rules } from './support';

const PRODUCE = 'GO-KAFKA-PRODUCE-NO-INJECT';
const SEND = 'MSG-NO-INJECT';
const KAFKA = 'github.com/segmentio/kafka-go';
const NATS = 'github.com/nats-io/nats.go';
const RABBIT = 'github.com/rabbitmq/amqp091-go';

const WRITER = `type Writer interface {
	WriteMessages(ctx context.Context, messages ...kafka.Message) error
	Close() error
}
type bus struct{ writer Writer }`;
const PUBLISH = `func (b *bus) Publish(ctx context.Context, topic string, body []byte) error {
	ctx, span := otel.Tracer("bus").Start(ctx, "publish")
	defer span.End()
	SEND
}`;
const publish = (send: string): string => `${WRITER}\n${PUBLISH.replace('SEND', send)}`;

describe('Senders of messages in Go', () => {
  it('takes an own interface over a library’s client for that client, mocks of it aside', async () => {
    const bare = publish('return b.writer.WriteMessages(ctx, kafka.Message{Topic: topic, Value: body})');
    const mock = `package app

import "context"
import "github.com/segmentio/kafka-go"

type mockWriter struct{}

func (m *mockWriter) WriteMessages(ctx context.Context, messages ...kafka.Message) error { return nil }
func (m *mockWriter) Close() error { return nil }
`;
    assert.deepEqual(await rules([KAFKA], bare), [PRODUCE]);
    assert.deepEqual(await rules([KAFKA], bare, { 'app/mock_writer.go': mock }), [PRODUCE]);
    const injected = publish(`headers := carrier{}
	otel.GetTextMapPropagator().Inject(ctx, headers)
	return b.writer.WriteMessages(ctx, kafka.Message{Topic: topic, Headers: headers.all()})`);
    assert.deepEqual(await rules([KAFKA], injected), []);
  });

  it('knows what an interface’s method gives where nothing implements it', async () => {
    const topics = (option: string): string => `type Client interface{ Topic(id string) *pubsub.Topic }
type bus struct{ client Client }
${PUBLISH.replace('SEND', `${option}\n\tb.client.Topic(topic).Publish(ctx, &pubsub.Message{Data: body})\n\treturn nil`)}`;
    assert.deepEqual(await rules(['cloud.google.com/go/pubsub'], topics('')), [SEND]);
    const on = '_ = pubsub.ClientConfig{EnableOpenTelemetryTracing: true}';
    assert.deepEqual(await rules(['cloud.google.com/go/pubsub'], topics(on)), []);
  });

  it('takes a trace id that is logged for no context in the message', async () => {
    const logged = publish(`err := b.writer.WriteMessages(ctx, kafka.Message{Topic: topic, Value: body})
	b.logger.Debug(&Log{CorrelationID: span.SpanContext().TraceID().String()})
	return err`);
    assert.deepEqual(await rules([KAFKA], logged), [PRODUCE]);
    const sent = publish(
      'return b.writer.WriteMessages(ctx, kafka.Message{Value: wrap(body, span.SpanContext().TraceID().String())})',
    );
    assert.deepEqual(await rules([KAFKA], sent), []);
  });

  it('knows the streams of Redis', async () => {
    const redis = 'github.com/redis/go-redis/v9';
    const send = (call: string, more = ''): string =>
      `type bus struct{ client *redis.Client }\n${PUBLISH.replace('SEND', `${more}return b.client.${call}.Err()`)}`;
    const add = (values: string): string => `XAdd(ctx, &redis.XAddArgs{Stream: topic, Values: ${values}})`;
    assert.deepEqual(await rules([redis], send(add('map[string]any{"body": body}'))), [SEND]);
    assert.deepEqual(await rules([redis], send('Publish(ctx, topic, body)')), []);
    const inject = 'carrier := propagation.MapCarrier{}\n\totel.GetTextMapPropagator().Inject(ctx, carrier)\n\t';
    assert.deepEqual(await rules([redis, 'go.opentelemetry.io/otel/propagation'], send(add('carrier'), inject)), []);
    assert.deepEqual(await rules([redis], send('Set(ctx, topic, body, 0)')), []);
    const made = `func Run(ctx context.Context, id string) {
	ctx, span := otel.Tracer("bus").Start(ctx, "run")
	defer span.End()
	client := redis.NewClient(&redis.Options{})
	client.XAdd(ctx, &redis.XAddArgs{Stream: "books", Values: []string{"id", id}})
}`;
    assert.deepEqual(await rules([redis], made), [SEND]);
  });

  it('leaves alone what is sent by the clock, unless that has a span', async () => {
    const flush = (more: string): string => `type bus struct{ client *nats.Conn; kept chan []byte }
func (b *bus) resend(ctx context.Context) {
	ticker := time.NewTicker(time.Second)
	for {
		select {
		case <-ticker.C:
			${more}b.client.Publish("books", <-b.kept)
		case <-ctx.Done():
			return
		}
	}
}`;
    assert.deepEqual(await rules(['time', NATS], flush('')), []);
    const span = 'ctx, span := otel.Tracer("bus").Start(ctx, "resend")\n\t\t\tspan.End()\n\t\t\t';
    assert.deepEqual(await rules(['time', NATS], flush(span)), [SEND]);
  });

  it('leaves answers to requests alone', async () => {
    const nats = `type server struct{ conn *nats.Conn }
func (s *server) handle(ctx context.Context, m *nats.Msg) {
	ctx, span := otel.Tracer("rpc").Start(ctx, "handle")
	defer span.End()
	ANSWER
}`;
    const answer = (code: string): Promise<string[]> => rules([NATS], nats.replace('ANSWER', code));
    assert.deepEqual(await answer('s.conn.Publish("orders.done", m.Data)'), [SEND]);
    assert.deepEqual(await answer('s.conn.Publish(m.Reply, m.Data)'), []);
    assert.deepEqual(await answer('out := nats.NewMsg(m.Reply)\n\ts.conn.PublishMsg(out)'), []);
    const rabbit = `func answer(ctx context.Context, ch *amqp091.Channel, d *amqp091.Delivery) {
	ch.PublishWithContext(ctx, "", d.ReplyTo, false, false, amqp091.Publishing{CorrelationId: d.CorrelationId})
}`;
    assert.deepEqual(await rules([RABBIT], rabbit), []);
  });

  it('does not take what one sender puts into its messages for those of another, which the same function calls', async () => {
    const both = `func publish(ctx context.Context, ch *amqp091.Channel) error {
	return ch.PublishWithContext(ctx, "x", "k", false, false, amqp091.Publishing{Body: body})
}
func publishTraced(ctx context.Context, ch *amqp091.Channel) error {
	headers := amqp091.Table{}
	otel.GetTextMapPropagator().Inject(ctx, tableCarrier(headers))
	return ch.PublishWithContext(ctx, "x", "k", false, false, amqp091.Publishing{Headers: headers, Body: body})
}
func Order(w http.ResponseWriter, r *http.Request) { publish(r.Context(), channel); publishTraced(r.Context(), channel) }`;
    assert.deepEqual(await rules([RABBIT, 'net/http'], both), [SEND]);
  });

  it('asks the callers for headers that come with the arguments', async () => {
    const resend = (headers: string): string => `type options struct{ Headers amqp091.Table }
func publish(ctx context.Context, ch *amqp091.Channel, o *options) error {
	return ch.PublishWithContext(ctx, "x", "k", false, false, amqp091.Publishing{Headers: o.Headers})
}
func retry(ctx context.Context, ch *amqp091.Channel, message amqp091.Delivery) error {
	ctx, span := otel.Tracer("x").Start(ctx, "retry")
	defer span.End()
	headers := amqp091.Table{}
	${headers}
	return publish(ctx, ch, &options{Headers: headers})
}`;
    assert.deepEqual(await rules([RABBIT, 'maps'], resend('maps.Copy(headers, message.Headers)')), []);
    assert.deepEqual(await rules([RABBIT], resend('headers["attempt"] = 1')), [SEND]);
  });

  it('takes a message with the id of a request for part of it, and knows an embedded channel', async () => {
    const loop = (header: string): string => `type session struct {
	*amqp091.Connection
	*amqp091.Channel
}
func Send(s session, messages <-chan message) {
	for m := range messages {
		headers := amqp091.Table{}
		${header}
		s.Publish("x", "k", false, false, amqp091.Publishing{Headers: headers, Body: m.Body})
	}
}`;
    assert.deepEqual(await rules([RABBIT], loop('headers["x-request-id"] = m.RequestID')), [SEND]);
    assert.deepEqual(await rules([RABBIT], loop('headers["attempt"] = m.Attempt')), []);
    assert.deepEqual(await rules([RABBIT], loop('headers["x-request-id"] = m.ID; headers["traceparent"] = m.TP')), []);
  });

  it('tells an exporter of the product, which is traced itself, from one of telemetry', async () => {
    const exporter = (start: string): string => `package app

import (
	"context"
	"github.com/IBM/sarama"
	"go.opentelemetry.io/otel"
)

type Exporter struct{ producer sarama.SyncProducer }

func (e *Exporter) Export(ctx context.Context, items []string) error {
	${start}
	return e.send(ctx, items)
}

func (e *Exporter) send(ctx context.Context, items []string) error {
	return e.producer.SendMessages([]*sarama.ProducerMessage{{Topic: "items"}})
}
`;
    const start = 'ctx, span := otel.Tracer("output").Start(ctx, "export")\n\tdefer span.End()';
    assert.deepEqual(await rules([], '', { 'app/exporter.go': exporter(start) }), [PRODUCE]);
    assert.deepEqual(await rules([], '', { 'app/exporter.go': exporter('') }), []);
  });
});
