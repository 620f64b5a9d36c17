import { Kafka, logLevel, type Producer } from 'kafkajs';
import type { Order } from './repository';

let producer: Producer | undefined;

/** Connects to the broker that KAFKA_BROKERS names; without one orders are placed and nobody is told. */
export async function connectEvents(): Promise<void> {
  const brokers = process.env.KAFKA_BROKERS;
  if (!brokers) return;
  const kafka = new Kafka({ clientId: 'orders-api', brokers: brokers.split(','), logLevel: logLevel.NOTHING });
  const connecting = kafka.producer();
  await connecting.connect();
  producer = connecting;
}

/** Found by its destination, the topic `orders`. */
export async function orderPlaced(order: Order): Promise<void> {
  await producer?.send({ topic: 'orders', messages: [{ key: order.id, value: JSON.stringify(order) }] });
}
