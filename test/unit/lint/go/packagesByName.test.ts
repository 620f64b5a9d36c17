import assert from 'node:assert/strict';
import { rulesWithTracer } from './support';

/** A package whose folder is called otherwise, which sends what it is given. */
const CLIENT = {
  'kafka/client/client.go': `package orderbus

import "github.com/IBM/sarama"

type Order struct{ id string }

var producer sarama.SyncProducer

func Send(order Order) error {
	_, _, err := producer.SendMessage(&sarama.ProducerMessage{Topic: "orders", Value: sarama.StringEncoder(order.id)})
	return err
}
`,
};
const PLACE = `func Place(ctx context.Context, id string) error {
	ctx, span := otel.Tracer("orders").Start(ctx, "place")
	defer span.End()
	return BUS.Send(BUS.Order{})
}`;

const rules = (imported: string, bus: string, more: Readonly<Record<string, string>> = CLIENT): Promise<string[]> =>
  rulesWithTracer([imported], PLACE.replaceAll('BUS', bus), more);

describe('Packages of Go that are called otherwise than their folders', () => {
  const found = ['GO-KAFKA-PRODUCE-NO-INJECT'];

  it('are what their clause says, where the import says nothing', async () => {
    assert.deepEqual(await rules('example.com/shop/kafka/client', 'orderbus'), found);
    assert.deepEqual(await rules('bus "example.com/shop/kafka/client"', 'bus'), found);
  });

  it('are no other package, and none where the import names them itself', async () => {
    assert.deepEqual(await rules('example.com/shop/kafka/client', 'otherbus'), []);
    assert.deepEqual(await rules('bus "example.com/shop/kafka/client"', 'orderbus'), []);
    assert.deepEqual(await rules('_ "example.com/shop/kafka/client"', 'orderbus'), []);
  });
});
