import { startKafka, type Kafka } from '../../../support/kafka';

/** Starts Kafka for the suite in which it is called, and skips the suite where there is none. */
export function kafkaOfSuite(): () => Kafka | undefined {
  let kafka: Kafka | undefined;

  before(async function () {
    const started = await startKafka(console.log);
    if (typeof started !== 'string') kafka = started;
    else {
      console.log(`      skipped: ${started}`);
      this.skip();
    }
  });

  after(() => kafka?.stop());

  return () => kafka;
}

let topics = 0;

/** The environment of one run of a program: the brokers, and a topic that no other run has. */
export function topicOf(kafka: Kafka | undefined): Readonly<Record<string, string>> {
  return kafka === undefined ? {} : { KAFKA_BROKERS: kafka.brokers, TOPIC: `orders-${process.pid}-${topics++}` };
}
