import { closest } from '../../base/closest';
import type { Range0 } from '../../base/positions';
import type { IgnoreComment } from './ignoreComments';
import { ruleOf, RULES } from '../ruleCatalogue';

/** A word about a comment that silences rules. It is no finding: nothing is lost, and no run fails for it. */
export interface IgnoreNote {
  /** Absolute. */
  readonly file: string;
  /** The comment. */
  readonly range: Range0;
  readonly about: 'unused' | 'unknown-rule' | 'no-reason';
  readonly message: string;
  /** For a name with a slip: what stands there, and the rule that it resembles. */
  readonly meant?: { readonly written: string; readonly rule: string };
}

/** More names than these are a sentence. */
const MOST_NAMES = 3;

/**
 * What there is to say about a comment: names that are no rules, rules that find nothing there, no reason; the first of
 * these.
 *
 * @param used the rules of which it silenced a finding.
 * @param unheard the rules that are off: whether they would find something is not known.
 */
export function ignoreNote(
  file: string,
  comment: IgnoreComment,
  used: ReadonlySet<string>,
  unheard: ReadonlySet<string>,
): IgnoreNote | undefined {
  const { range, rules, reason } = comment;
  const unknown = rules.filter((name) => ruleOf(name) === undefined);
  if (unknown.length > 0) {
    const meant = unknown.length === 1 ? meantBy(unknown[0]!) : undefined;
    const names = unknown.slice(0, MOST_NAMES).join(', ') + (unknown.length > MOST_NAMES ? ', …' : '');
    const cure =
      meant === undefined ? 'Name the rule before a colon, and the reason behind it.' : `${meant.rule} is one.`;
    const message = `There is no rule ${names}, so this comment does not silence one. ${cure}`;
    return { file, range, about: 'unknown-rule', message, ...(meant === undefined ? {} : { meant }) };
  }
  const idle = rules.filter((rule) => !used.has(rule) && !unheard.has(rule));
  if (rules.length === 0 ? used.size === 0 : idle.length > 0) {
    const what = rules.length === 0 ? 'nothing' : idle.join(' and ');
    const message =
      rules.length === 0
        ? 'This comment silences nothing: lint finds nothing here.'
        : `This comment silences nothing: lint does not find ${what} here.`;
    return { file, range, about: 'unused', message };
  }
  if (reason !== '' || used.size === 0) return undefined;
  const named = rules.length === 0 ? [...used].join(', ') : rules.join(', ');
  const message = `No reason is given. Write it behind a colon, for whoever reads this later: spanlight-ignore ${named}: …`;
  return { file, range, about: 'no-reason', message };
}

function meantBy(written: string): IgnoreNote['meant'] {
  const rule = closest(
    written,
    RULES.map(({ id }) => id),
  );
  return rule === undefined ? undefined : { written, rule };
}
