import { pushTo } from '../../base/tables/pushTo';
import { attributeText } from '../../model/attributes';
import type { Choice, ChosenOperation, ChosenPlace } from '../../model/choice';
import type { OperationKey } from '../../model/operation';

/** Where a choice is kept: with this workspace on this machine, or in the repository. */
export type ChoiceOrigin = 'own' | 'shared';

/** A choice with where it is kept. */
export interface KeptChoice extends Choice {
  readonly origin: ChoiceOrigin;
}

/** What was chosen for one operation. */
export interface ChosenFor {
  readonly pick: KeptChoice | undefined;
  readonly not: readonly KeptChoice[];
}

const NOTHING: ChosenFor = { pick: undefined, not: [] };

/** Whether nobody said anything. */
export function isNothing({ pick, not }: ChosenFor): boolean {
  return pick === undefined && not.length === 0;
}

/** Of an operation's attributes, those that change without it being another one: where its code stood, whom it asked. */
const VOLATILE: ReadonlySet<string> = new Set([
  'code.line.number',
  'code.lineno',
  'code.column.number',
  'code.column',
  'server.address',
  'server.port',
]);

/** What a user chose, and what the repository says; where they disagree the user's word counts. */
export class Choices {
  private readonly byName = new Map<string, KeptChoice[]>();
  readonly all: readonly KeptChoice[];

  constructor(own: readonly Choice[] = [], shared: readonly Choice[] = []) {
    this.all = [
      ...own.map((choice): KeptChoice => ({ ...choice, origin: 'own' })),
      ...shared.map((choice): KeptChoice => ({ ...choice, origin: 'shared' })),
    ];
    for (const choice of this.all) {
      const name = nameKey(choice.operation);
      pushTo(this.byName, name, choice);
    }
  }

  of(key: OperationKey): ChosenFor {
    if (this.byName.size === 0) return NOTHING;
    const named = this.byName.get(nameKey(key))?.filter((choice) => isMeant(choice.operation, key));
    if (named === undefined || named.length === 0) return NOTHING;
    // Own ones come first, so what the repository says of the same place comes too late.
    const said = named.filter((choice, i) => named.findIndex((other) => isSamePlace(other.place, choice.place)) === i);
    const not = said.filter(({ verdict }) => verdict === 'not');
    return { pick: said.find(({ verdict }) => verdict === 'pick'), not };
  }

  /** The services of which something else is said there. */
  differences(other: Choices): Set<string> {
    const mine = new Set(this.all.map(identityOf));
    const theirs = new Set(other.all.map(identityOf));
    const changed = [
      ...this.all.filter((choice) => !theirs.has(identityOf(choice))),
      ...other.all.filter((choice) => !mine.has(identityOf(choice))),
    ];
    return new Set(changed.map(({ operation }) => operation.service));
  }
}

/** The words for an operation that a choice keeps. */
export function chosenOperation(key: OperationKey): ChosenOperation {
  const { service, kind, name, scope } = key;
  const attributes = [...key.attributes.keys()]
    .filter((attribute) => !VOLATILE.has(attribute) && !attribute.startsWith('exception.'))
    .sort()
    .flatMap((attribute): [string, string][] => {
      const text = attributeText(key.attributes, attribute);
      return text === undefined ? [] : [[attribute, text]];
    });
  return {
    service,
    kind,
    name,
    ...(scope === '' ? {} : { scope }),
    ...(attributes.length === 0 ? {} : { attributes: Object.fromEntries(attributes) }),
  };
}

/** The list with one choice more: what it overrules, a pick for the same operations or the same place, is left out. */
export function withChoice(list: readonly Choice[], added: Choice): Choice[] {
  const kept = list.filter(
    (choice) =>
      !isSameOperation(choice.operation, added.operation) ||
      !(isSamePlace(choice.place, added.place) || (choice.verdict === 'pick' && added.verdict === 'pick')),
  );
  return [...kept, added];
}

/** Whether two choices are about the same and say the same. */
export function isSameChoice(a: Choice, b: Choice): boolean {
  return a.verdict === b.verdict && isSamePlace(a.place, b.place) && isSameOperation(a.operation, b.operation);
}

function isSamePlace(a: ChosenPlace, b: ChosenPlace): boolean {
  return a.file === b.file && a.symbol === b.symbol && a.line === b.line;
}

function isSameOperation(a: ChosenOperation, b: ChosenOperation): boolean {
  return operationIdentity(a) === operationIdentity(b);
}

function operationIdentity({ service, kind, name, scope, attributes }: ChosenOperation): string {
  return JSON.stringify([service, kind, name, scope ?? '', Object.entries(attributes ?? {}).sort()]);
}

function identityOf({ verdict, operation, place, origin }: KeptChoice): string {
  return JSON.stringify([origin, verdict, operationIdentity(operation), place.file, place.symbol, place.line]);
}

function nameKey({ service, kind, name }: Pick<ChosenOperation, 'service' | 'kind' | 'name'>): string {
  return JSON.stringify([service, kind, name]);
}

function isMeant({ scope, attributes }: ChosenOperation, key: OperationKey): boolean {
  if (scope !== undefined && scope !== key.scope) return false;
  return Object.entries(attributes ?? {}).every(([name, value]) => attributeText(key.attributes, name) === value);
}
