import type { EncodedKey } from '../../../model/operationKeyEncoder';
import type { KernelExports } from './kernelInstance';

/** Places in the kernel's STATE. */
export const STATE = {
  position: 0,
  rows: 1,
  coldLength: 2,
  overflowed: 3,
  kind: 4,
  ranges: 5,
  identity: 6,
  types: 7,
  first: 8,
  second: 9,
} as const;

/** The operation that the kernel does not know. */
export class KernelIdentity implements EncodedKey {
  readonly bytes: Uint8Array;
  readonly types: Uint8Array;

  constructor(
    kernel: KernelExports,
    private readonly state: Int32Array,
  ) {
    this.bytes = new Uint8Array(kernel.memory.buffer, kernel.IDENTITY.value as number);
    this.types = new Uint8Array(kernel.memory.buffer, kernel.TYPES.value as number);
  }

  /** 0: the kernel has left it to others. */
  get length(): number {
    return this.state[STATE.identity]!;
  }

  get typeCount(): number {
    return this.state[STATE.types]!;
  }

  get first(): number {
    return this.state[STATE.first]!;
  }

  get second(): number {
    return this.state[STATE.second]!;
  }
}
