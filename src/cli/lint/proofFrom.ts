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

/** Reads traces from files, and learns which folders their services have. Throws for a file that holds no traces. */
export async function proofFrom(request: LintArguments, syntax: SyntaxService, logger: Logger): Promise<Proof> {
  const batches: SpanBatch[] = [];
  for (const file of request.traces) {
    const read = await readTraceFile(file);
    batches.push(read.batch);
    for (const words of troublesInWords(read)) logger.warn(`${file}: ${words}`);
  }
  const traces = new BatchTraces(batches, { withRepeats: false });
  const witness = new TraceWitness();
  for (const trace of traces) witness.add(trace);
  const services = witness.all;
  const mapper = new SourceMapper({ folders: [...request.folders], syntax, logger });
  await mapper.start();
  mapper.noteServices(services.map(({ service }) => service));
  return { services, folderOf: (service) => mapper.serviceFolder(service) };
}
