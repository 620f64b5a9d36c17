import { hashText } from '../base/hash';
import { attributeText, NO_ATTRIBUTES } from './attributes';
import type { OperationId, OperationKey } from './operation';

/** Beyond this many operations (names with ids in them, most often) further ones share one overflow row per table. */
const MAX_OPERATIONS = 50_000;

/** Gives every distinct {@link OperationKey} a small number that stays for the life of the table. */
export class OperationTable {
  private readonly byIdentity = new Map<string, number>();
  private readonly keyList: OperationKey[] = [];
  private readonly idList: OperationId[] = [];
  private overflowIndex = -1;
  /** Interning calls that ended in the overflow row. */
  overflowed = 0;

  constructor(private readonly limit: number = MAX_OPERATIONS) {}

  get size(): number {
    return this.keyList.length;
  }

  /** The number of `key`; equal identities give equal numbers. */
  intern(key: OperationKey): number {
    const identity = operationIdentity(key);
    const known = this.byIdentity.get(identity);
    if (known !== undefined) return known;
    if (this.keyList.length >= this.limit) return this.overflow();
    return this.append(identity, key);
  }

  key(index: number): OperationKey {
    return this.keyList[index]!;
  }

  id(index: number): OperationId {
    return this.idList[index]!;
  }

  /** Whether the rows of this operation carry their own name in the cold bytes. */
  isOverflow(index: number): boolean {
    return index === this.overflowIndex;
  }

  private overflow(): number {
    this.overflowed++;
    if (this.overflowIndex < 0) {
      const key = {
        service: '',
        resource: NO_ATTRIBUTES,
        scope: '',
        kind: 'UNSPECIFIED',
        name: '(other operations)',
      } as const;
      this.overflowIndex = this.append('overflow', { ...key, attributes: NO_ATTRIBUTES });
    }
    return this.overflowIndex;
  }

  private append(identity: string, key: OperationKey): number {
    const index = this.keyList.length;
    this.byIdentity.set(identity, index);
    this.keyList.push(key);
    this.idList.push(hashText(identity) as OperationId);
    return index;
  }
}

/** The id an operation has in every table. */
export function operationId(key: OperationKey): OperationId {
  return hashText(operationIdentity(key)) as OperationId;
}

function operationIdentity(key: OperationKey): string {
  const attributes = [...key.attributes.keys()]
    .map((name) => `${name}=${attributeText(key.attributes, name) ?? ''}`)
    .sort();
  return [key.service, key.scope, key.kind, key.name, ...attributes].join('\u0000');
}
