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

  it('leaves headers without the trace’s, and those made anew', async () => {
    const filtered = 'await producer.send("a", b"", headers=[h for h in msg.headers if h[0] != "traceparent"])';
    await expectInWork(on, aiokafka(filtered), []);
    await expectInWork(on, aiokafka('await producer.send("a", b"", headers=[("tenant", msg.key)])'), []);
    await expectInWork(on, aiokafka('await producer.send("a", msg.value)'), []);
  });
});
