import { SpanlightError } from '../../base/errors';
import { openFile, type FileWatch } from './fileBytes';
import { brokenJsonLines, jsonFile } from './jsonFile';
import { protobufFile } from './protobufFile';
import type { TraceFile, TraceFileFormat } from './traceFileFormat';

const FORMATS: readonly TraceFileFormat[] = [jsonFile, protobufFile, brokenJsonLines];

/**
 * Reads the spans of a file in whichever of the known formats it is; `-` is the standard input.
 *
 * @throws SpanlightError naming the file, if it cannot be read or holds no spans; the signal's reason when aborted.
 */
export async function readTraceFile(path: string, watch: FileWatch = {}): Promise<TraceFile> {
  try {
    const bytes = await openFile(path, watch);
    const format = FORMATS.find((candidate) => candidate.recognises(bytes.head));
    if (format !== undefined) return await format.read(bytes, () => openFile(path, watch));
  } catch (error) {
    if (!(error instanceof SpanlightError) || error.place !== undefined) throw error;
    throw new SpanlightError(error.message, path, error.cure, { cause: error });
  }
  throw new SpanlightError(
    'This is no trace file.',
    path,
    'Spanlight opens traces as JSON or protobuf, packed with gzip or not.',
  );
}
