import assert from 'node:assert/strict';
import { expectInWork } from './support';

const aiokafka = (...lines: string[]): string =>
  `from aiokafka import AIOKafkaProducer\n\nproducer = AIOKafkaProducer()\n\n\nasync def publish(msg):\n${lines.map((line) => `    ${line}\n`).join('')}`;

describe('DOUBLE-INJECT in Python', () => {
  const on = ['AIOKafkaInstrumentor'];

  it('finds received headers that are sent on, in a list too', async () => {
    await expectInWork(on, aiokafka('await producer.send("a", b"", headers=msg.headers)'), ['DOUBLE-INJECT 7']);
    await expectInWork(on, aiokafka('await producer.send_and_wait("a", b"", headers=msg.headers)'), [
      'DOUBLE-INJECT 7',
    ]);
  });

  it('finds them with kafka-python', async () => {
    const code = (send: string): string =>
      `from kafka import KafkaProducer\n\nproducer = KafkaProducer()\n\n\ndef publish(record):\n    ${send}\n`;
    await expectInWork(['KafkaInstrumentor'], code('producer.send("a", b"", headers=record.headers)'), [
      'DOUBLE-INJECT 7',
    ]);
    await expectInWork(['KafkaInstrumentor'], code('producer.send("a", b"")'), []);
  });

  it('tells as an info of what is injected by hand where kafka-python’s instrumentation appends its own', async () => {
    const code = (kafka: string): string => `from opentelemetry.propagate import inject
from ${kafka}

producer = KafkaProducer()


def publish(order):
    carrier = {}
    inject(carrier)
    headers = [(key, value.encode()) for key, value in carrier.items()]
    producer.send("orders", order, headers=headers)
`;
    const { findings } = await expectInWork(['KafkaInstrumentor'], code('kafka import KafkaProducer'), [
      'DOUBLE-INJECT 11',
    ]);
    assert.equal(findings[0]!.severity, 'info');
    await expectInWork([], code('kafka import KafkaProducer'), []);
    await expectInWork(on, code('aiokafka import AIOKafkaProducer as KafkaProducer'), []);
  });

  it('leaves headers without the trace’s, and those made anew', async () => {
    const filtered = 'await producer.send("a", b"", headers=[h for h in msg.headers if h[0] != "traceparent"])';
    await expectInWork(on, aiokafka(filtered), []);
    await expectInWork(on, aiokafka('await producer.send("a", b"", headers=[("tenant", msg.key)])'), []);
    await expectInWork(on, aiokafka('await producer.send("a", msg.value)'), []);
  });
});
