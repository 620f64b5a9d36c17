import type { Finding, FindingSeverity } from '../model/finding';
import type { Evidence } from './evidence';
import type { LintSettings } from './lintSettings';
import type { Program } from './code/program';
import type { ProcessUnit, UnitLanguage } from './project/processUnit';

/** A rule of the catalogue: what it says of itself. */
export interface RuleDescription {
  /** `GO-PROP-UNSET`. */
  readonly id: string;
  /** The number in the catalogue. */
  readonly number: number;
  /** One line: what it finds. */
  readonly title: string;
  readonly severity: FindingSeverity;
  /** Off unless a setting says otherwise. */
  readonly offByDefault?: true;
}

/** A process with its code read, in which rules look. */
export interface UnitCode {
  readonly unit: ProcessUnit;
  /** The files of the unit that may matter, read. */
  readonly program: Program;
  /** What the user says; nothing, where nothing is said. */
  readonly settings: LintSettings;
  /** Rules that nobody hears of: those that take much work to look for need not. */
  readonly unheard?: ReadonlySet<string>;
}

/** Tells texts that may matter from those that do not. An expression is one. */
export interface TextFilter {
  /** @param byBytes what {@link inBytes} said of it, where it was asked. */
  test(text: string, byBytes?: 'yes' | MaybeMentions): boolean;
  /**
   * The same without a text being made of the bytes, where that is known: those of ASCII, UTF-8 or Latin-1. Never no where
   * a comment silences rules, of which people are told wherever it is.
   */
  inBytes?(bytes: Uint8Array): 'yes' | 'no' | MaybeMentions;
}

/** What bytes hold that may matter: groups of words, a bit each. */
export interface MaybeMentions {
  readonly found: number;
}

/**
 * What is found in one process of one language. One check may serve several rules, so that what they share is worked out
 * once; it reports each cause once, with the call sites as related places.
 */
export interface LanguageCheck {
  readonly language: UnitLanguage;
  /**
   * Whether a file may matter to any of its rules: set-up, clients, producers, consumers, helpers. Cheap enough for every
   * file of a workspace; the others are not parsed.
   */
  readonly prefilter: TextFilter;
  /**
   * Its rules look at the text before they ask for code, so that files are parsed only when they do. Without it all that
   * pass the prefilter are.
   */
  readonly isLazy?: true;
  /** Works out what a process's rules share, once for both questions. */
  open(code: UnitCode): OpenUnit;
}

/** A process whose set-up was read. */
export interface OpenUnit {
  /** What covers what in this process and why, in lines for people (`spanlight lint --explain`). */
  facts(): readonly ExplainedFact[];
  /** Empty unless the process is shown to export traces. */
  findings(): readonly Finding[];
}

export interface ExplainedFact {
  /** `tracing`, `mechanism`, `covered`, `partly`, `uncovered`, `unknown`, `propagators`, `skipped`, `refuted`. */
  readonly topic: string;
  readonly text: string;
  readonly evidence: readonly Evidence[];
}
