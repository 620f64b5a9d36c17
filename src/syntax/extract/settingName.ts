import type { TextFact } from '../facts';
import { literalText, type TextBuilder } from './textBuilder';

/** A value that is not in the code but is set for the program when it runs. */
export interface SettingName {
  /**
   * A variable of the environment; a path of keys in a settings file: `Kafka:Topic`, `kafka.topic`; or a member of what
   * gathers settings in the code: `config.topic`.
   */
  readonly kind: 'variable' | 'path' | 'member';
  readonly key: string;
  /** What the code takes where nothing is set. */
  readonly byDefault: string | undefined;
}

const SPELLING = /^(variable|path|member)<([^<>=]+)>(?:=([^]*))?$/;

/** The setting that a reference names, or undefined for the names of constants. */
export function settingOf(reference: string): SettingName | undefined {
  const match = SPELLING.exec(reference);
  if (match === null) return undefined;
  return { kind: match[1] as SettingName['kind'], key: match[2]!, byDefault: match[3] };
}

/** Adds what a setting yields: a reference that is looked up in the files that set something. */
export function addSetting(text: TextBuilder, kind: SettingName['kind'], key: string, byDefault?: TextFact): void {
  const given = literalText(byDefault);
  if (!/^[\w.:/-]+$/.test(key)) text.hole();
  else text.hole(`${kind}<${key}>${given === undefined || given === '' ? '' : `=${given}`}`);
}
