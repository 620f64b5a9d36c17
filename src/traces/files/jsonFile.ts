import { SpanlightError } from '../../base/errors';
import { isTextHead, trimmedText } from './fileHead';
import type { FileBytes } from './fileBytes';
import { JsonSplitter, type JsonLayout } from './jsonSplitter';
import { JsonTraceValues } from './jsonTraceValues';
import type { TraceFile, TraceFileFormat } from './traceFileFormat';

/** Traces as JSON: one value, lists of them, or several one after another (as JSON lines, or not). */
export const jsonFile: TraceFileFormat = {
  recognises: (head) => /^[[{]/.test(trimmedText(head)) && (head[0] !== 0x0a || isTextHead(head)),
  async read(bytes, open) {
    const first = await readValues(bytes);
    if (first.problem === undefined) return finished(first, bytes);
    const startsWithList = trimmedText(bytes.head).startsWith('[');
    if (first.layout !== 'document' || startsWithList || !bytes.isRegular) throw first.problem;
    // What looked like a text spread over lines may be lines of which the first is broken.
    const again = await open();
    const second = await readValues(again, 'lines');
    if (second.values.spans.count === 0 || second.values.badValues > second.values.goodValues) throw first.problem;
    return finished(second, again);
  },
};

/** Lines of JSON whose first line is not: nothing else would recognise them. */
export const brokenJsonLines: TraceFileFormat = {
  recognises: (head) =>
    isTextHead(head) && /\n\s*\{.*"(resourceSpans|batches|traceId|trace_id|data)"/.test(trimmedText(head)),
  async read(bytes): Promise<TraceFile> {
    const read = await readValues(bytes, 'lines');
    const { spans, badValues, goodValues } = read.values;
    if (spans.count === 0 || badValues > goodValues) {
      throw new SpanlightError('This is no trace file: most of its lines are no JSON.');
    }
    return finished(read, bytes);
  },
};

interface ReadValues {
  readonly values: JsonTraceValues;
  readonly layout: JsonLayout | undefined;
  /** Why the file is no trace file. */
  readonly problem: SpanlightError | undefined;
}

async function readValues({ chunks }: FileBytes, layout?: JsonLayout): Promise<ReadValues> {
  const values = new JsonTraceValues();
  const splitter = new JsonSplitter(layout, () => values.addLarge());
  for await (const chunk of chunks) {
    for (const value of splitter.push(chunk)) values.add(value);
    // A document with a fault in it will not get better.
    if (splitter.layout === 'document' && values.badValues > 0) break;
  }
  const rest = splitter.end();
  if (rest !== undefined) values.add(rest);
  values.finish();
  const broken = splitter.layout !== 'lines' && (values.badValues > 0 || !splitter.isComplete);
  const noSpans = values.spans.count === 0 ? values.noSpans() : undefined;
  return { values, layout: splitter.layout, problem: broken ? brokenJson(values) : noSpans };
}

function finished({ values }: ReadValues, bytes: FileBytes): TraceFile {
  const { badValues, otherValues, format, hasTextValues } = values;
  const troubles = { badLines: badValues, otherValues, notes: bytes.troubles };
  return values.spans.finish(format, { ...troubles, textValues: hasTextValues });
}

function brokenJson({ goodValues, badValues, firstFault }: JsonTraceValues): SpanlightError {
  if (goodValues === 0 && badValues > 0 && /^Unexpected token/.test(firstFault)) {
    return new SpanlightError(`This is not JSON: ${firstFault}.`);
  }
  const fault = firstFault === '' ? 'it ends too early' : firstFault;
  return new SpanlightError(`The JSON is broken: ${fault}.`, undefined, 'The file may be cut off.');
}
