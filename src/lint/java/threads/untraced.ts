import type { FunctionPlace } from '../../code/program';
import { annotationOf } from '../declarations';
import type { JavaCode } from '../javaCode';

/** A loop that goes on until somebody stops it: `while (isActive)`, `while (!stopped.get())`. */
const ENDLESS =
  /\bwhile\s*\(\s*!?\s*([\w.]|\(\))*\b(isActive|(is|keep)?[rR]unning|stopp(ed|ing)|(is)?[sS]hutdown|(is)?[cC]losed|isInterrupted|interrupted)\b(\.get)?(\(\))?\s*\)/;

/** Whether a task works on in the background until it is stopped: a trace that holds all of it helps nobody. */
export function goesOnForever({ source, function: fn }: FunctionPlace): boolean {
  return ENDLESS.test(source.textOf(fn));
}

/**
 * Whether a function takes Kafka's records in batches: Spring Kafka opens no observation for those, so that under Micrometer
 * Tracing alone no trace is there that could be lost.
 */
export function takesBatches({ setup }: JavaCode, { source, function: fn }: FunctionPlace): boolean {
  if (setup.mechanisms.some(({ name }) => name !== 'micrometer')) return false;
  return [fn, ...source.around(fn)].some(
    (at) =>
      annotationOf(at, 'KafkaListener') !== undefined &&
      at.parameters.some(
        ({ type }) => type !== undefined && /^(Mutable)?(List|Collection|ConsumerRecords)\b/.test(type),
      ),
  );
}
