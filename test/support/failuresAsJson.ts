import { inspect } from 'node:util';
import Mocha from 'mocha';

/**
 * Required by runs of several files at once. Each file's events come from a process of its own as JSON, which knows no
 * BigInt: one nanosecond in what an assertion compared would cost the file all of its tests and the reason with them. What
 * cannot be told as JSON is told as text.
 */
const { prototype } = Mocha.Runner;
const emit = Reflect.get(prototype, 'emit') as (this: Mocha.Runner, event: string, ...args: unknown[]) => boolean;

prototype.emit = function (this: Mocha.Runner, event: string, ...args: unknown[]): boolean {
  for (const told of args) if (told instanceof Error) tellAsJson(told as Error & Record<string, unknown>);
  return emit.call(this, event, ...args);
};

function tellAsJson(error: Error & Record<string, unknown>): void {
  for (const key of Object.keys(error)) {
    if (!isJson(error[key])) error[key] = inspect(error[key], { depth: 10, maxArrayLength: 200, sorted: true });
  }
}

function isJson(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
