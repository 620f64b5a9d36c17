import assert from 'node:assert/strict';
import { applyFix } from '../support/lintProject';
import { gofmtErrors, lintApp } from './support';

const IMPORTS = (from: string): string => `package app

import (
	"context"

	"${from}"
	"go.opentelemetry.io/otel"
)
`;

/** Applies the fix of the only finding: it must be Go, and nothing is left to find. */
async function fixed(text: string): Promise<string> {
  const { findings } = await lintApp(text);
  assert.equal(findings.length, 1);
  const result = applyFix({ 'app/app.go': text }, findings[0]!.finding)['app/app.go']!;
  assert.ok([undefined, ''].includes(gofmtErrors(result)), result);
  assert.deepEqual((await lintApp(result)).short, []);
  return result;
}

describe('Fixes for messages in Go', () => {
  const KAFKA = 'github.com/segmentio/kafka-go';
  const TYPE = 'type Bus struct{ w *kafka.Writer }\n';

  it('inject into a message that is a variable', async () => {
    const text = `${IMPORTS(KAFKA)}
${TYPE}
func (b *Bus) Publish(ctx context.Context, body []byte) error {
	msg := kafka.Message{Value: body}
	return b.w.WriteMessages(ctx, msg)
}
`;
    const result = await fixed(text);
    assert.match(result, /\totel\.GetTextMapPropagator\(\)\.Inject\(ctx, messageCarrier\{&msg\}\)\n\treturn b\.w\./);
    assert.match(result, /kafka\.Header\{Key: key, Value: \[\]byte\(value\)\}/);
  });

  it('give a name to a message that is written where it is sent, also in the condition of an if', async () => {
    const text = `${IMPORTS(KAFKA)}
${TYPE}
func (b *Bus) Publish(ctx context.Context, body []byte) error {
	if err := b.w.WriteMessages(ctx, kafka.Message{
		Value: body,
	}); err != nil {
		return err
	}
	return nil
}
`;
    const result = await fixed(text);
    assert.match(result, /\tmsg := kafka\.Message\{\n\t\tValue: body,\n\t\}\n\totel\./);
    assert.match(result, /\tif err := b\.w\.WriteMessages\(ctx, msg\); err != nil \{/);
  });

  it('know pointers, and the headers of franz-go', async () => {
    const text = `${IMPORTS('github.com/twmb/franz-go/pkg/kgo')}
func Send(ctx context.Context, c *kgo.Client, body []byte) {
	c.Produce(ctx, &kgo.Record{Value: body}, nil)
}
`;
    const result = await fixed(text);
    assert.match(result, /\tmsg := &kgo\.Record\{Value: body\}\n\totel\.[^\n]*messageCarrier\{msg\}\)\n/);
    assert.match(result, /kgo\.RecordHeader\{/);
  });

  it('know the keys of sarama, which are bytes', async () => {
    const text = `${IMPORTS('github.com/IBM/sarama')}
func Send(ctx context.Context, p sarama.SyncProducer) error {
	_, _, err := p.SendMessage(&sarama.ProducerMessage{Topic: "orders"})
	return err
}
`;
    const result = await fixed(text);
    assert.match(
      result,
      /\tmsg := &sarama\.ProducerMessage\{Topic: "orders"\}\n\totel\.[^\n]*messageCarrier\{msg\}\)\n/,
    );
    assert.match(result, /sarama\.RecordHeader\{Key: \[\]byte\(key\), /);
  });

  it('inject into the attributes of SQS and SNS, of which there may be none yet', async () => {
    for (const [service, send, input] of [
      ['sqs', 'SendMessage', 'SendMessageInput'],
      ['sns', 'Publish', 'PublishInput'],
    ] as const) {
      const text = `${IMPORTS(`github.com/aws/aws-sdk-go-v2/service/${service}`)}
func Send(ctx context.Context, c *${service}.Client, body *string) error {
	_, err := c.${send}(ctx, &${service}.${input}{Message: body})
	return err
}
`;
      const result = await fixed(text);
      assert.match(result, /\tmsg := &s.s\.\w+\{Message: body\}\n\totel\.[^\n]*messageCarrier\{msg\}\)\n/);
      assert.ok(result.includes(`\t"github.com/aws/aws-sdk-go-v2/service/${service}/types"\n`), result);
      assert.match(result, /MessageAttributes = make\(map\[string\]types\.MessageAttributeValue\)/);
    }
    const old = `${IMPORTS('github.com/aws/aws-sdk-go/service/sqs')}
func Send(ctx context.Context, c *sqs.SQS, body *string) error {
	input := &sqs.SendMessageInput{MessageBody: body}
	_, err := c.SendMessageWithContext(ctx, input)
	return err
}
`;
    const result = await fixed(old);
    assert.match(result, /Inject\(ctx, messageCarrier\{input\}\)\n/);
    assert.match(result, /make\(map\[string\]\*sqs\.MessageAttributeValue\)/);
  });

  it('extract after the error of fetching was looked at', async () => {
    const text = `${IMPORTS(KAFKA)}
func Consume(ctx context.Context, r *kafka.Reader) error {
	for {
		msg, err := r.FetchMessage(ctx)
		if err != nil {
			return err
		}
		handle(ctx, msg.Value)
	}
}

func handle(ctx context.Context, body []byte) {
	_, span := otel.Tracer("x").Start(ctx, "handle")
	defer span.End()
}
`;
    const result = await fixed(text);
    assert.match(
      result,
      /\t\t\}\n\t\tctx := otel\.GetTextMapPropagator\(\)\.Extract\(ctx, messageCarrier\{&msg\}\)\n\t\thandle/,
    );
  });

  it('are not offered where the message, its context or its loop cannot be told', async () => {
    for (const body of [
      'func (b *Bus) Publish(ctx context.Context, all []kafka.Message) { b.w.WriteMessages(ctx, all...) }',
      'func (b *Bus) Publish(ctx context.Context, msg kafka.Message) { b.w.WriteMessages(ctx, msg) }',
      'func (b *Bus) Publish(ctx context.Context) {\n\tb.w.WriteMessages(ctx, kafka.Message{Value: one}, kafka.Message{Value: two})\n}',
    ]) {
      const { findings } = await lintApp(`${IMPORTS(KAFKA)}\n${TYPE}\n${body}\n`);
      assert.deepEqual(
        findings.map((one) => one.finding.fixes ?? []),
        [[]],
        body,
      );
    }
  });
});
