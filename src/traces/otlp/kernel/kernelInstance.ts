import { base64 } from '../generated/spanKernel';

/** What a call of {@link KernelExports.decode} says. */
export const KERNEL = { done: 0, unusual: 1, full: 2 } as const;

/** Addresses in the kernel's memory; what lies there is said in assembly/memory.ts. */
type Area =
  | 'STATE'
  | 'FIRST_KEYS'
  | 'NEXT_KEYS'
  | 'KEY_LENGTHS'
  | 'KEY_WORDS'
  | 'RANGES'
  | 'TYPES'
  | 'IDENTITY'
  | 'TRACE_IDS'
  | 'SPAN_IDS'
  | 'PARENT_IDS'
  | 'STARTS'
  | 'ENDS'
  | 'OPERATIONS'
  | 'COLD_STARTS'
  | 'EVENT_COUNTS'
  | 'LINK_COUNTS'
  | 'STATUSES'
  | 'BODY'
  | 'COLD';

/** What assembly/spanKernel.ts exports. */
export interface KernelExports extends Readonly<Record<Area | 'ROWS' | 'BODY_BYTES', WebAssembly.Global>> {
  readonly memory: WebAssembly.Memory;
  seed(first: bigint, second: bigint): void;
  seedIdentity(first: number, second: number): void;
  identifyingAre(count: number): void;
  begin(coldBase: number): void;
  decode(from: number, end: number, context: number): number;
}

let compiled: WebAssembly.Module | undefined;

/**
 * A kernel with a memory of its own (6 MiB, of which the system gives what is used); undefined where that cannot be had,
 * as under a limit of virtual memory.
 *
 * @param resolve see assembly/operations.ts.
 */
export function kernelInstance(resolve: () => number): KernelExports | undefined {
  try {
    compiled ??= new WebAssembly.Module(Buffer.from(base64, 'base64'));
    return new WebAssembly.Instance(compiled, { operations: { resolve } }).exports as unknown as KernelExports;
  } catch (error) {
    if (error instanceof RangeError || error instanceof WebAssembly.RuntimeError) return undefined;
    throw error;
  }
}
