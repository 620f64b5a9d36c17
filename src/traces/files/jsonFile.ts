import { SpanlightError } from '../../base/errors';
import { JsonFaultFinder, type TextPlace } from '../json/jsonFaultFinder';
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
    if (!first.isUseless) return finished(first, bytes);
    const startsWithList = trimmedText(bytes.head).startsWith('[');
    if (first.layout !== 'document' || startsWithList || !bytes.isRegular) throw await problemOf(first, bytes, open);
    // What looked like a text spread over lines may be lines of which the first is broken.
    const again = await open();
    const second = await readValues(again, 'lines');
    const { spans, badValues, goodValues } = second.values;
    if (spans.count === 0 || badValues > goodValues) throw await problemOf(first, bytes, open);
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
  /** Whether the JSON is broken, otherwise than by lines that are. */
  readonly isBroken: boolean;
  /** Whether nothing of it can be shown: see {@link problemOf}. */
  readonly isUseless: boolean;
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
  const isBroken = splitter.layout !== 'lines' && (values.badValues > 0 || !splitter.isComplete);
  const isUseless = isBroken || (values.spans.count === 0 && values.noSpans('') !== undefined);
  return { values, layout: splitter.layout, isBroken, isUseless };
}

/** Why a file is no trace file; where its JSON is broken, with the place in the file. */
async function problemOf(
  { values, layout, isBroken }: ReadValues,
  { isRegular }: FileBytes,
  open: () => Promise<FileBytes>,
): Promise<SpanlightError> {
  const hasFault = isBroken || values.goodValues === 0;
  const at = hasFault && isRegular ? await placeOfFault(await open(), layout === 'lines') : '';
  const noSpans = isBroken ? undefined : values.noSpans(at);
  return noSpans ?? brokenJson(values, at);
}

function finished({ values }: ReadValues, bytes: FileBytes): TraceFile {
  const { badValues, otherValues, format, hasTextValues } = values;
  const troubles = { badLines: badValues, otherValues, notes: bytes.troubles };
  return values.spans.finish(format, { ...troubles, textValues: hasTextValues });
}

/** ` at line 3, column 8`, to go on with in a sentence; empty where there is no fault. */
async function placeOfFault({ chunks }: FileBytes, byLine: boolean): Promise<string> {
  const finder = new JsonFaultFinder(byLine);
  let place: TextPlace | undefined;
  for await (const chunk of chunks) {
    place = finder.push(chunk);
    if (place !== undefined) break;
  }
  place ??= finder.end();
  return place === undefined ? '' : ` at line ${place.line}, column ${place.column}`;
}

function brokenJson({ goodValues, badValues, firstFault }: JsonTraceValues, at: string): SpanlightError {
  if (goodValues === 0 && badValues > 0 && /^Unexpected token/.test(firstFault)) {
    return new SpanlightError(`This is not JSON${at}: ${firstFault}.`);
  }
  const fault = firstFault === '' ? 'it ends too early' : firstFault;
  return new SpanlightError(`The JSON is broken${at}: ${fault}.`, undefined, 'The file may be cut off.');
}
