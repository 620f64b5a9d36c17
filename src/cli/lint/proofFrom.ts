import type { Logger } from '../../base/logger';
import type { Proof } from '../../lint/proof/provenFindings';
import { TraceWitness } from '../../lint/proof/traceWitness';
import type { SpanBatch } from '../../model/spanBatch';
import { SourceMapper } from '../../source/sourceMapper';
import type { SyntaxService } from '../../syntax/syntaxService';
import { BatchTraces } from '../../traces/batchTraces';
import { readTraceFile } from '../../traces/files/readTraceFile';
import { troublesInWords } from '../../traces/files/traceFileFormat';
import type { LintArguments } from './lintArguments';
import { isAddress, tracesAt } from './tracesAt';

/**
 * Reads traces from files and addresses, and learns which folders their services have. Throws for what holds no traces.
 */
export async function proofFrom(request: LintArguments, syntax: SyntaxService, logger: Logger): Promise<Proof> {
  const batches: SpanBatch[] = [];
  const witness = new TraceWitness();
  for (const given of request.traces) {
    const read = isAddress(given)
      ? await tracesAt(given, { logger, environment: process.env })
      : await readTraceFile(given);
    if (!('batch' in read)) {
      for (const trace of read) witness.add(trace);
      continue;
    }
    batches.push(read.batch);
    for (const words of troublesInWords(read)) logger.warn(`${given}: ${words}`);
  }
  for (const trace of new BatchTraces(batches, { withRepeats: false })) witness.add(trace);
  const services = witness.all;
  const mapper = new SourceMapper({ folders: [...request.folders], syntax, logger });
  await mapper.start();
  mapper.noteServices(services.map(({ service }) => service));
  return { services, folderOf: (service) => mapper.serviceFolder(service) };
}
