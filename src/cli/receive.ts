import { describeError, SpanlightError } from '../base/errors';
import type { Logger } from '../base/logger';
import { movedPortSentences } from '../engine/receiver/movedPort';
import { OtlpIngest } from '../traces/ingest';
import { startReceiver, type Receiver } from '../traces/receiver/receiver';
import { EmbeddedStore } from '../traces/store/embeddedStore';
import { collectLater } from './collectLater';
import { OperationsScreen } from './operationsScreen';
import { printable } from './printable';
import { readReceiveOptions, RECEIVE_HELP } from './receiveOptions';

const EVERY_MS = 1_000;
const MAX_MESSAGE = 1_000;

/** `spanlight receive`: runs until SIGINT or SIGTERM. @returns the exit code. */
export async function run(args: string[]): Promise<number> {
  try {
    const options = readReceiveOptions(args);
    if (options === undefined) process.stdout.write(RECEIVE_HELP);
    else await receive(options);
    return 0;
  } catch (error) {
    if (!(error instanceof SpanlightError)) throw error;
    say(describeError(error));
    return 2;
  }
}

async function receive({ json, ...address }: { readonly json: boolean }): Promise<void> {
  collectLater();
  const store = new EmbeddedStore();
  // On a terminal, lines between the table's would be drawn over, and spoil it: the screen shows them itself.
  let warn = say;
  const tell = (message: string): void => warn(message.replace(/^Receiver: /, ''));
  const logger: Logger = { debug: () => undefined, info: () => undefined, warn: tell, error: tell };
  const receiver = await startReceiver({ ...address, sink: new OtlpIngest(store), logger });
  const stopped = untilStopped();
  const screen = json ? undefined : openScreen(store, receiver);
  if (json) tellListening(receiver);
  if (screen !== undefined && process.stdout.isTTY && process.stderr.isTTY) warn = (message) => screen.warn(message);
  const print = screen === undefined ? () => printTotals(store, receiver) : () => screen.draw();
  const timer = setInterval(print, EVERY_MS);
  await stopped;
  clearInterval(timer);
  print();
  warn = say;
  for (const message of screen?.warnings ?? []) say(message);
  await receiver.close();
}

/** Where it listens, for programs; for people on standard error what they would not expect. */
function tellListening(receiver: Receiver): void {
  const { http, grpc } = receiver.status();
  writeLine({ listening: { http: http.url, grpc: grpc.url } });
  for (const sentence of surprises(receiver)) say(sentence);
}

function printTotals(store: EmbeddedStore, receiver: Receiver): void {
  const { droppedSpans, traces, operations, retainedBytes } = store.counters();
  const { acceptedSpans, rejectedRequests } = receiver.counters;
  writeLine({ receivedSpans: acceptedSpans, droppedSpans, rejectedRequests, traces, operations, retainedBytes });
}

function openScreen(store: EmbeddedStore, receiver: Receiver): OperationsScreen {
  const { http, grpc } = receiver.status();
  process.stdout.write(`Listening for OTLP on ${http.url} (HTTP) and ${grpc.url} (gRPC). Ctrl+C stops.\n`);
  for (const sentence of surprises(receiver)) process.stdout.write(`${printable(sentence, MAX_MESSAGE)}\n`);
  return new OperationsScreen(store, receiver.counters, process.stdout);
}

function surprises(receiver: Receiver): string[] {
  const state = receiver.status();
  const open = state.openToNetwork ? ['Other machines can send to it, too.'] : [];
  return [...movedPortSentences(state), ...open];
}

function writeLine(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Resolves when the process is told to end, or when nobody reads its output any more. */
function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
    process.stdout.once('error', () => resolve());
  });
}

function say(message: string): void {
  process.stderr.write(`spanlight receive: ${printable(message, MAX_MESSAGE)}\n`);
}
