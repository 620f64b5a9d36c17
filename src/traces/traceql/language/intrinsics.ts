import type { StaticType } from './staticTypes';

/** Built-in fields by the name that TraceQL gives them in labels. */
const TYPES = {
  duration: 'duration',
  name: 'string',
  status: 'status',
  statusMessage: 'string',
  kind: 'kind',
  parent: 'nil',
  rootName: 'string',
  rootServiceName: 'string',
  traceDuration: 'duration',
  nestedSetLeft: 'int',
  nestedSetRight: 'int',
  nestedSetParent: 'int',
  'trace:id': 'string',
  'span:id': 'string',
  'span:parentID': 'string',
  'span:childCount': 'int',
  'event:name': 'string',
  'event:timeSinceStart': 'duration',
  'link:traceID': 'string',
  'link:spanID': 'string',
  'instrumentation:name': 'attribute',
  'instrumentation:version': 'attribute',
} as const satisfies Record<string, StaticType>;

export type Intrinsic = keyof typeof TYPES;

/** The words that stand after a scope and a colon, and the field each means. */
export const SCOPED_INTRINSICS: Readonly<Record<string, Readonly<Record<string, Intrinsic>>>> = {
  trace: { duration: 'traceDuration', rootName: 'rootName', rootService: 'rootServiceName', id: 'trace:id' },
  span: {
    duration: 'duration',
    name: 'name',
    kind: 'kind',
    status: 'status',
    statusMessage: 'statusMessage',
    id: 'span:id',
    parentID: 'span:parentID',
    childCount: 'span:childCount',
  },
  event: { name: 'event:name', timeSinceStart: 'event:timeSinceStart' },
  link: { traceID: 'link:traceID', spanID: 'link:spanID' },
  instrumentation: { name: 'instrumentation:name', version: 'instrumentation:version' },
};

/** The built-in field that a word without a scope means. */
export function unscopedIntrinsic(word: string): Intrinsic | undefined {
  return Object.hasOwn(TYPES, word) && !word.includes(':') ? (word as Intrinsic) : undefined;
}

/** The built-in field that a word means after a scope and a colon. */
export function scopedIntrinsic(scope: string, word: string): Intrinsic | undefined {
  const words = Object.hasOwn(SCOPED_INTRINSICS, scope) ? SCOPED_INTRINSICS[scope]! : {};
  return Object.hasOwn(words, word) ? words[word] : undefined;
}

/** Whether spans have the field themselves, or through their events or links. */
export function intrinsicScope(intrinsic: Intrinsic): 'span' | 'event' | 'link' {
  if (intrinsic.startsWith('event:')) return 'event';
  return intrinsic.startsWith('link:') ? 'link' : 'span';
}

export function intrinsicType(intrinsic: Intrinsic): StaticType {
  return TYPES[intrinsic];
}

/** All words that mean a built-in field without a scope, for completion. */
export function unscopedIntrinsics(): string[] {
  return Object.keys(TYPES).filter((word) => !word.includes(':') && word !== 'parent');
}
