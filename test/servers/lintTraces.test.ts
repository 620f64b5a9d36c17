/** The traces that lint is given by the address of a real backend. */
import assert from 'node:assert/strict';
import type { Logger } from '../../src/base/logger';
import { tracesAt } from '../../src/cli/lint/tracesAt';
import { TraceWitness } from '../../src/lint/proof/traceWitness';
import { waitFor } from '../support/processes';
import { sentTraces } from '../support/servers/data/sentTraces';
import { describeServer } from '../support/servers/describeServer';
import { writeTo } from '../support/servers/writeTraces';
import { nowNanos } from './support/now';

const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

for (const [kind, title] of [
  ['jaeger1', 'lint hears the traces of Jaeger'],
  ['zipkin', 'lint hears the traces of Zipkin'],
] as const) {
  describeServer(kind, title, (server) => {
    it('by its address alone', async () => {
      await writeTo(server(), sentTraces(nowNanos()));
      const { url } = server();
      const read = await waitFor('the traces', 30_000, () => tracesAt(url, { logger, environment: {} }));
      assert.ok(!('batch' in read));
      const witness = new TraceWitness();
      for (const trace of read) witness.add(trace);
      assert.ok(witness.all.some(({ service, work }) => service === 'payment-api' && work.length > 0));
    });
  });
}
