import { Kafka, logLevel, type EachMessagePayload } from 'kafkajs';
import { renderMail } from './mail';

/** Found by its destination: spans that process messages of the topic `orders` belong to this function. */
async function onOrder({ message }: EachMessagePayload): Promise<void> {
  const order = JSON.parse(message.value?.toString() ?? '{}') as { id?: string };
  await renderMail(order.id ?? 'unknown');
}

async function main(): Promise<void> {
  const brokers = process.env.KAFKA_BROKERS ?? '127.0.0.1:9092';
  const kafka = new Kafka({ clientId: 'notification-worker', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'orders' }], waitForLeaders: true });
  await admin.disconnect();
  const consumer = kafka.consumer({ groupId: 'notifications' });
  await consumer.connect();
  await consumer.subscribe({ topic: 'orders', fromBeginning: true });
  await consumer.run({ eachMessage: onOrder });
  console.log('notification-worker listens');
}

void main();
