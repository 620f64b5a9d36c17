import type { Refusal } from '../transport/refusal';
import type { GoogleFault } from './googleRefusal';
import { PAGES } from './googlePlace';

/** What BigQuery refuses for reasons of its own; undefined for what every API of Google's may refuse. */
export function sqlRefusal({ message, reasons }: GoogleFault, dataset: string, name: string): Refusal | undefined {
  const because = message === '' ? '' : `: ${message.replace(/[.!]$/, '')}`;
  const has = (...names: readonly string[]): boolean => reasons.some((reason) => names.includes(reason));
  if (has('notFound') && /dataset|table|view|location/i.test(message)) {
    const cure = `Link one (${PAGES.linking}), correct "dataset" and "location" among the options, or take "dataset" out to use the API of version 1.`;
    return { fault: 'notFound', message: `BigQuery has no dataset ${dataset} with traces${because}.`, cure };
  }
  if (has('bytesBilledLimitExceeded')) {
    const cure = 'Ask for a shorter time range, or raise "maximumBytesBilled" among the options.';
    return { fault: 'badRequest', message: `A query would read more than ${name} may${because}.`, cure };
  }
  if (has('responseTooLarge')) {
    return { fault: 'tooLarge', message: `An answer is too large for BigQuery${because}.`, cure: 'Ask for less.' };
  }
  if (has('invalidQuery')) {
    const cure = 'The view may be of an older form: take "dataset" out of the options to use the API of version 1.';
    return { fault: 'badRequest', message: `BigQuery does not take the query for ${name}${because}.`, cure };
  }
  if (has('backendError', 'internalError', 'jobBackendError', 'jobInternalError')) {
    const cure = 'Try again after a while.';
    return { fault: 'server', message: `BigQuery failed${because}.`, cure, again: 'later' };
  }
  if (has('timeout', 'stopped')) {
    return {
      fault: 'timeout',
      message: `BigQuery gave up the query${because}.`,
      cure: 'Ask for a shorter time range.',
    };
  }
  return undefined;
}
