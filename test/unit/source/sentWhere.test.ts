import assert from 'node:assert/strict';
import { operation, withMapped } from '../../support/mappingWorkspace';

const sent = (topic: string, system = 'kafka') =>
  operation('PRODUCER', `${topic} publish`, { 'messaging.system': system, 'messaging.destination.name': topic });

describe('where messages are sent', () => {
  it('is not where Go makes them, nor where their writer is made', () =>
    withMapped(
      {
        'go.mod': 'module example.com/shop\n',
        'payments.go': `package shop

import "github.com/segmentio/kafka-go"

func NewPayments() *Payments {
	return &Payments{writer: &kafka.Writer{Addr: kafka.TCP("kafka:9092"), Topic: "payments"}}
}

func (p *Payments) Charge(ctx context.Context) error {
	return p.writer.WriteMessages(ctx, kafka.Message{Value: nil})
}
`,
        'shipments.go': `package shop

import "github.com/IBM/sarama"

func Ship(producer sarama.SyncProducer) error {
	message := &sarama.ProducerMessage{
		Topic: "shipments",
		Value: nil,
	}
	message.Headers = nil
	_, _, err := producer.SendMessage(message)
	return err
}

func Record() *sarama.ProducerMessage {
	return &sarama.ProducerMessage{Topic: "records"}
}
`,
      },
      sent,
      async (ask) => {
        assert.equal(await ask('payments'), 'payments.go:10 Payments.Charge 0.75');
        assert.equal(await ask('shipments'), 'shipments.go:11 Ship 0.75');
        assert.equal(await ask('records'), 'shipments.go:16 Record 0.75');
      },
    ));

  it('is not where Java makes the record', () =>
    withMapped(
      {
        'src/main/java/shop/Orders.java': `package shop;

import org.apache.kafka.clients.producer.ProducerRecord;

class Orders {
  void publish(KafkaProducer<String, String> producer) {
    ProducerRecord<String, String> record = new ProducerRecord<>("orders", "1");
    record.headers().add("a", null);
    record.headers().add("b", null);
    producer.send(record);
  }
}
`,
      },
      sent,
      async (ask) => assert.equal(await ask('orders'), 'src/main/java/shop/Orders.java:10 Orders.publish 0.75'),
    ));

  it('is not where the sender of a Service Bus is made', () =>
    withMapped(
      {
        'Bus.cs': `class Bus
{
    private readonly ServiceBusSender _sender;
    public Bus(ServiceBusClient client)
    {
        _sender = client.CreateSender("refunds");
    }
    public Task Refund() => _sender.SendMessageAsync(new ServiceBusMessage("x"));
    public Task Jobs(ServiceBusClient client) => client.CreateSender("jobs").SendMessageAsync(null);
}
`,
      },
      sent,
      async (ask) => {
        assert.equal(await ask('refunds', 'servicebus'), 'Bus.cs:8 Bus.Refund 0.75');
        assert.equal(await ask('jobs', 'servicebus'), 'Bus.cs:9 Bus.Jobs 0.75');
      },
    ));
});

describe("MassTransit's messages", () => {
  it('are called after their types, and queues after consumers', () =>
    withMapped(
      {
        'Orders.cs': `using MassTransit;
class OrderPlacedConsumer : IConsumer<OrderPlaced>
{
    public Task Consume(ConsumeContext<OrderPlaced> context) => Task.CompletedTask;
}
class Orders(IPublishEndpoint endpoint, IMediator mediator)
{
    public Task Place() => endpoint.Publish(new OrderPlaced());
    public Task Cancel() => endpoint.Publish<OrderCancelled>(new { Id = 1 });
    public Task Note() => mediator.Publish(new OrderPlaced());
}
`,
      },
      (name: string, kind: 'PRODUCER' | 'CONSUMER' = 'PRODUCER') =>
        operation(kind, name, { 'messaging.system': 'rabbitmq', 'messaging.destination.name': name }),
      async (ask) => {
        assert.equal(await ask('Shop.Messages:OrderPlaced'), 'Orders.cs:8 Orders.Place 0.75');
        assert.equal(await ask('Shop.Messages:OrderCancelled'), 'Orders.cs:9 Orders.Cancel 0.75');
        for (const queue of ['OrderPlaced', 'order-placed', 'order_placed'])
          assert.equal(await ask(queue, 'CONSUMER'), 'Orders.cs:4 OrderPlacedConsumer.Consume 0.75');
      },
    ));
});
